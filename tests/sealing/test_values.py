"""Values where a person has them, and the wrapper that shows none."""

import copy
import pickle
import re
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.sealed_secret import LARGEST
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.sealing import values
from kserve_gitops.sealing.values import Value

SECRET = "hunter2-hunter2"  # noqa: S105  what must not be shown
KEYS = ("A", "B.c")


@dataclass
class Holder:
    value: Value


def revealed(found):
    return {key: value.reveal() for key, value in found.items()}


def said(call, *arguments, **named):
    """What the error says, hint included, which names nothing of the value."""
    with pytest.raises(GitopsError) as refused:
        call(*arguments, **named)
    assert SECRET not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "shown",
    [
        repr(Value(SECRET.encode())),
        str(Value(SECRET.encode())),
        f"{Value(SECRET.encode())}",
        f"{Value(SECRET.encode())!r:>40}",
        repr({"A": [Value(SECRET.encode())]}),
        repr(Holder(Value(SECRET.encode()))),
        repr(ValueError(Value(SECRET.encode()))),
    ],
)
def test_value_is_shown_as_hidden(shown):
    assert "<hidden>" in shown
    assert SECRET not in shown


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_value_is_written_and_copied_nowhere(way):
    with pytest.raises(TypeError, match="written nowhere else"):
        way(Value(SECRET.encode()))


def test_value_has_no_dictionary_that_a_dump_of_objects_would_show():
    assert not hasattr(Value(b""), "__dict__")


def test_drawn_key_is_32_bytes_in_hexadecimal_and_never_the_same():
    drawn = {values.drawn().reveal() for _ in range(100)}

    assert len(drawn) == 100
    assert all(re.fullmatch(rb"[0-9a-f]{64}", one) for one in drawn)


@pytest.mark.parametrize("content", [b"word", b"line\n", b"\x00\xff\r\n", b"x" * LARGEST])
def test_file_is_taken_byte_for_byte(content, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert values.from_file("A", path).reveal() == content


def test_file_may_be_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    values.os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"piped",))
    writer.start()

    assert values.from_file("A", pipe).reveal() == b"piped"
    writer.join()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (Path("folder"), "what is given for 'A' is a folder"),
        (Path(SECRET), "the file for 'A' cannot be read: no such file or directory"),
        (Path(SECRET * 100), "the file for 'A' cannot be read: file name too long"),
        (Path(f"{SECRET}\0"), "the file for 'A' cannot be read: no such name is possible"),
        (Path("large"), "the file for 'A' is larger than 1 MiB, and no Secret may be"),
    ],
)
def test_file_that_cannot_be_a_value_is_refused_without_its_name(path, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("large").write_bytes(bytes(LARGEST + 1))

    assert reason in said(values.from_file, "A", path)


@pytest.mark.parametrize(
    ("key", "variables", "environment", "found"),
    [
        ("AWS_KEY", {}, {"AWS_KEY": "x"}, b"x"),
        ("a.key", {"a.key": "OTHER"}, {"OTHER": " y\n"}, b" y\n"),
        ("AWS_KEY", {"AWS_KEY": "OTHER"}, {"OTHER": "theirs", "AWS_KEY": "not this"}, b"theirs"),
        ("AWS_KEY", {}, {"AWS_KEY": "\udcff"}, b"\xff"),
        ("AWS_KEY", {}, {}, None),
        ("AWS_KEY", {}, {"AWS_KEY": ""}, None),
        ("a.key", {}, {"a.key": "no variable that a shell could set"}, None),
    ],
)
def test_variable_of_a_key(key, variables, environment, found, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    value = values.from_environment(Credential("one", "sa-one", variables=variables), key, needed=False)

    assert (value.reveal() if value else None) == found


@pytest.mark.parametrize(
    ("key", "reason", "hint"),
    [
        ("UNSET_KEY", "the variable 'UNSET_KEY' is not set, or empty", "env of the credential"),
        ("a.key", "no variable can be called 'a.key'", "under credentials.one: env: {a.key: VARIABLE}"),
    ],
)
def test_variable_that_is_needed_and_not_there(key, reason, hint):
    refused = said(values.from_environment, Credential("one", "sa-one"), key, needed=True)

    assert reason in refused
    assert hint in refused


@pytest.mark.parametrize(
    ("data", "whole", "found"),
    [
        (b"word", False, b"word"),
        (b"word\n", False, b"word"),
        (b"word\r\n", False, b"word"),
        (b"word\n\n", False, b"word\n"),
        (b"word\r", False, b"word\r"),
        (b"\n", False, b""),
        (b"{}\n", True, b"{}\n"),
    ],
)
def test_standard_input_of_one_key_but_for_one_newline(data, whole, found):
    assert values.from_stream(data, whole=whole).reveal() == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"A=1\nB.c=2\n", {"A": b"1", "B.c": b"2"}),
        (b"A=1\r\nB.c=2", {"A": b"1", "B.c": b"2"}),
        (b"\xef\xbb\xbfA=1", {"A": b"1"}),
        (b"# of ours\n\n  \t\n  A=1", {"A": b"1"}),
        (b'A="1" ', {"A": b'"1" '}),
        (b"A==1=", {"A": b"=1="}),
        (b"A=\xff", {"A": b"\xff"}),
        (b"A", {"A": b"of the environment"}),
        (b"A=", {"A": b""}),
        (b"", {}),
    ],
)
def test_lines_are_read_as_kubectl_reads_them(data, found, monkeypatch):
    monkeypatch.setenv("A", "of the environment")

    assert revealed(values.from_lines(data, KEYS)) == found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (f"{SECRET}\n", "line 1 of standard input begins with no key that is wanted"),
        (f"A=1\n{SECRET}=2\n", "line 2 of standard input begins with no key that is wanted"),
        (f"A =\n{SECRET}", "line 1 of standard input begins with no key that is wanted"),
        (f"export A={SECRET}", "line 1 of standard input begins with no key that is wanted"),
        (f"A={SECRET}\n\nA={SECRET}", "line 3 of standard input gives 'A' for the second time"),
        (f"A={SECRET * 100_000}", "standard input is larger than 1 MiB"),
    ],
)
def test_line_that_is_none_is_told_by_its_number_alone(data, reason):
    assert reason in said(values.from_lines, data.encode(), KEYS)


@pytest.mark.parametrize(("more", "too_large"), [(0, False), (1, True)])
def test_secret_may_hold_1_mib_in_all(more, too_large):
    half = LARGEST // 2

    assert values.too_large({"A": Value(bytes(half)), "B": Value(bytes(half + more))}) is too_large
