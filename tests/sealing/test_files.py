"""The text of sealed files: what is written anew, and what is replaced in one that somebody has written in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.core.documents import parse
from kserve_gitops.sealing.files import Record, editable, merged, records, written

METADATA = {"name": "s3-access", "namespace": "kserve"}
BEFORE, NOW = Record(date(2026, 1, 31), "0a" * 32), Record(date(2026, 11, 23), "9f" * 32)
OURS = written(METADATA, {"A": "AgOld", "B": "AgKept"}, {"A": BEFORE, "B": BEFORE})
KUBESEALS = """\
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  creationTimestamp: null
  name: s3-access
  namespace: kserve
spec:
  encryptedData:
    A: AgOld
    B: AgKept
  template:
    metadata:
      name: s3-access
"""
EDITED = """\
# ours, and é is no ASCII
spec:
    encryptedData:

          # rotated by hand
          # 2026-01-31, certificate {0}
          'A':   "AgOld"   # of the robot
          # kept
          B: AgKept # and more
    # below
kind: SealedSecret
...
"""


def data(text):
    return parse(text, "sealed.yaml").data["spec"]["encryptedData"]


def test_new_file(golden_text):
    metadata = METADATA | {"annotations": {"sealedsecrets.bitnami.com/cluster-wide": "true"}}

    text = written(metadata, {".dockerconfigjson": "AgAA==", "on": "Ag/+"}, {".dockerconfigjson": NOW})

    assert text == golden_text
    assert parse(text, "sealed.yaml").data["spec"]["template"]["metadata"] == metadata


def test_what_is_known_of_each_key_is_read_back():
    text = written(METADATA, {"A": "Ag", "B": "Ag", "c.d": "Ag"}, {"A": BEFORE, "c.d": NOW})

    assert records(text) == {"A": BEFORE, "c.d": NOW}


@pytest.mark.parametrize(
    "text",
    [
        KUBESEALS,
        OURS.replace("2026-01-31", "2026-02-31"),
        OURS.replace(BEFORE.fingerprint, BEFORE.fingerprint.upper()),
        OURS.replace("# 2026", "#2026"),
        "",
        "- a list",
        "spec: 1",
        "spec: {encryptedData: {A: Ag}}",
        "spec:\n  encryptedData: 1\n",
        "not: [closed",
    ],
)
def test_nothing_is_known_of_what_somebody_else_wrote(text):
    assert records(text) == {}


def test_replaced_key_changes_its_value_and_its_comment():
    assert merged(OURS, {"A": "AgNew"}, NOW) == OURS.replace("AgOld", "AgNew").replace(str(BEFORE), str(NOW), 1)


def test_new_key_comes_last_with_its_comment():
    assert merged(OURS, {"c.d": "AgMore"}, NOW) == OURS.replace("AgKept\n", f"AgKept\n    {NOW}\n    c.d: AgMore\n")


def test_file_of_kubeseal_gets_a_comment_for_the_replaced_key_alone():
    text = merged(KUBESEALS, {"B": "AgNew", "c": "AgMore"}, NOW)

    assert text == KUBESEALS.replace("    B: AgKept", f"    {NOW}\n    B: AgNew\n    {NOW}\n    c: AgMore")
    assert records(text) == {"B": NOW, "c": NOW}


def test_what_a_person_wrote_beside_stays(golden_text):
    text = merged(EDITED.format(BEFORE.fingerprint), {"A": "AgNew", "c": "AgMore"}, NOW)

    assert text == golden_text
    assert data(text) == {"A": "AgNew", "B": "AgKept", "c": "AgMore"}


@pytest.mark.parametrize("text", [OURS, KUBESEALS, EDITED.format(BEFORE.fingerprint)])
def test_line_ends_of_windows_stay(text):
    changed = merged(text.replace("\n", "\r\n"), {"A": "AgNew", "c": "AgMore"}, NOW)

    assert changed == merged(text, {"A": "AgNew", "c": "AgMore"}, NOW).replace("\n", "\r\n")


def test_file_without_a_newline_at_its_end():
    text = "spec:\n  encryptedData:\n    A: AgOld"

    assert merged(text, {"A": "AgNew", "B": "AgMore"}, NOW) == (
        f"spec:\n  encryptedData:\n    {NOW}\n    A: AgNew\n    {NOW}\n    B: AgMore"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"spec": {"encryptedData": {"A": "AgOld"}}}', id="json"),
        pytest.param(
            '{\n  "spec": {\n    "encryptedData": {\n      "A": "AgOld"\n    }\n  }\n}', id="json-of-kubeseal"
        ),
        pytest.param("spec:\n  encryptedData: {A: AgOld}\n", id="flow"),
        pytest.param("spec:\n  encryptedData: {}\n", id="empty"),
        pytest.param("spec:\n  encryptedData:\n", id="nothing"),
        pytest.param("spec:\n  encryptedData:\n    A:\n", id="without-a-value"),
        pytest.param("spec:\n  encryptedData:\n    A: ''\n", id="with-an-empty-value"),
        pytest.param("spec:\n  encryptedData:\n    A: >-\n      AgOld\n", id="folded-block"),
        pytest.param("spec:\n  encryptedData:\n    A: |\n      AgOld\n", id="literal-block"),
        pytest.param("spec:\n  encryptedData:\n    A: AgOld\n      more\n", id="several-lines"),
        pytest.param("spec:\n  encryptedData:\n    A:\n      AgOld\n", id="value-below-its-key"),
        pytest.param("spec:\n  encryptedData:\n    A: 'Ag''Old'\n", id="escaped"),
        pytest.param("spec:\n  encryptedData:\n    A: &a AgOld\n", id="anchor"),
        pytest.param("x: &a AgOld\nspec:\n  encryptedData:\n    A: *a\n", id="alias"),
        pytest.param("spec:\n  encryptedData:\n    ? A\n    : AgOld\n", id="explicit-key"),
        pytest.param("spec: {encryptedData: {\n    A: AgOld}}\n", id="key-on-its-line-in-flow"),
        pytest.param("spec:\n  encryptedData: !!map\n    ? A\n    : AgOld\n", id="tag"),
        pytest.param("spec:\r  encryptedData:\r    A: AgOld\r", id="line-ends-of-old"),
        pytest.param("spec:\n  encryptedData:\n  - A: AgOld\n", id="list"),
        pytest.param("kind: SealedSecret\n", id="no-spec"),
        pytest.param("a: &x 1\nb: &x 2\nspec:\n  encryptedData:\n    A: AgOld\n", id="anchor-twice"),
    ],
)
def test_file_of_another_form_is_not_changed_key_by_key(text):
    assert not editable(text)
    assert merged(text, {"A": "AgNew"}, NOW) is None


_KEYS = st.text("abAB01._-", min_size=1, max_size=6)
_CIPHER = st.text("AgXYz09+/", min_size=1, max_size=20).map("A".__add__)
_GAPS = st.sampled_from(["", "\n", "    # a word\n", "# at the margin\n", f"    {BEFORE}\n", f"{BEFORE}\n", "  \n"])
_TAILS = st.sampled_from(["", " # why", "   "])


@given(
    st.dictionaries(_KEYS, st.tuples(_CIPHER, _GAPS, _TAILS), min_size=1),
    st.dictionaries(_KEYS, _CIPHER, min_size=1),
    st.sampled_from(["", "---\n", "# ü\n"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_other_keys_and_lines_stay_whatever_they_are(there, sealed, head, end):
    lines = "".join(f"{gap}    '{key}': {text}{tail}\n" for key, (text, gap, tail) in there.items())
    text = f"{head}spec:\n  encryptedData:\n{lines}# below\nkind: x\n".replace("\n", end)

    changed = merged(text, sealed, NOW)

    assert data(changed) == {key: value for key, (value, _, _) in there.items()} | sealed
    assert all(records(changed)[key] == NOW for key in sealed)
    mine = {f"    {NOW}", *(f"    {key}" for key in sealed)}
    rest = [line for line in text.split(end) if str(BEFORE) not in line and not _is_of(line, sealed)]
    assert [line for line in changed.split(end) if _kept(line, sealed, mine)] == rest
    assert merged(changed, sealed, NOW) == changed


def _is_of(line, keys):
    name = line.strip().partition(":")[0].strip("'")
    return line.startswith("    ") and not line.strip().startswith("#") and name in keys


def _kept(line, keys, mine):
    return str(BEFORE) not in line and line not in mine and not _is_of(line, keys)
