"""`seal` on the command line, where the parser of all commands does not know it yet."""

import argparse

import pytest

from kserve_gitops.cli import main, seal


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    original = main.parser

    def parser():
        found = original()
        action = next(one for one in found._actions if isinstance(one, argparse._SubParsersAction))
        if "seal" not in action.choices:
            seal.add(action)
        return found

    monkeypatch.setattr(main, "parser", parser)
