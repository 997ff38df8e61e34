"""Host names: the template of KServe, what DNS allows, and what listeners take."""

import pytest

from kserve_gitops.serving import hosts

OWNER = hosts.Owner("ns", {"k/y": "v", "n": 1}, {"a": "A"})
DEFAULT = "{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}"


@pytest.mark.parametrize(
    ("template", "host"),
    [
        (DEFAULT, "n-ns.d"),
        ("{{.Name}}.{{$.IngressDomain}}", "n.d"),
        ("a {{- .Name -}}  b", "anb"),
        ("{{/* of the team */}}{{ .Name }}", "n"),
        ("{{ .Labels.a }}", "A"),
        ("{{ .Labels.x }}", "<no value>"),
        ('{{ index .Labels "x" }}', ""),
        ('{{ index .Annotations "k/y" }}', "v"),
        ("{{ index .Annotations `k/y` }}", "v"),
        ("plain.d", "plain.d"),
    ],
)
def test_template_is_filled_in_as_go_does(template, host):
    assert hosts.host(template, "n", "d", OWNER) == host


@pytest.mark.parametrize(
    "template",
    [
        '{{ .Name | printf "%s" }}',
        "{{ if .Labels.a }}x{{ end }}",
        "{{ .Name",
        "{{ .Foo }}",
        "{{ .Labels }}",
        "{{ .Name.Foo }}",
        "{{-.Name}}",
        "{{ }}",
        "{{ .Annotations.n }}",
    ],
)
def test_template_that_says_more_is_not_judged(template):
    assert hosts.host(template, "n", "d", OWNER) is None


@pytest.mark.parametrize(("template", "field"), [("{{ .Nme }}", "Nme"), (DEFAULT, ""), ("{{ .Name | x }}", "")])
def test_field_that_kserve_does_not_have_is_named(template, field):
    assert hosts.unknown_field(template) == field


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a.b", ""),
        ("a.b.", ""),
        (f"{'a' * 63}.b", ""),
        ("localhost", "'localhost' is no full host name: it has no dot"),
        ("A.b", "'A.b' is no host name"),
        ("a..b", "'a..b' is no host name"),
        ("<no value>.b", "'<no value>.b' is no host name"),
    ],
)
def test_host_is_a_full_dns_name(name, problem):
    assert hosts.problem(name) == problem


def test_problem_tells_how_much_is_too_much():
    assert hosts.problem(f"{'a' * 66}.b").endswith("has 66 characters, 3 more than the 63 that DNS allows")
    assert hosts.problem(".".join(["a" * 60] * 5)).endswith("has 304 characters, 51 more than DNS allows")


@pytest.mark.parametrize(
    ("listener", "hostname", "covered"),
    [
        ("", "a.b", True),
        ("a.b", "a.b", True),
        ("*.b", "a.b", True),
        ("*.b", "x.a.b", True),
        ("*.b", "b", False),
        ("*.b", "ab", False),
        ("*.b", "*.b", True),
        ("*.b", "*.a.b", True),
        ("*.a.b", "*.b", True),
        ("a.b", "*.b", True),
        ("a.b", "*.c", False),
        ("a.b", "c.b", False),
        ("*.a.b", "*.ca.b", False),
    ],
)
def test_star_stands_for_one_label_or_more(listener, hostname, covered):
    assert hosts.covers(listener, hostname) is covered


def test_route_without_hosts_meets_every_listener():
    assert hosts.meets("a.b", [])
    assert not hosts.meets("a.b", ["c.b"])


def test_additional_domain_takes_the_place_of_the_domain():
    assert hosts.additional("iris-ns.d", "d", ["e", "e", "f.g"]) == ["iris-ns.e", "iris-ns.f.g"]
    assert hosts.additional("iris.other", "d", ["e"]) == []
