"""The site: it builds without a warning, asks no other host for anything, and has every public name."""

import importlib.util
import re
import subprocess
import sys

import pytest

import kserve_gitops
from docs.generate import DOCS, ROOT

PUBLIC = set(kserve_gitops.__all__) - {"Construct"}
"""`Construct` is not ours."""

needs_mkdocs = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None, reason="mkdocs is not installed: pip install --group docs"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(  # noqa: S603  a command of ours
        command, cwd=ROOT, env={"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False, timeout=120
    )
    assert "WARNING" not in done.stderr
    assert done.returncode == 0, done.stderr
    return folder


def test_every_public_name_is_in_the_reference():
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("python/*.md"))

    assert {name for name in PUBLIC if f"::: kserve_gitops.{name}\n" not in pages} == set()


@needs_mkdocs
def test_no_page_loads_anything_from_another_host(site):
    loaded = r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\s\"'>]+"
    styles = r"@import|url\([\"']?(?:https?:)?//"

    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    sheets = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}

    assert pages
    assert [found for text in pages.values() for found in re.findall(loaded, text)] == []
    assert [path.name for path, text in sheets.items() if re.search(styles, text)] == []


@needs_mkdocs
def test_what_the_pages_are_made_from_is_not_on_the_site(site):
    assert [path.name for path in site.rglob("*") if path.suffix in {".py", ".yaml"}] == []
