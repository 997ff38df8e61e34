"""`kserve-gitops import`: make `imports/` from CRD files, chart values and runtimes."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kserve_gitops import importer


def add(subparsers: Any) -> None:
    """Add the command to what `ArgumentParser.add_subparsers` gave."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "import",
        help="make imports/ from CRDs, chart values and runtimes",
        description=(
            "Turn CustomResourceDefinitions, Helm chart values (<chart>-<version>.values.yaml or .schema.json) and "
            "KServe's runtimes into the schemas that every synth is checked against. A directory stands for its YAML "
            "and JSON files, or for those of its folders when it has none; SOURCES.md in it says where they came from."
        ),
    )
    parser.add_argument("sources", metavar="PATH", nargs="+", type=Path, help="file or directory")
    parser.add_argument("--kubernetes", metavar="VERSION", help="also import the core kinds of this release, e.g. 1.34")
    parser.add_argument("--output", metavar="DIR", type=Path, default=Path("imports"), help="default: imports")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="origin of files that stand in no SOURCES.md")
    parser.add_argument("--tag", help="their tag; default: the version that the file or its folder is named after")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Import, and say what changed; 0. Raises GitopsError like `importer.run`."""
    report = importer.run(
        args.sources, args.output, kubernetes=args.kubernetes, repository=args.repository, tag=args.tag
    )
    print(report, file=sys.stderr)
    return 0
