"""What JupyterHub's chart draws by chance, and where its hub looks for what is secret, by the values of the chart.

Source: zero-to-jupyterhub 4.4.0, templates/hub/_helpers-passwords.tpl, templates/hub/secret.yaml, files/hub/z2jh.py and
files/hub/jupyterhub_config.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

PROXY_TOKEN = "hub.config.ConfigurableHTTPProxy.auth_token"  # noqa: S105  the name of a key
"""In the chart's Secret: what hub and proxy know each other by. Both read it there and nowhere else."""
PASSWORD = "hub.db.password"  # noqa: S105  as above
"""In the chart's Secret or in that of `hub.existingSecret`: for the database, of two types only."""

_DRAWN = {
    PROXY_TOKEN: (("hub", "config", "ConfigurableHTTPProxy", "auth_token"), ("proxy", "secretToken")),
    "hub.config.CryptKeeper.keys": (("hub", "config", "CryptKeeper", "keys"),),
    "hub.config.JupyterHub.cookie_secret": (("hub", "config", "JupyterHub", "cookie_secret"), ("hub", "cookieSecret")),
}
"""The keys of the chart's Secret, and the values that would say what stands there."""
_VARIABLES = {"mysql": "MYSQL_PWD", "postgres": "PGPASSWORD"}
"""By `hub.db.type`: the variable in which the client of the database looks for a password."""

_ELSEWHERE = (("db", "password"), ("extraConfig",), ("extraFiles",), ("extraVolumes",), ("args",), ("command",))
"""Values of the hub by which a password may come in."""


def drawn(values: Mapping[str, Any]) -> list[str]:
    """The keys of the chart's Secret that get another value with every rendering.

    Those of a Secret of one's own count in the hub in place of them, and do not keep the chart from drawing them.
    """
    keys = [key for key, paths in _DRAWN.items() if not any(_at(values, path) for path in paths)]
    services = _at(values, ("hub", "services"))
    for name, service in sorted(services.items()) if isinstance(services, Mapping) else ():
        if isinstance(service, Mapping) and not (service.get("apiToken") or service.get("api_token")):
            keys.append(f"hub.services.{name}.apiToken")
    return keys


def database(values: Mapping[str, Any]) -> str:
    """The variable in which the hub hands on the password of its database; "" where the database takes none."""
    return _VARIABLES.get(str(_at(values, ("hub", "db", "type"))), "")


def wants_password(values: Mapping[str, Any]) -> bool:
    """Whether there is a database that takes a password, and the values do not say it, nor where else it comes from."""
    variable = database(values)
    given = any(_at(values, ("hub", *path)) for path in _ELSEWHERE)
    named = {variable, "PGPASSFILE"}.intersection(_environment(values))
    return bool(variable) and not given and not named and not _in_url(values)


def _in_url(values: Mapping[str, Any]) -> bool:
    url = _at(values, ("hub", "db", "url"))
    try:
        return isinstance(url, str) and urlsplit(url).password is not None
    except ValueError:
        return True


def _environment(values: Mapping[str, Any]) -> list[str]:
    """The names of variables that the hub gets, written as a mapping or as a list."""
    given = _at(values, ("hub", "extraEnv"))
    if isinstance(given, list):
        return [str(one.get("name")) for one in given if isinstance(one, Mapping)]
    return [str(name) for name in given] if isinstance(given, Mapping) else []


def _at(values: Any, path: Iterable[str]) -> Any:
    for step in path:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values
