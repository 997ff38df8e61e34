"""A secret that somebody wrote where none belongs is told by its place, and never repeated, whatever else is wrong."""

import base64
import json
import re
from pathlib import Path

import pytest
import yaml

from tests.leaks.runs import MAIN, run
from tests.leaks.search import CANARY, KEY_ID, NUMBER, TOKEN, Search

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked at in /proc")

EACH = Path(__file__).with_name("each.py").read_text(encoding="utf-8")
CHECKS = [["check", "--format", form] for form in ("text", "json", "github", "sarif")]
COMMANDS = [
    *CHECKS,
    ["check", "--explain-access", "iris-classifier"],
    ["check", "--explain-access", "iris-classifier", "--format", "json"],
    ["synth"],
    ["synth", "--check"],
    ["seal", "--status"],
    ["seal", "--status", "--format", "json"],
    ["seal", "s3-access", "--from-env"],
    ["doctor"],
]
READING = [["check"], ["check", "--format", "sarif"], ["seal", "--status"], ["seal", "s3-access", "--from-env"]]
"""Enough for what can be seen without building anything."""
VALUES = (CANARY, TOKEN, KEY_ID, NUMBER)
SEALED = "sealed/production/kserve/s3-access.yaml"
PEM = f"-----BEGIN PRIV{'ATE KEY-----'}\n{TOKEN}{TOKEN}\n-----END PRIV{'ATE KEY-----'}\n"
AS_JSON = json.dumps({"apiVersion": "v1", "kind": "Secret", "stringData": {"password": CANARY}})
APPLIED = f"kubectl.kubernetes.io/last-applied-configuration: {json.dumps(AS_JSON)}"


def secret(data="stringData", value=CANARY, more=""):
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\n  namespace: kserve\n{more}"
        f"{data}:\n  password: {json.dumps(value)}\n"
    )


ENCODED = base64.b64encode(CANARY.encode()).decode()
SECRETS = {
    "texts": secret(),
    "base64": secret("data", ENCODED),
    "what kubectl applied": secret("data", ENCODED, f"  annotations:\n    {APPLIED}\n"),
    "JSON": AS_JSON,
    "in a list": json.dumps({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(secret("data", ENCODED))]}),
    "a list of Secrets": json.dumps({"apiVersion": "v1", "kind": "SecretList", "items": [{"data": {"a": ENCODED}}]}),
    "two": f"{secret()}---\n{secret('data', ENCODED)}",
    "with a wrong field": f"{secret()}passwort: {TOKEN}\n",
    "of no kind": secret().replace("kind: Secret\n", ""),
    "sealed, they thought": (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s3-access, namespace: kserve}\n"
        f"spec:\n  encryptedData:\n    AWS_ACCESS_KEY_ID: {KEY_ID}\n    AWS_SECRET_ACCESS_KEY: {json.dumps(CANARY)}\n"
    ),
    "sealed, with a template": (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s3-access, namespace: kserve}\n"
        f"spec:\n  encryptedData: {{}}\n  template:\n    data:\n      password: {json.dumps(CANARY)}\n"
    ),
}


def broken(key):
    """YAML that cannot be read, around a value."""
    return {
        "a quote is open": f'{key}: "{TOKEN}\nother: 1\n',
        "a single quote is open": f"{key}: '{TOKEN}\nother: 1\n",
        "a quote too many": f"{key}: '{TOKEN}'{TOKEN}'\n",
        "a tab": f"{key}:\n\t{TOKEN}\n",
        "twice": f"{key}: {TOKEN}\n{key}: {TOKEN}\n",
        "an alias": f"{key}: *{TOKEN}\n",
        "a tag": f"{key}: !{TOKEN} a\n",
        "a tag with a word": f"{key}: !{TOKEN[:9]} {TOKEN}\n",
        "an anchor": f"{key}: &{TOKEN}\nother: *{TOKEN[::-1]}\n",
        "a bracket": f"{key}: [{TOKEN}\nother: 1\n",
        "a brace": f"{key}: {{{TOKEN}\n",
        "a template": f"{key}: {{{{ {TOKEN} }}}}\n",
        "an at": f"{key}: @{TOKEN}\n",
        "a percent": f"{key}: %{TOKEN}\n",
        "a backtick": f"{key}: `{TOKEN}\n",
        "a colon": f"{key}: {TOKEN}: {TOKEN}\n",
        "indented less": f"{key}: |\n    a\n  {TOKEN}\n b\n",
        "a line of its own": f"{key}: a\n{TOKEN}\nother: 1\n",
        "an unknown escape": f'{key}: "\\q{TOKEN}"\n',
        "a character that is none": f'{key}: "{TOKEN}\x01"\n',
        "no UTF-8": f"{key}: {TOKEN}\udcff\n",
        "octal to some": f"{key}: 0{NUMBER}\n",
        "a number to some": f"{key}: {NUMBER[:8]}_{NUMBER[8:]}\n",
        "base 60 to some": f"{key}: {NUMBER}:30\n",
        "not finite": f"{key}: {NUMBER}.0e+9999\n",
        "a key that is a list": f"{key}:\n  ? [{TOKEN}]\n  : a\n",
        "a key that is a number to some": f"{key}:\n  0{NUMBER}: a\n",
        "a merge": f"{key}:\n  <<: {TOKEN}\n",
        "a mapping": f"{key}: {{{TOKEN}: {TOKEN}}}\n",
        "a list": f"{key}: [{TOKEN}]\n",
        "a number": f"{key}: {NUMBER}\n",
        "a word with a comment": f"{key}: [a, b  # {TOKEN}\n",
        "all that is good": f"{key}: {TOKEN}\n",
    }


def below(text, spaces):
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())


DECLARED = "s3-access: {type: s3}"
MODEL = "models/iris-classifier.yaml"
PLACES = {
    "a Secret where a sealed file belongs": (
        SEALED,
        secret().partition("stringData")[0] + "stringData:\n",
        "password",
        2,
    ),
    "a Secret that says so below": ("manifests/own.yaml", "stringData:\n", "password", 2),
    "a Secret among manifests": ("manifests/own.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n", "password", 2),
    "a key of an AWS account": (SEALED, "apiVersion: v1\nkind: Secret\ndata:\n", "AWS_SECRET_ACCESS_KEY", 2),
    "values of a part": ("platform.yaml", "    values:\n      auth:\n", "adminPassword", 8),
    "a credential": ("platform.yaml", "  s3-access:\n    type: s3\n", "secretKey", 4),
    "a variable of a model": (MODEL, "predictor:\n  model:\n    env:\n      - name: DB_PASSWORD\n", "value", 8),
}


def spoilt(project, place, lines):
    """The files of a project with such lines in one."""
    file, before, _, spaces = PLACES[place]
    if file == "platform.yaml":
        old = "    values:\n" if "values" in before else "  s3-access: {type: s3}\n"
        first = project.read(file).split(old, 1)
        return {file: first[0] + before + below(lines, spaces) + first[1]}
    text = project.read(file) if file == MODEL else ""
    if text:
        head, _, tail = text.partition("predictor:\n  model:\n")
        return {file: head + before + below(lines, spaces) + tail}
    more = "apiVersion: v1\nkind: Secret\n" if "below" in place else ""
    return {file: before + below(lines, spaces) + more}


@pytest.fixture
def each(project, tmp_path):
    """Runs commands over each case, and tells in which something leaks."""

    def running(cases, commands, values=VALUES):
        given = json.dumps({"cases": cases, "commands": commands}).encode()
        before = project.dist()
        ran = run(project, tmp_path, stdin=given, script=EACH)
        assert ran.code == 0, ran.err.decode(errors="replace")[-3000:]
        assert b"Traceback" not in ran.err, ran.err.decode(errors="replace")
        assert project.dist() == before
        found = ran.leaks(*values)
        assert [one for one in found if not one.startswith("standard ")] == []
        repeated = told(ran.out, *values) + told(ran.err, *values)
        assert "\n".join(repeated) == ""
        return ran

    return running


def told(said, *values):
    """The cases, and commands, that repeat a value."""
    found = []
    for case in re.split(r"^=== ", said.decode(errors="replace"), flags=re.MULTILINE)[1:]:
        search = Search(*values)
        search.text(case.partition("\n")[0], case)
        found += search.found
    return found


@pytest.mark.parametrize("place", PLACES)
def test_what_cannot_be_read(place, each, project):
    key = PLACES[place][2]
    each({name: spoilt(project, place, text) for name, text in broken(key).items()}, READING)


@pytest.mark.parametrize(
    "file", [SEALED, "manifests/own.yaml", "models/own.yaml", "sealed/production/kserve/more.yaml"]
)
def test_secret_in_plain_where_none_belongs(file, each):
    ran = each({name: {file: text} for name, text in SECRETS.items()}, [["check"], ["seal", "--status"]])

    assert b"no findings" not in ran.out.partition(b"=== sealed, with a template")[0]


def test_secrets_in_plain_together(each):
    folder = {f"manifests/own-{number}.yaml": text for number, text in enumerate(SECRETS.values())}
    each({"among manifests": folder, "as a sealed file": {SEALED: SECRETS["two"]}}, COMMANDS)


DEPLOYED = f"extraDeploy:\n  - |\n{below(secret(), 4)}"
PLATFORM = {
    "a key of no meaning": ("repository:\n", f"password: {TOKEN}\nrepository:\n"),
    "a value for a credential": (DECLARED, f"s3-access: {{type: s3, AWS_SECRET_ACCESS_KEY: {TOKEN}}}"),
    "a value for its variable": (
        DECLARED, f"s3-access: {{type: s3, env: {{AWS_SECRET_ACCESS_KEY: {json.dumps(CANARY)}}}}}",
    ),
    "a value for a key": (DECLARED, f"{DECLARED}\n  own: {{type: opaque, keys: {{a: {TOKEN}}}}}"),
    "a key with its value": (DECLARED, f"{DECLARED}\n  own: {{type: opaque, keys: [a={TOKEN}]}}"),
    "a credential that is a value": (DECLARED, f"s3-access: {TOKEN}"),
    "a credential that is a list": (DECLARED, f"s3-access: [{TOKEN}]"),
    "a role that is a value": (DECLARED, f"s3-access: {{type: irsa, secretAccessKey: {TOKEN}}}"),
    "a login in the repository": ("https://github.com/", f"https://acme:{TOKEN}@github.com/"),
    "a password of MLflow": ("    values:\n", f"    values:\n      auth: {{adminPassword: {json.dumps(CANARY)}}}\n"),
    "an id in a value": ("    values:\n", f"    values:\n      extraEnvVars: {{REGION: {KEY_ID}}}\n"),
    "a private key": ("    values:\n", f"    values:\n      tls: {{a: {json.dumps(PEM)}}}\n"),
    "a private key in a block": ("    values:\n", f"    values:\n      tls:\n        a: |\n{below(PEM, 10)}"),
    "a login of a database": ("    values:\n", f"    values:\n      uri: postgresql://mlflow:{TOKEN}@db/runs\n"),
    "a password of JupyterHub": ("      hub:\n", f"      hub:\n        db: {{password: {json.dumps(CANARY)}}}\n"),
    "a number": ("    values:\n", f"    values:\n      auth: {{adminPassword: {NUMBER}}}\n"),
    "a token of the proxy": ("      hub:\n", f"      proxy: {{secretToken: {TOKEN}}}\n      hub:\n"),
    "values of KServe": ("kserve:\n", f"kserve:\n  values: {{a: {{s3: {{secretAccessKey: {TOKEN}}}}}}}\n"),
    "an option that is a value": ("kserve:\n", f"kserve:\n  token: {TOKEN}\n"),
    "a Secret in the values": ("    values:\n", f"    values:\n      extraDeploy:\n        - {AS_JSON}\n"),
    "a Secret as text in the values": ("    values:\n", f"    values:\n{below(DEPLOYED, 6)}"),
}  # fmt: skip
OF_MLFLOW = f"""\
auth: {{adminPassword: {json.dumps(CANARY)}}}
extraEnvVars:
  REGION: {KEY_ID}
  CERTIFICATE: {json.dumps(PEM)}
  KEY: |
    {PEM.replace(chr(10), chr(10) + "    ").strip()}
  STORE: postgresql://mlflow:{TOKEN}@db.example.com/runs
  SETTINGS: "user=mlflow password={TOKEN}"
  SIGNED: https://a.blob.core.windows.net/models/iris.zip?sv=1&sig={TOKEN}
  DB_PASSWORD: "{NUMBER}"
"""
OF_JUPYTERHUB = f"""\
proxy: {{secretToken: {TOKEN}}}
singleuser: {{extraEnv: {{OPENAI_API_KEY: {TOKEN}}}}}
"""
MODELS = {
    "a variable": "env: [{name: DB_PASSWORD, value: VALUE}]",
    "a variable that is an id": f"env: [{{name: REGION, value: {KEY_ID}}}]",
    "a variable of no field": "env: [{name: DB_PASSWORD, valeu: VALUE}]",
    "a variable that is a mapping": "env: {DB_PASSWORD: VALUE}",
    "a variable that is a list": "env: [{name: DB_PASSWORD, value: [VALUE]}]",
    "a variable with a number": f"env: [{{name: DB_PASSWORD, value: {NUMBER}}}]",
    "a token": f"env: [{{name: TOKEN_OF_MINE, value: hf_{TOKEN}{TOKEN}}}]",
    "an argument": f"args: [--api-key={TOKEN}, 7]",
    "an argument that is two": f"args: [--api-key, {TOKEN}, 7]",
    "an address": f"storageUri: https://user:{TOKEN}@files.example.com/model.tar.gz",
    "a signed address": f"storageUri: https://a.blob.core.windows.net/models/iris.zip?sv=1&sig={TOKEN}",
    "a key of a store": f"storage: {{secretAccessKey: {TOKEN}, key: a}}",
    "a parameter of a store": f"storage: {{parameters: {{secret_access_key: {TOKEN}}}, key: a}}",
}


def test_secret_in_platform_yaml(each, project):
    text = project.read("platform.yaml")
    assert [name for name, (old, _) in PLATFORM.items() if old not in text] == []
    cases = {name: {"platform.yaml": text.replace(old, new, 1)} for name, (old, new) in PLATFORM.items()}

    each(cases, [["check"], ["synth"]])


def test_secrets_in_values_together(each, project):
    text = project.read("platform.yaml").replace("    values:\n", f"    values:\n{below(OF_MLFLOW, 6)}", 1)
    text = text.replace("      hub:\n", f"{below(OF_JUPYTERHUB, 6)}      hub:\n        db: {{password: {TOKEN}}}\n", 1)

    ran = each({"together": {"platform.yaml": text}}, COMMANDS)

    text = ran.out.partition(b"--- ")[0]
    assert text.count(b"error[KG505]") == 9
    assert text.count(b"error[KG507]") == 2


def test_secret_in_a_model(each, project):
    head = "predictor:\n  model:\n"
    text = project.read(MODEL)
    cases = {
        name: {MODEL: text.replace(head, f"{head}    {line.replace('VALUE', json.dumps(CANARY))}\n")}
        for name, line in MODELS.items()
    }  # fmt: skip

    each(cases, [["check"], ["seal", "--status"]])
    files = [
        text.replace("name: iris-classifier", f"name: iris-{number}").replace("hostname: iris", f"hostname: i{number}")
        for number, files in enumerate(cases.values())
        for text in files.values()
    ]
    each({"together": {f"models/own-{number}.yaml": text for number, text in enumerate(files)}}, COMMANDS)


def config_map(data):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: own, namespace: kserve}}\ndata:\n{below(data, 2)}"


MANIFESTS = {
    "a ConfigMap": config_map(f"password: {json.dumps(CANARY)}"),
    "a ConfigMap with settings": config_map(f"app.properties: |\n  password={TOKEN}\n"),
    "a ConfigMap with a Secret": config_map(f"secret.yaml: |\n{below(secret(), 2)}"),
    "a ConfigMap with a number": config_map(f"password: {NUMBER}"),
    "a Pod": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: own, namespace: kserve}\nspec:\n  containers:\n"
        f"    - {{name: a, image: a:1, env: [{{name: PASSWORD, value: {json.dumps(CANARY)}}}]}}\n"
    ),
    "an ExternalSecret": (
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own, namespace: kserve}\nspec:\n"
        f"  data: []\n  secretStoreRef: {{name: a}}\n  password: {TOKEN}\n"
    ),
}


def test_secret_in_a_manifest(each):
    files = {f"manifests/own-{number}.yaml": text for number, text in enumerate(MANIFESTS.values())}
    ran = each({"together": files}, COMMANDS)

    assert b"error[KG506]" in ran.out


SOURCES = {**SECRETS, **{f"broken: {name}": below(text, 0) for name, text in broken("password").items()}}


def test_adopting_a_secret(each, tmp_path):
    cases = {name: {"../given/own.yaml": text} for name, text in SOURCES.items()}
    each(cases, [["adopt", "../given"], ["adopt", "../given/own.yaml", "--stdout"]])


def test_importing_a_secret(each):
    cases = {name: {"../given/own.yaml": text} for name, text in SOURCES.items()}
    each(cases, [["import", "../given", "--output", "../out"], ["import", "../given/own.yaml", "--output", "../out"]])


def test_a_bug_tells_no_variable(project, tmp_path):
    project.edit(
        "app.py", "    for environment", f"    mine = {TOKEN[:12]!r} + {TOKEN[12:]!r}\n    mine.no\n    for environment"
    )
    own = [project.root / "app.py"]
    for argv in (["synth"], ["check"]):
        ran = run(project, tmp_path, *argv, own=own, script=MAIN)
        assert b"AttributeError" in ran.err
        assert ran.leaks(TOKEN) == []
