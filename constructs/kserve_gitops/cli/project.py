"""Where the project is: the nearest folder with a cdk8s.yaml, from the working directory upwards."""

from pathlib import Path

from kserve_gitops.core.errors import GitopsError

PROJECT_FILE = "cdk8s.yaml"


def enclosing(start: Path) -> Path | None:
    """The folder of the project that `start` lies in; None where it lies in none."""
    return next((folder for folder in (start, *start.parents) if (folder / PROJECT_FILE).is_file()), None)


def project_root(start: Path) -> Path:
    """The folder of the project that `start` lies in. Raises GitopsError where it lies in none."""
    found = enclosing(start)
    if found is None:
        raise GitopsError(f"there is no {PROJECT_FILE} here or above", hint="change into the folder of your project")
    return found
