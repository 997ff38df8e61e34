"""The line below a finding: the mark stands under the right character, and no secret is ever shown."""

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.cli.discretion import Outline
from kserve_gitops.cli.excerpt import WIDEST, Excerpts, marked, printable
from kserve_gitops.core.places import Place


def shown(project, file, line, column=1):
    return Excerpts(project.root)(Place(file, line, column))


@pytest.mark.parametrize(
    ("line", "column", "mark"),
    [
        ("  minReplica: 2", 3, "  ^^^^^^^^^^"),
        ("storageUri: s3://a/b c", 13, "            ^^^^^^^^"),
        ("  a: {b: 1, c: 2}", 9, "        ^"),
        ("name: 'a b' # c", 7, "      ^^^^^"),
        ('name: "a\\"b"', 7, "      ^^^^^^"),
        ("list: [a, b]", 7, "      ^"),
        ("url: a:b", 6, "     ^^^"),
        ("name:", 6, "     ^"),
        ("name: 'open", 7, "      ^"),
        ("日本: x", 5, "      ^"),
        ("e\u0301: x", 5, "   ^"),
        ("a: 日本", 4, "   ^^^^"),
        ("🙂: x", 4, "    ^"),
    ],
)
def test_mark_is_below_the_word(line, column, mark):
    assert marked(line, column) == (line, mark)


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("\tname: x", 2, ("    name: x", "    ^^^^")),
        ("ab\tname: x", 4, ("ab  name: x", "    ^^^^")),
        ("\tname: x", 1, ("    name: x", "^^^^")),
        ("a: \x1b[31mred", 4, ("a: \ufffd[31mred", "   ^")),
        ("a: \u202ex", 4, ("a: \ufffdx", "   ^^")),
        ("a: x   ", 4, ("a: x", "   ^")),
    ],
)
def test_what_has_no_width_of_its_own_is_replaced(line, column, expected):
    text, mark = marked(line, column)

    assert (text, mark[: len(expected[1])]) == expected


@pytest.mark.parametrize("column", [1, 50, 99, 100, 101, 150, 5_000, 9_999, 10_000])
def test_long_line_is_cut_around_the_place(column):
    line = "".join(chr(ord("a") + n % 26) for n in range(10_000))
    text, mark = marked(line[: column - 1] + " X " + line[column + 2 :], column + 1)

    assert len(text) <= WIDEST + 2
    assert text[mark.index("^")] == "X"
    assert mark.strip() == "^"
    assert (text[0] == "…") == (column > 90)


def test_mark_does_not_go_beyond_what_is_shown():
    text, mark = marked("a: " + "x" * 5000, 4)

    assert len(mark) <= len(text) <= WIDEST + 2


@pytest.mark.parametrize(
    ("content", "line", "text"),
    [
        (b"a: 1\r\nb: 2\r\n", 2, "b: 2"),
        (b"\xef\xbb\xbfa: 1\n", 1, "a: 1"),
        ("a: '\u2028'\nb: 2\n".encode(), 3, "b: 2"),
        (b"a: 1\rb: 2\r", 2, "b: 2"),
    ],
)
def test_lines_are_those_of_yaml(content, line, text, project):
    project.write("models/a.yaml", content)

    assert shown(project, "models/a.yaml", line)[0] == text


def test_place_in_python_is_the_statement(project):
    project.write("charts/mine.py", "def make(app):\n    Application(app, 'x')\n")

    assert shown(project, "charts/mine.py", 2) == ("    Application(app, 'x')", "    ^^^^^^^^^^^")


def test_python_without_a_known_line_is_not_shown(project):
    assert shown(project, "app.py", 1) is None


@pytest.mark.parametrize(
    "place",
    [
        Place("models/a.yaml", 3),
        Place("models/a.yaml", 99),
        Place("models/a.yaml", 1, 99),
        Place("models/a.yaml", 0, 0),
        Place("models/gone.yaml"),
        Place("models"),
        Place("models/latin.yaml"),
        Place("models/empty.yaml"),
        Place("<stdin>"),
        Place(""),
        Place("a\0b"),
    ],
    ids=str,
)
def test_what_is_not_there_is_not_shown(place, project):
    project.write("models/a.yaml", "a: 1\nb: 2\n\n")
    project.write("models/latin.yaml", b"a: \xe9\n")
    project.write("models/empty.yaml", b"")

    assert Excerpts(project.root)(place) is None


def test_file_that_never_ends_is_not_opened(project):
    os.mkfifo(project.root / "models" / "a.yaml")

    assert shown(project, "models/a.yaml", 1) is None


def test_link_out_of_the_project_is_not_followed(project, tmp_path):
    (tmp_path / "elsewhere").write_text("a: 1\n")
    (project.root / "models" / "a.yaml").symlink_to(tmp_path / "elsewhere")
    (project.root / "models" / "b.yaml").symlink_to("b.yaml")

    assert shown(project, "models/a.yaml", 1) is None
    assert shown(project, "models/b.yaml", 1) is None


def test_file_under_its_whole_name_is_shown(project, tmp_path):
    path = tmp_path / "old.yaml"
    path.write_text("a: 1\n")

    assert shown(project, path.as_posix(), 1) == ("a: 1", "^")


SECRETS = {
    "yaml": "apiVersion: v1\nkind: Secret\ndata: {a: aHVzaA==}\n",
    "quoted": "'kind': 'Secret'\ndata: {a: aHVzaA==}\n",
    "below": "kind:\n  Secret\ndata: {a: aHVzaA==}\n",
    "tagged": "kind: !!str Secret\ndata: {a: aHVzaA==}\n",
    "alias": "x: &k Secret\nkind: *k\ndata: {a: aHVzaA==}\n",
    "json": '{"kind": "Secret",\n "a": 1,\n "data": {"a": "aHVzaA=="}}\n',
    "list": "items:\n- kind: Secret\n  data: {a: aHVzaA==}\n",
    "second": "kind: ConfigMap\n---\nkind: Secret\ndata: {a: aHVzaA==}\n",
    "small": "kind: secret\ndata: {a: aHVzaA==}\n",
    "plural": "kind: SecretList\nitems: [{data: {a: aHVzaA==}}]\n",
    "sealed": "kind: SealedSecret\nspec: {}\nx: aHVzaA==\n",
    "broken": "kind: Secret\ndata: {a: [\n  aHVzaA==\n",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("file", ["manifests/a.yaml", "models/a.yaml"])
def test_no_line_of_a_file_with_a_secret_is_shown(text, file, project):
    project.write(file, text)

    assert [shown(project, file, line) for line in range(1, 5)] == [None] * 4


def test_no_line_below_sealed_is_shown(project):
    project.write("sealed/production/kserve/a.yaml", "a: 1\n")

    assert shown(project, "sealed/production/kserve/a.yaml", 1) is None


def test_other_kinds_with_secret_in_their_name_are_shown(project):
    project.write("manifests/a.yaml", "kind: ExternalSecret\nspec: {}\n")

    assert shown(project, "manifests/a.yaml", 2) == ("spec: {}", "^^^^")


@pytest.mark.parametrize(
    "text",
    [
        "password: hush",
        "DB_PASSWORD: hush",
        "db_pass: hush",
        "secretKey: hush",
        "apiKey: hush",
        "API_KEY: hush",
        "api-key: hush",
        "accessToken: hush",
        "authorization: Bearer hush",
        "env: [{name: HF_TOKEN, value: hush}]",
        "env: [{name: A, value: hush}]",
        "env:\n- name: A\n  value: hush",
        "env:\n- name: A\n  value: |\n    one\n    two\n    three\n    four\n    hush",
        '{"env":[{"name":"A","value":"hush"}]}',
        "env:\n- name: HF_TOKEN\n  value: hush",
        "env:\n- value: hush\n  name: HF_TOKEN",
        "env:\n- name: HF_TOKEN\n  # why\n\n  value: hush",
        "env:\n  - name: HF_TOKEN\n    value: >-\n      well\n      hush",
        "args:\n- --token\n- hush",
        "args: [--port, '1',\n  hush,\n  --api-key]",
        "password: |\n  one\n  two\n  three\n  four\n  hush",
        "passwords:\n- hush",
        "keys:\n  a:\n    b:\n    - c: hush",
        "url: mongodb://me:hush@db.example.com/x",
        "pem: |\n  hush0123456789012345678901234567890123456789+/=",
        '"password": "hush"',
        "stringData:\n  a: hush",
        "credentials:\n  s3-access: hush",
        "credentials:\n  s3-access: [hush]",
    ],
)
def test_line_that_may_hold_a_secret_is_not_shown(text, project):
    lines = text.split("\n")
    number = next(n for n, line in enumerate(lines, 1) if "hush" in line)
    for file in ("models/a.yaml", "charts/a.py", "platform.yaml"):
        project.write(file, f"a: 1\n{text}\n")

        assert shown(project, file, number + 1) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a:\n- name: HF_TOKEN\n  value: hush\nb:\n  c: 1", 5),
        (
            "predictor:\n  model:\n    storageUri: s3://acme/mlflow/1/models/m-9c1d4f0a7b2e4c53a8d6e1f2b3c4d5e6/artifacts",
            3,
        ),
        ("image: a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 1),
        ("name: monkeyhouse", 1),
        ("compassion: 1", 1),
        ("route: {hostname: keycloak.example.com}", 1),
    ],
)
def test_line_beside_a_secret_is_shown(text, line, project):
    project.write("models/a.yaml", text + "\n")

    assert shown(project, "models/a.yaml", line) is not None


def test_many_findings_in_a_long_file_are_shown_in_time(project):
    project.write("models/a.yaml", "\n".join(f"- a{n}: {{b: 1}}" for n in range(20_000)) + "\n")
    excerpts = Excerpts(project.root)

    assert all(excerpts(Place("models/a.yaml", line, 3)) for line in range(1, 20_001))


@pytest.mark.parametrize(
    ("text", "expected"), [("a\x1b[2Jb", "a\ufffd[2Jb"), ("a\nb", "a\nb"), ("…日本", "…日本"), ("\udc80", "\ufffd")]
)
def test_messages_cannot_steer_a_terminal(text, expected):
    assert printable(text) == expected


@given(st.text(st.characters(exclude_characters="\n\r"), min_size=1), st.data())
def test_any_line_can_be_marked_anywhere(line, data):
    column = data.draw(st.integers(1, len(line) + 1))

    text, mark = marked(line, column)

    assert set(mark.strip()) == {"^"}
    assert len(text) <= WIDEST + 2 + sum(unicodedata.category(char)[0] == "M" for char in line)
    assert not [char for char in text if unicodedata.category(char)[0] == "C"]


@given(st.lists(st.text(st.sampled_from(" -:#{}[]'\"ab|>&*\t"), max_size=12), min_size=1))
def test_any_text_can_be_judged(lines):
    outline = Outline(lines)

    assert {outline.may_be_secret(number) for number in range(len(lines))} <= {True, False}
