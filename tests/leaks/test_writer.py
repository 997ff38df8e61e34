"""No app.py brings a Secret in plain into dist/, whatever it builds it with and whatever its comments say."""

import json

import pytest

from tests.leaks.runs import run
from tests.leaks.search import CANARY, TOKEN
from tests.leaks.test_canaries_inputs import below, secret

MANIFEST = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "own"}, "stringData": {"password": CANARY}}
TEXT = secret()
OF_CDK8S = f"""\
    made = cdk8s.ApiObject(chart, "own", api_version="v1", kind="Secret")
    made.add_json_patch(cdk8s.JsonPatch.add("/stringData", {{"password": {CANARY!r}}}))
"""
ATTACHED = "    kserve_gitops.Attachment(chart, 'own', file='values/own.yaml', content={})\n"
WAYS = {
    "an object": f"    kserve_gitops.Manifest(chart, 'own', {MANIFEST!r})\n",
    "an object of cdk8s": OF_CDK8S,
    "an object, and a comment": OF_CDK8S.replace('"Secret")', '"Secret")  # kserve-gitops: ignore KG503 -- I may'),
    "a file": "    cdk8s.Include(chart, 'own', url='own.yaml')\n",
    "values of a chart": ATTACHED.format({"extraDeploy": [MANIFEST]}),
    "a text in values of a chart": ATTACHED.format({"extraDeploy": [TEXT]}),
    "a template in values of a chart": ATTACHED.format(
        {"extraDeploy": [TEXT.replace("name: own", "name: {{ .Release.Name }}-own")]}
    ),
    "JSON in values of a chart": ATTACHED.format(
        {"extraDeploy": json.dumps(MANIFEST).replace("Secret", "\\u0053ecret")}
    ),
    "an anchor in a text": ATTACHED.format({"a": TEXT.replace("Secret", "&k Secret")}),
    "a tag in a text": ATTACHED.format({"a": TEXT.replace("Secret", "!!str Secret")}),
    "an alias in a text": ATTACHED.format({"a": f"a: &k Secret\n{TEXT.replace('Secret', '*k')}"}),
    "a list": ATTACHED.format({"kind": "List", "items": [MANIFEST]}),
    "JSON": ATTACHED.replace(".yaml", ".json").format(MANIFEST),
    "lines of Windows": ATTACHED.format({"a": TEXT.replace("\n", "\r\n")}),
    "a text in a ConfigMap": f"""\
    made = {{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "own"}}, "data": {{"a": {TEXT!r}}}}}
    kserve_gitops.Manifest(chart, "own", made)
""",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_plain_secret_is_not_written(way, project, tmp_path):
    head, _, tail = project.read("app.py").partition("        EnvironmentChart(")
    line, _, tail = tail.partition("\n")
    chart = f"    import cdk8s\n    import kserve_gitops\n    chart = EnvironmentChart({line}\n"
    project.write("app.py", f"{head}{below(chart + way, 4)}{tail}")
    project.write("own.yaml", TEXT)
    before = project.dist()
    ran = run(project, tmp_path, "synth", own=["app.py", "own.yaml"])

    assert ran.code == 1, ran.err.decode()
    assert b"in plain" in ran.err or b"KG503" in ran.err
    assert ran.leaks(CANARY, TOKEN) == []
    assert project.dist() == before
