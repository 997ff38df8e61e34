"""The page about credentials: an example of every type, sealed as it says, and commands that exist."""

import re
import shlex
from textwrap import dedent

import pytest
import yaml

from docs import generate
from kserve_gitops.checks.pages import pages
from kserve_gitops.cli.main import parser
from kserve_gitops.inputs.grants import documents
from kserve_gitops.inputs.load import load
from kserve_gitops.sealing.files import records
from kserve_gitops.serving.credential_types import TYPES
from kserve_gitops.tools.certificates import read

FOLDER = generate.EXAMPLES / "credentials"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())
SEALED = sorted(FOLDER.glob("*/sealed/**/*.yaml"))
PAGE = (generate.DOCS / "credentials.md").read_text(encoding="utf-8")
README = (generate.ROOT / "sealed" / "README.md").read_text(encoding="utf-8")


def commands(text):
    """The commands of ours in the blocks of a page, each as a list of words."""
    blocks = [dedent(block) for block in re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    found = [re.search(r"(?:^|\| *)kserve-gitops (.*)", line) for line in lines]
    return [shlex.split(one[1], comments=True) for one in found if one]


def section(case):
    """What the page says beneath the example, up to the next heading."""
    return re.search(rf"<!-- begin: given credentials/{case} -->.*?(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)[0]


def credentials(case):
    return yaml.safe_load((case / "platform.yaml").read_text(encoding="utf-8")).get("credentials", {})


def named(path):
    return str(path.relative_to(FOLDER))


def test_every_type_has_an_example():
    assert {block["type"] for case in CASES for block in credentials(case).values()} == set(TYPES)


def test_every_example_is_shown():
    assert sorted(re.findall(r"<!-- begin: given credentials/(\S+) -->", PAGE)) == [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_page_says_how_to_seal_what_is_sealed_in_an_example_and_nothing_else(case):
    sealed = {path.stem for path in case.glob("sealed/*/*/*.yaml")}

    assert {words[1] for words in commands(section(case.name))} == sealed


@pytest.mark.parametrize("path", SEALED, ids=named)
def test_example_was_sealed_with_the_certificate_whose_key_was_thrown_away(path):
    certificate = read((generate.ROOT / "sealed" / "production" / "cert.pem").read_bytes())

    found = records(path.read_text(encoding="utf-8"))

    assert {record.fingerprint for record in found.values()} == {certificate.fingerprint_sha256}


@pytest.mark.parametrize("words", [*commands(PAGE), *commands(README)], ids=" ".join)
def test_command_is_one_that_there_is(words):
    assert parser().parse_args(words)


def test_page_shows_no_ciphertext():
    assert re.findall(r"[A-Za-z0-9+/]{100,}", PAGE) == []


def test_documents_of_iam_that_the_page_names_are_written():
    made = {document.name for case in CASES for one in load(case).environments for document in documents(one)}

    assert set(re.findall(r"iam/([\w./-]+)\.json", PAGE)) - made == set()


def test_codes_that_the_page_names_exist():
    assert {f"KG{code}" for code in re.findall(r"#kg(\d+)", PAGE)} - pages().keys() == set()
