"""Placeholders: what Go's templates refuse is told, with what Go says; what they take is not."""

import pytest

from kserve_gitops.serving.placeholders import broken, keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "{{.Name}}",
        "{{ .Name }}-x",
        "{{- .Name -}}",
        "--model_name={{.Name}}.{{ .Namespace }}",
        "{{.Labels.modelClass}}",
        "{{.Labels.a_b}}",
        "{{index .Labels `a-b/c`}}",
        "{{`{{`}}",
        "{{`}}`}}",
        '{{/* "x" }} */}}',
        '{{- /* "x" */ -}}',
        "{{ if .Name }}a{{ else }}b{{ end }}",
        "{{ .Name | printf `%s-x` }}",
        "{{$x := .Name}}{{$x}}",
        "{{$.Name}}",
        "{{range .Labels}}{{.}}{{end}}",
        "{{with .Labels}}{{.x}}{{end}}",
        "{{(.Name)}}",
        "{{ 'x' }}",
        "{{ 1 }}{{true}}",
        "{{.}}",
        "{{.OwnerReferences}}",
        '{"a":{"b":1}}',
        "a}}b",
        "{ {x} }",
        "{{.Name}}}",
    ],
)
def test_what_go_fills_in_is_not_told(text):
    assert broken(text) is None


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("{{.name}}", "no field 'name'", "did you mean '.Name'?"),
        ("{{ .metadata.name }}", "no field 'metadata'", "there are .Name, .Namespace, .Labels, .Annotations"),
        ("{{.labels.x}}", "no field 'labels'", "did you mean '.Labels'?"),
        ("{{name}}", "'name' is no function", "did you mean '.Name'?"),
        ("{{ bos_token }}", "'bos_token' is no function", "ConfigMap"),
        ("{{ .Name | upper }}", "'upper' is no function", "ConfigMap"),
        ("{{.Labels.a-b}}", "'a-b' is not a name", "write {{index .Labels `a-b`}}"),
        ("{{.Annotations.kserve.io/x}}", "'kserve.io/x' is not a name", "write {{index .Annotations `kserve.io/x`}}"),
        ("{{.Labels.a.b}}", "'a.b' is not a name", "write {{index .Labels `a.b`}}"),
        ("{{.Name.x}}", "'.Name' has no fields", "write {{.Name}}"),
        ('{{index .Labels "a"}}', "a quotation mark", "use backquotes"),
        ('{{"{{"}}', "a quotation mark", "use backquotes"),
        ("{{ message['content'] }}", "'[' within", "ConfigMap"),
        ("{{{.Name}}}", "'{' within", "ConfigMap"),
        ("{{\n.Name}}", "a line break within", "ConfigMap"),
        ("{{.Name\t}}", "a tab within", "ConfigMap"),
        ("{{}}", "without content", "ConfigMap"),
        ("{{ }}", "without content", "ConfigMap"),
        ("{{", "does not end", "ConfigMap"),
        ("{{.Name}", "does not end", "ConfigMap"),
        ("{{`a}}", "does not end", "ConfigMap"),
        ("{{.Name}} and {{x}}", "'x' is no function", "ConfigMap"),
        ("{% for m in messages %}{{ m }}{% endfor %}", "'m' is no function", "ConfigMap"),
    ],
)
def test_what_go_cannot_read_is_told(text, why, hint):
    found = broken(text)
    assert found is not None
    assert why in found.why
    assert hint in found.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{.Labels.a}}{{ .Annotations.b }}", [("Labels", "a"), ("Annotations", "b")]),
        ("{{if .Labels.a}}{{.Labels.a}}{{end}}", []),
        ("{{index .Labels `a`}}", []),
        ("{{.Name}}", []),
        ("{{.Labels.a", []),
    ],
)
def test_keys_that_are_filled_in(text, expected):
    assert list(keys(text)) == expected
