"""From a rendered object back to the line that a person wrote."""

from pathlib import Path

import pytest

from kserve_gitops.build.places import Places
from kserve_gitops.core.documents import parse
from kserve_gitops.core.origins import Origin, linked

TEXT = """\
parts:
  mlflow:
    version: 1.2.3
  traefik:
    values:
      ports: {web: 80}
environments:
  production:
    parts:
      traefik:
        values:
          logs: {}
"""
VALUES = [
    ((), [("environments", "production", "parts", part, "values"), ("parts", part, "values")])
    for part in ("mlflow", "traefik")
]


@pytest.mark.parametrize(
    ("link", "path", "key", "place"),
    [
        pytest.param(VALUES[1], ("ports", "web"), None, "6:20", id="as it stands at the top"),
        pytest.param(VALUES[1], ("logs",), None, "12:17", id="as it stands in the overlay"),
        pytest.param(VALUES[1], ("ports",), "web", "6:15", id="a key at the top"),
        pytest.param(VALUES[1], (), "logs", "12:11", id="a key in the overlay"),
        pytest.param(VALUES[1], ("ports", "generated"), None, "6:14", id="generated below what was written"),
        pytest.param(VALUES[1], (), "generated", "5:5", id="a generated key beside written ones"),
        pytest.param(VALUES[0], ("generated", "deep"), None, "2:3", id="generated where nothing was written"),
    ],
)
def test_place_in_a_file(link, path, key, place):
    document = parse(TEXT, "platform.yaml")
    places = Places(Path(), {"platform.yaml": document})

    assert str(places(linked("platform.yaml", [link]), path, key)) == f"platform.yaml:{place}"


def test_object_of_unknown_origin_is_blamed_on_the_app():
    assert str(Places(Path(), {})(None, ("spec",), None)) == "app.py:1:1"


def test_object_made_in_python_stands_at_its_line(tmp_path):
    origin = Origin(str(tmp_path / "charts/models.py"), 12)

    assert str(Places(tmp_path, {})(origin, ("spec",), None)) == "charts/models.py:12:1"


def test_object_made_outside_of_the_project_is_named_without_its_folders(tmp_path):
    origin = Origin(str(tmp_path / "elsewhere/lib.py"), 3)

    assert str(Places(tmp_path / "project", {})(origin, (), None)) == "lib.py:3:1"
