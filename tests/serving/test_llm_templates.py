"""Go templates: what KServe cannot fill in is found, and nothing else."""

import pytest

from kserve_gitops.serving.llm_templates import actions, changes_scope, problem


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "}}",
        "{{ ChildName .ObjectMeta.Name `-inference-pool` }}",
        '{{ ChildName .ObjectMeta.Name `a"b}}c` }}',
        "{{- .Name -}} and {{.Namespace}}",
        "{{ if .Spec.Model.Name }}{{ .Spec.Model.Name }}{{ else }}x{{ end }}",
        "{{- else if and .Spec.Parallelism (eq .Kind `a`) }}",
        '{{/* a "comment" */}}{{ .GlobalConfig.SystemNamespace }}',
        "{{ $x := .Anything }}{{ $x.Other }}",
        "{{ .GetName }}",
        "{{ 3 }}{{ . }}",
        "{{ .Spec.Template | shutdownTimeout 5 }}",
    ],
)
def test_a_template_that_can_be_filled_in_is_left_alone(text):
    assert problem(text) is None


@pytest.mark.parametrize(
    ("text", "wrong", "hint"),
    [
        ("{{ .Name", "does not end", "end it with"),
        ("{{ `a }}", "does not end", "end it with"),
        ('{{ ChildName .Name "-x" }}', "where '\"' is escaped", "back quotes"),
        ("{{ .Name\n}}", "where a line break is escaped", "back quotes"),
        ("{{ Childname .Name `-x` }}", "calls 'Childname', which is no function", "did you mean 'ChildName'?"),
        ("{{ messages[0] }}", "calls 'messages'", "ChildName"),
        ("{{ if default .Name }}", "calls 'default'", "ChildName"),
        ("{{ .Name | quote }}", "calls 'quote'", "ChildName"),
        ("{{ .Values.image }}", "asks for '.Values'", ""),
        ("{{ .name }}", "asks for '.name'", "did you mean 'Name'?"),
    ],
)
def test_what_cannot_be_filled_in_is_told(text, wrong, hint):
    message, advice = problem(text)

    assert wrong in message
    assert hint in advice


def test_fields_are_not_judged_within_another_scope():
    assert changes_scope("{{- with .Spec.Router }}")
    assert not changes_scope("{{ .Name }} range {{ end }}")
    assert problem("{{ .Scheduler }}", scoped=True) is None


def test_an_action_that_does_not_end_is_none():
    assert list(actions("a {{ b }} c {{ d")) == [" b ", None]
