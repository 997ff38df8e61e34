"""What a file with plain Secrets becomes: the Secrets are replaced, and all else stays or is left out on purpose."""

import json

import pytest
import yaml

from kserve_gitops.core.documents import parse_all
from kserve_gitops.sealing import files
from kserve_gitops.sealing.directory.problems import Found
from kserve_gitops.sealing.directory.secret import Secret, read
from kserve_gitops.sealing.directory.text import Sealed, comments, kept, replaced

PLAIN = "hunter2-hunter2"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{password: {PLAIN}}}\n"
SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: shop
spec:
  encryptedData:
    password: AgBX
  template:
    metadata:
      name: db
      namespace: shop
    type: Opaque
"""
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}  # kept\ndata: {a: 'yes'}\n"


def secrets(documents):
    """Every Secret of a file, in a list or not."""
    for number, document in enumerate(documents):
        items = document.data.get("items") if isinstance(document.data, dict) else None
        places = [(("items", place), item) for place, item in enumerate(items or ())] or [((), document.data)]
        for base, data in places:
            if isinstance(data, dict) and data.get("kind") in ("Secret", None):
                found = read(Found(document, number, base, {"apiVersion": "v1", "kind": "Secret", **data}), None)
                assert isinstance(found, Secret), found
                yield found


def sealed(text, *, as_json=False):
    documents = parse_all(text, "x.yaml", doubtful=True)
    made = [
        Sealed.of(
            secret,
            files.written(secret.metadata, dict.fromkeys(secret.plain.values, "AgBX"), {}, template=secret.template),
        )
        for secret in secrets(documents)
    ]
    return replaced(documents, made, as_json=as_json)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(SECRET, SEALED, id="alone"),
        pytest.param(f"---\n{SECRET}", f"---\n{SEALED}", id="after-a-marker"),
        pytest.param(f"# {PLAIN}\n---\n# {PLAIN}\n{SECRET}# {PLAIN}\n", f"---\n{SEALED}", id="without-its-comments"),
        pytest.param(f"{SECRET}---\n{MAP}", f"{SEALED}---\n{MAP}", id="before-another"),
        pytest.param(f"{MAP}---\n{SECRET}", f"{MAP}---\n{SEALED}", id="after-another"),
        pytest.param(
            f"# top\n{MAP}# end\n---\n{SECRET}---\n# next\n{MAP}",
            f"# top\n{MAP}# end\n---\n{SEALED}---\n# next\n{MAP}",
            id="between",
        ),
        pytest.param(f"{SECRET}---\n{SECRET}", f"{SEALED}---\n{SEALED}", id="two"),
        pytest.param(f"---\n---\n{SECRET}", f"---\n---\n{SEALED}", id="after-an-empty-one"),
        pytest.param(f"{MAP}...\n---\n{SECRET}...\n", f"{MAP}...\n---\n{SEALED}", id="with-ends"),
        pytest.param(f"\ufeff{SECRET}", SEALED, id="with-a-byte-order-mark"),
        pytest.param(SECRET.rstrip("\n"), SEALED, id="without-a-last-newline"),
        pytest.param(f"%YAML 1.1\n---\n{SECRET}", f"---\n{SEALED}", id="with-a-directive"),
        pytest.param(
            f"{MAP}--- {json.dumps(yaml.safe_load(SECRET))}\n", f"{MAP}---\n{SEALED}", id="flow-on-the-marker"
        ),
    ],
)
def test_documents(text, wanted):
    assert sealed(text) == wanted


def test_windows_line_ends_are_kept():
    text = f"{MAP}---\n{SECRET}".replace("\n", "\r\n")

    assert sealed(text) == f"{MAP}---\n{SEALED}".replace("\n", "\r\n")


def test_a_mixture_of_line_ends_is_left_alone_elsewhere():
    text = f"kind: A\r\nb: 2\n---\n{SECRET}"

    assert sealed(text) == f"kind: A\r\nb: 2\n---\n{SEALED}"


def indented(text, pad):
    return text.rstrip("\n").replace("\n", f"\n{pad}")


@pytest.mark.parametrize("pad", ["", "  ", "      "])
def test_list_of_blocks(pad):
    item = f"{pad}- {indented(SECRET, pad + '  ')}\n"
    other = f"{pad}- {indented(MAP, pad + '  ')}\n".replace("  # kept", "")
    wanted = f"{pad}- {indented(SEALED, pad + '  ')}\n"
    tail = "kind: List\nmetadata: {resourceVersion: ''}\n"

    assert sealed(f"items:\n{item}{other}{item}{tail}") == f"items:\n{wanted}{other}{wanted}{tail}"
    assert sealed(f"{tail}items:\n{item}") == f"{tail}items:\n{wanted}"


def test_no_comment_of_a_list_is_kept_and_no_text_that_looks_like_one_is_lost():
    text = f"""\
items:  # {PLAIN}
# {PLAIN}
-  # {PLAIN}
  apiVersion: v1
  kind: Secret
  # {PLAIN}
  metadata: {{name: db, namespace: shop}}  # {PLAIN}
  stringData: {{password: x}}
  # {PLAIN}
# {PLAIN}
- kind: Other
  script: |
    # stays
    echo '# stays too'
  word: a#b
kind: List
# {PLAIN}
"""
    found = sealed(text)

    assert PLAIN not in found
    assert "    # stays\n    echo '# stays too'\n  word: a#b\nkind: List\n" in found
    assert yaml.safe_load(found)["items"][0] == yaml.safe_load(SEALED)


def test_list_of_secrets_becomes_a_list_of_anything():
    item = "  metadata: {name: db, namespace: shop}\n  data: {password: eA==}\n"
    text = f"kind: SecretList\napiVersion: v1\nitems:\n-\n{item}- # which one\n{item}"

    found = yaml.safe_load(sealed(text))

    assert found == {"kind": "List", "apiVersion": "v1", "items": [yaml.safe_load(SEALED)] * 2}


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_json_stays_json(indent):
    secret, other = yaml.safe_load(SECRET), {"kind": "Other", "a": "b"}
    whole = sealed(json.dumps(secret, indent=indent), as_json=True)
    listed = sealed(json.dumps({"kind": "List", "items": [secret, other, secret]}, indent=indent), as_json=True)

    assert json.loads(whole) == yaml.safe_load(SEALED)
    assert json.loads(listed) == {"kind": "List", "items": [yaml.safe_load(SEALED), other, yaml.safe_load(SEALED)]}
    assert (whole + listed).count(PLAIN) == 0


def test_flow_in_yaml():
    item = "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, data: {password: eA==}}"
    text = f"kind: List\nitems: [{{kind: Other}}, {item}]\n"

    assert yaml.safe_load(sealed(text)) == {"kind": "List", "items": [{"kind": "Other"}, yaml.safe_load(SEALED)]}


@pytest.mark.parametrize(
    ("anchors", "item"), [(("", "&n "), "{kind: Other, n: *n}"), (("&s ", ""), "*s")], ids=["a-part", "the-whole"]
)
def test_secret_that_others_refer_to_cannot_be_taken_out(anchors, item):
    whole, part = anchors
    metadata = f"{{name: db, namespace: {part}shop}}"
    text = f"items:\n- {whole}{{kind: Secret, metadata: {metadata}, data: {{a: eA==}}}}\n- {item}\nkind: List\n"

    assert sealed(text) is None


def test_what_is_kept_is_known_by_its_lines():
    item = "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, data: {password: eA==}}"
    text = f"{MAP}---\n{SECRET}---\n# note\nkind: List\nitems:\n- {item}\n- kind: Other\n  a: b  # c\n"
    documents = parse_all(text, "x.yaml", doubtful=True)

    found = list(kept(documents, list(secrets(documents))))

    lines = text.splitlines()
    exact = [(number, line) for number, line in found if number > 1]
    assert [lines[number - 1] for number, _ in exact] == [line for _, line in exact]
    assert {"metadata: {name: c}  # kept", "- kind: Other", "kind: List"} <= {line for _, line in found}
    assert not [line for _, line in found if "db" in line or "eA==" in line or PLAIN in line]


def test_comments_are_seen_where_there_are_some():
    with_one, without = (parse_all(text, "x")[0] for text in ("a: 1 # b\n", "a: '# b'\n"))

    assert comments(with_one)
    assert not comments(without)
