"""Entries of the Secret for `storage` are read through their templates."""

import pytest

from kserve_gitops.checks.world.entries import FILLED_IN, filled_in, known, read


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{"a": "b"}', '{"a": "b"}'),
        ('{"a": {{ .b | toJson }}}', f'{{"a": "{FILLED_IN}"}}'),
        ('{"a": "x{{ .b }}y"}', f'{{"a": "x{FILLED_IN}y"}}'),
        ('{"a\\"": {{- .b -}} }', f'{{"a\\"": "{FILLED_IN}" }}'),
        ('{"a": "{{ "{{" }}"}', '{"a": "{{"}'),
        ('{{/* why */}}{"a": "b"}', '{"a": "b"}'),
        ('{{ if .b }}{"a": "b"}{{ end }}', None),
        ('{"a": "{{ .b"}', '{"a": "{{ .b"}'),
    ],
)
def test_what_is_filled_in_is_marked(template, text):
    assert filled_in(template) == text


@pytest.mark.parametrize(
    ("template", "value"),
    [('{"a": "b"}', {"a": "b"}), ("{{ .all }}", None), ("{{ range .b }}x{{ end }}", None), ("[1]", [1])],
)
def test_what_an_entry_holds(template, value):
    assert read(template) == value


@pytest.mark.parametrize("template", ["type: s3", '{"a": "b",}', "", "{{ .a }} {{ .b }}"])
def test_what_is_no_json(template):
    with pytest.raises(ValueError, match=r"."):
        read(template)


@pytest.mark.parametrize(("value", "text"), [("s3", "s3"), (f"{FILLED_IN}-a", ""), (1, ""), (None, "")])
def test_a_text_is_known_to_the_last_letter_or_not_at_all(value, text):
    assert known(value) == text
