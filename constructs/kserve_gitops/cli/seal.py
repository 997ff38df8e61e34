"""`kserve-gitops seal`: what it takes, and which of its five jobs that asks for."""

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.core.errors import InputError
from kserve_gitops.tools.process import without_core_dumps

_DESCRIPTION = """\
Encrypt the values of a credential for the cluster, with kubeseal and the certificate in sealed/<environment>/cert.pem,
and write them to sealed/<environment>/<namespace>/<credential>.yaml: one file for each namespace that needs it.

A value comes from a variable, a file or standard input; one that is missing is asked for on the terminal, without being
shown. No value ever stands on a command line. Keys that nobody need know are drawn. Only the keys that are sealed now
are replaced; everything else in a file stays as it is."""
_EPILOG = """\
--from-stdin takes a single value as it is, but for one newline at its end; that of a file keeps it. Where several keys
may be given it takes KEY=VALUE lines, as kubectl create secret --from-env-file reads them: no quotes, no export.

--status --format json:
"""
_CONTROLLER = ("controller_name", "controller_namespace", "context")
_VALUES = ("key", "from_env", "from_file", "from_stdin", "namespace")
_TAKES = {
    "re_encrypt": ("credential", "environment", *_CONTROLLER),
    "status": ("environment", "format"),
    "fetch_cert": ("environment", *_CONTROLLER),
    "directory": ("environment", "scope", "cert"),
    "": ("credential", "environment", *_VALUES),
}
"""What each job takes; "" is sealing."""
_DEFAULTS = {
    "format": "text",
    "scope": "strict",
    "controller_name": "sealed-secrets-controller",
    "controller_namespace": "kube-system",
}


def add(subparsers: Any) -> None:
    """Declare the command."""
    found = subparsers.add_parser(
        "seal",
        help="encrypt the values of credentials into sealed/",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="kserve-gitops seal CREDENTIAL [--key KEY] [--from-env | --from-stdin] [--from-file KEY=PATH]\n"
        "       kserve-gitops seal --status | --fetch-cert [FILE|URL] | --re-encrypt [NAME ...] | --directory DIR",
        allow_abbrev=False,
        add_help=False,
    )
    found.add_argument("-h", "--help", nargs=0, action=_Help, help="show this help message and exit")
    found.add_argument("credential", metavar="CREDENTIAL", nargs="*", help="its name in platform.yaml")
    found.add_argument("--environment", metavar="NAME", help="default: the only one; of --status: all")
    _add_values(found)
    _add_jobs(found)
    _add_controller(found)
    found.set_defaults(func=run)


def _add_values(found: argparse.ArgumentParser) -> None:
    several = "; may be given several times"
    group = found.add_argument_group("sealing a credential")
    group.add_argument(
        "--key", metavar="KEY", action="append", help=f"seal this key alone, and leave the others{several}"
    )
    group.add_argument(
        "--from-env",
        action="store_true",
        help="take values from variables: those under env in platform.yaml, else those that are called like the keys",
    )
    group.add_argument(
        "--from-file", metavar="KEY=PATH", action="append", help=f"take the value of a key from a file{several}"
    )
    group.add_argument("--from-stdin", action="store_true", help="take values from standard input; see below")
    group.add_argument(
        "--namespace", metavar="NAMESPACE", action="append", help=f"seal it for this namespace too{several}"
    )
    for flag in ("--from-literal", "--value"):
        found.add_argument(flag, nargs="?", action=_Refused, help=argparse.SUPPRESS)


def _add_jobs(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("other jobs")
    jobs = group.add_mutually_exclusive_group()
    jobs.add_argument("--status", action="store_true", help="say what is sealed; exit 12 when something is missing")
    jobs.add_argument(
        "--fetch-cert",
        metavar="FILE|URL",
        nargs="?",
        const="",
        help="write cert.pem of an environment from a file, an address, or the controller",
    )
    jobs.add_argument(
        "--re-encrypt", action="store_true", help="let the controller encrypt sealed files under its newest key"
    )
    jobs.add_argument("--directory", metavar="DIR", help="put SealedSecrets in the place of all Secrets in a folder")
    group.add_argument("--format", choices=("text", "json"), help="of --status; default: text")
    group.add_argument(
        "--scope",
        choices=("strict", "namespace-wide", "cluster-wide"),
        help="of --directory; default: what the annotation of a Secret says, else strict",
    )
    group.add_argument("--cert", metavar="FILE|URL", help="of --directory; default: cert.pem of the environment")


def _add_controller(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("the controller, for --fetch-cert and --re-encrypt")
    for name in ("controller_name", "controller_namespace"):
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, metavar="NAME", help=f"default: {_DEFAULTS[name]}")
    group.add_argument("--context", metavar="NAME", help="of the kubeconfig; default: the current one")


class _Help(argparse.Action):
    """Help that ends in what --status prints, which is described where it is made."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """Print it, and end the program."""
        from kserve_gitops.cli.seal_status import JSON_HELP  # noqa: PLC0415  only here, for it loads the validators

        parser.epilog = _EPILOG + JSON_HELP
        parser.print_help()
        parser.exit()


class _Refused(argparse.Action):
    """An option that others have, and that would bring a value onto the command line. It is not repeated."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """End the program."""
        parser.error(
            "a value never stands on the command line, where others see it and the shell keeps it: "
            "use --from-env, --from-file or --from-stdin, or type it when asked. If that was a real one, change it"
        )


def run(args: argparse.Namespace) -> int:
    """The command: the job that the options ask for. Raises UsageError for options of another one."""
    job = next((name for name in _TAKES if name and getattr(args, name) not in (None, False)), "")
    of_others = {option for takes in _TAKES.values() for option in takes} - set(_TAKES[job])
    for option in sorted(of_others):
        if getattr(args, option) not in (None, False, []):
            raise UsageError(_misplaced(option, job), hint="kserve-gitops seal --help")
    for option, value in _DEFAULTS.items():
        if getattr(args, option) is None:
            setattr(args, option, value)
    without_core_dumps()
    try:
        return _work(job)(args)
    except InputError as error:
        report.findings(error.findings, suppressed=error.suppressed, unchanged="nothing was sealed")
        return 1


def _misplaced(option: str, job: str) -> str:
    said = "the name of a credential" if option == "credential" else _flag(option)
    return f"{said} means nothing {f'with {_flag(job)}' if job else 'where a credential is sealed'}"


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}"


def _work(job: str) -> Callable[[argparse.Namespace], int]:
    """The function that does it, loaded only now: --help need not load the validators."""
    modules = {
        "": "seal_credential",
        "directory": "seal_directory",
        "fetch_cert": "seal_certificate",
        "re_encrypt": "seal_renewal",
        "status": "seal_status",
    }
    found: Callable[[argparse.Namespace], int] = import_module(f"kserve_gitops.cli.{modules[job]}").run
    return found
