"""Secrets in plain are told where they stand, and never repeated. All of these are made up."""

import base64

import pytest

from kserve_gitops.checks import plain
from tests.checks.trees import findings, places, said, service, values_row

VALUE = "correct-horse-9"
KEY = "-----BEGIN RSA PRIV" + "ATE KEY-----\n" + "A" * 64 + "\n-----END"
JWT = f"eyJ{'a' * 12}.eyJ{'b' * 12}.{'c' * 24}"
TOKEN = "gh" + f"p_{'a1' * 18}"
AWS_ID = "AKI" + "AIOSFODNN7EXAMPLE"
LINK = f"postgresql://mlflow:{VALUE}@db.example.com:5432/mlflow"
DOCKER = f'{{"auths":{{"registry.example.com":{{"auth":"{"a1" * 12}"}}}}}}'
SIGNED = f"https://account.blob.core.windows.net/models/iris.zip?sv=1&sig={VALUE}"
CODES = ("KG504", "KG505", "KG506", "KG507")


def variable(name, value):
    return service({"model": {"env": [{"name": name, "value": value}]}})


ENV = "spec.predictor.model.env.0.value"


@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "MLFLOW_TRACKING_PASSWORD", "OPENAI_API_KEY", "SECRET_KEY", "DB_PASS",
        "CLIENT_SECRET", "awsSecretAccessKey", "AZURE_STORAGE_ACCESS_KEY", "password", "db-password", "secretToken",
        "cookieSecret", "client_secret", "flaskServerSecretKey", "apikey", "rootPassword", "API_TOKEN_2X_TOKEN",
        "githubSecret", "accessKey", "WEBHOOK_SECRET", "MY_SECRET", "PGPASSWORD", "dbpassword", "pass", "passwords",
        "apiKeys", "CryptKeeper.keys", "masterKey",
    ],
)  # fmt: skip
def test_names_that_promise_a_secret(name):
    assert plain.promises(name)


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID", "secretName", "existingSecret", "secretAccessKeyName", "keyOfSecretAccessKey", "tokenURL",
        "passwordKey", "clientSecretKey", "cookieSecretKey", "imagePullSecret", "tokenExpiration", "EOS_TOKEN",
        "PAD_TOKEN", "MAX_TOKENS", "tokenMountPath", "secretKeyRef", "topologyKey", "publicKey", "PASSWORD_FILE",
        "HF_TOKEN_PATH", "storageSecretNameAnnotation", "tokens", "secrets", "KEY", "proxyPass", "bypass", "tlsSecret",
        "secretKey", "secret", "", "--", 7, None, "passthrough", "passwordLength", "keys", "jwks.keys", "hmac",
    ],
)  # fmt: skip
def test_names_that_promise_none(name):
    assert not plain.promises(name)


@pytest.mark.parametrize("text", [VALUE, "minio123", "admin", "Xy7$kd9!", "a" * 40])
def test_texts_that_are_values(text):
    assert plain.literal(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "$(PASSWORD)", "${PASSWORD}", "{{ .Values.password }}", "<password>", "changeme", "CHANGE-ME", "xxxx",
        "replace_me", "your-token", "/var/run/token", "file:///token", "vault:secret/data/x#y", "true", "none", "EMPTY",
        "https://example.com/token", "AWS_SECRET_ACCESS_KEY", "$dex.github.clientSecret", "****", "10", "3600", "todo",
        "arn:aws:secretsmanager:eu-west-1:1:secret:x", "ref+vault://x", "dummy", 7, None, [],
    ],
)  # fmt: skip
def test_texts_that_stand_for_something_else(text):
    assert not plain.literal(text)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("AWS_SECRET_ACCESS_KEY", VALUE, True),
        ("HF_TOKEN", TOKEN, True),
        ("SETTINGS", TOKEN, True),
        ("CERTIFICATE", KEY, True),
        ("AUTHORIZATION", f"Bearer {JWT}", True),
        ("HF_TOKEN", "$(HF_TOKEN)", False),
        ("EOS_TOKEN", "</s>", False),
        ("HF_TOKEN_PATH", "/var/run/token", False),
        ("MODEL_NAME", "correct-horse-9", False),
        ("OPENAI_API_KEY", "EMPTY", False),
        ("MLFLOW_TRACKING_PASSWORD", None, False),
        (7, VALUE, False),
    ],
)
def test_a_variable_in_plain_is_told(name, value, told):
    assert places("KG504", variable(name, value)) == ([(ENV, "error")] if told else [])


def test_a_variable_from_a_secret_is_as_it_should_be():
    env = [{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}}]
    assert places("KG504", service({"model": {"env": env}})) == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"artifactRoot": {"s3": {"awsSecretAccessKey": VALUE}}}, "artifactRoot.s3.awsSecretAccessKey"),
        ({"backendStore": {"postgres": {"password": VALUE}}}, "backendStore.postgres.password"),
        ({"proxy": {"secretToken": VALUE}}, "proxy.secretToken"),
        ({"hub": {"cookieSecret": VALUE}}, "hub.cookieSecret"),
        ({"hub": {"config": {"GitHubOAuthenticator": {"client_secret": VALUE}}}},
         "hub.config.GitHubOAuthenticator.client_secret"),
        ({"extraEnvVars": {"AWS_SECRET_ACCESS_KEY": VALUE}}, "extraEnvVars.AWS_SECRET_ACCESS_KEY"),
        ({"env": [{"name": "HF_TOKEN", "value": VALUE}]}, "env.0.value"),
        ({"config": f"key: |\n  {KEY}"}, "config"),
        ({"artifactRoot": {"s3": {"awsAccessKeyId": AWS_ID}}}, "artifactRoot.s3.awsAccessKeyId"),
        ({"extraEnvVars": {"ID": AWS_ID}}, "extraEnvVars.ID"),
        ({"auth": {"adminPassword": 12345678}}, "auth.adminPassword"),
        ({"extraEnv": {"DB_PASSWORD": {"value": VALUE}}}, "extraEnv.DB_PASSWORD.value"),
        ({"hub": {"config": {"CryptKeeper": {"keys": [VALUE]}}}}, "hub.config.CryptKeeper.keys.0"),
        ({"hub": {"extraConfig": {"a": f'c.DummyAuthenticator.password = "{VALUE}"'}}}, "hub.extraConfig.a"),
        ({"extraFiles": {"a": f"[db]\nuser = mlflow\ndb_password = {VALUE}\n"}}, "extraFiles.a"),
        ({"configs": {"cm": {"dex.config": f"connectors:\n- config:\n    clientSecret: {VALUE}\n"}}},
         "configs.cm.dex.config"),
        ({"extraArgs": ["--app-name=x", f"--db-password={VALUE}"]}, "extraArgs.1"),
        ({"dsn": f"host=db user=mlflow password={VALUE} dbname=runs"}, "dsn"),
        ({"url": f"Server=db;User Id=u;Password={VALUE};"}, "url"),
        ({"headers": f"Bearer {'a1' * 12}"}, "headers"),
    ],
)  # fmt: skip
def test_a_value_in_plain_is_told(content, place):
    assert places("KG505", values=[values_row("mlflow", "1.11.5", content)]) == [(place, "error")]


@pytest.mark.parametrize(
    "content",
    [
        {"s3": {"existingSecret": {"name": "s3-access", "keyOfSecretAccessKey": "AWS_SECRET_ACCESS_KEY"}}},
        {"kserve": {"storage": {"s3": {"secretAccessKeyName": "AWS_SECRET_ACCESS_KEY"}}}},
        {"kserve": {"storage": {"storageSpecSecretName": "storage-config"}}},
        {"auth": {"password": "", "existingSecret": "mlflow-auth", "passwordKey": "password"}},
        {"configs": {"cm": {"dex.config": "clientSecret: $dex.github.clientSecret"}}},
        {"oidc": {"clientSecret": "$oidc.clientSecret"}, "automountServiceAccountToken": True},
        {"hub": {"extraConfig": {"a": "c.A.client_secret = os.environ['X1']\npassword = get_secret('password-1')"}}},
        {"hub": {"extraConfig": {"a": "password: SecretStr2[str]\ntoken = config2.token\napi_key=None\n"}}},
        {"extraArgs": ["--password-file=/etc/p1", "--token-ttl=86400s", "--secret=mlflow-v2", "--password=$(PASS1)"]},
        {"headers": "Basic authentication of everybody", "passwordLength": 12, "maxTokens": 100000},
        {"tls": [{"secretName": "wildcard"}], "imagePullSecrets": [{"name": "registry"}]},
        {"env": [{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}}]},
        {1: {"x": [None, 2, True]}},
    ],
)  # fmt: skip
def test_references_in_values_are_as_they_should_be(content):
    rows = [values_row("mlflow", "1.11.5", content)]
    assert [code for code in CODES if places(code, values=rows)] == []


def application(helm=None, url="https://github.com/acme/ml-platform.git"):
    source = {"repoURL": url, **({"helm": helm} if helm else {})}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": {"sources": [source]}}


@pytest.mark.parametrize(
    ("helm", "place"),
    [
        ({"valuesObject": {"auth": {"password": VALUE}}}, "spec.sources.0.helm.valuesObject.auth.password"),
        ({"parameters": [{"name": "auth.password", "value": VALUE}]}, "spec.sources.0.helm.parameters.0.value"),
        ({"parameters": [{"name": "hub.config.CryptKeeper.keys[0]", "value": VALUE}]},
         "spec.sources.0.helm.parameters.0.value"),
        ({"parameters": [{"name": r"configs.secret.extra.oidc\.clientSecret", "value": VALUE}]},
         "spec.sources.0.helm.parameters.0.value"),
        ({"values": f"auth:\n  password: {VALUE}\n"}, "spec.sources.0.helm.values"),
    ],
)  # fmt: skip
def test_the_values_in_an_application_are_looked_at(helm, place):
    assert places("KG505", application(helm)) == [(place, "error")]


def config_map(**data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}, "data": data}


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("AWS_SECRET_ACCESS_KEY", VALUE, True),
        ("tls.pem", KEY, True),
        ("credentials", "[default]\naws_secret_access_key = " + "aB3/" * 10, True),
        ("config.json", f'{{"token": "{TOKEN}"}}', True),
        ("tls.crt", "-----BEGIN CERTIFICATE-----\n" + "A" * 64, False),
        ("README", "keys begin with -----BEGIN PRIV" + "ATE KEY-----", False),
        ("app.properties", f"user=a\npassword={VALUE}\n", True),
        ("config.yaml", "password: password\ntoken: input_ids\n", False),
        ("AWS_REGION", "ca-central-1", False),
        ("password", "a text\nof several lines", False),
        ("model.json", '{"token": "input"}', False),
    ],
)
def test_an_entry_in_plain_is_told(key, text, told):
    assert places("KG506", config_map(**{key: text})) == ([(f"data.{key}", "error")] if told else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEY, "a private key"),
        (KEY.replace("\n", r"\n"), "a private key"),
        (KEY.replace("RSA PRIV", "PGP PRIV").replace("KEY-", "KEY BLOCK-"), "a private key"),
        (base64.b64encode(KEY.encode()).decode(), "a private key"),
        (base64.b64encode(KEY.replace("PRIVATE KEY", "CERTIFICATE").encode()).decode(), ""),
        (JWT, "a signed token"),
        (f"id {AWS_ID}.", "an access key id of AWS"),
        (f"X{AWS_ID}", ""),
        ("AI" + f"za{'a1' * 17}b", "an API key of Google"),
        (DOCKER, "the login of a registry"),
        (base64.b64encode(DOCKER.encode()).decode(), "the login of a registry"),
        ('{"auths": {"registry.example.com": {}}}', ""),
        (f"AccountName=a;Account{'Key='}{'a1' * 42}==;", "an account key of Azure"),
        (f"Authorization: Basic {'a1' * 9}", "a login"),
        ("s" + f"k_live_{'a1' * 12}", "an access token"),
        ("", ""),
    ],
)
def test_texts_that_are_secrets_by_their_form(text, found):
    assert plain.unmistakable(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LINK, "a password"),
        (f"see {LINK} there", "a password"),
        (f"redis://:{VALUE}@cache:6379", "a password"),
        (SIGNED, "a signature"),
        (f"https://b.s3.amazonaws.com/m?X-Amz-Signature={VALUE}", "a signature"),
        ("postgresql://mlflow:$(PASSWORD)@db/mlflow", ""),
        ("postgresql://user:password@db/mlflow", ""),
        ("https://git@github.com/acme/x.git", ""),
        ("http://host:8080/a@b", ""),
        ("s3://bucket/a:b@c", ""),
        ("text", ""),
    ],
)
def test_a_link_may_carry_a_secret(text, found):
    assert plain.in_link(text) == found


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (variable("MLFLOW_BACKEND_STORE_URI", LINK), ENV),
        (variable("DB_PASSWORD", LINK), ENV),
        (service({"model": {"storageUri": SIGNED}}), "spec.predictor.model.storageUri"),
        (config_map(url=LINK), "data.url"),
        (application(url=f"https://acme:{VALUE}@github.com/acme/x.git"), "spec.sources.0.repoURL"),
    ],
)
def test_an_address_with_a_secret_is_told_once(manifest, place):
    assert places("KG507", manifest) == [(place, "error")]
    assert [code for code in ("KG504", "KG505", "KG506") if places(code, manifest)] == []


def test_no_message_repeats_a_secret():
    objects = [
        variable("HF_TOKEN", VALUE), variable("DB", LINK), config_map(password=VALUE), application(url=LINK),
        service({"model": {"storageUri": SIGNED}}), variable("A", KEY), variable("B", JWT),
    ]  # fmt: skip
    rows = [values_row("mlflow", "1.11.5", {"password": VALUE, "url": LINK})]
    told = [f"{message} {hint}" for code in CODES for _, _, message, hint in said(code, *objects, values=rows)]
    assert len(told) > len(CODES)
    assert not any(secret in text for text in told for secret in (VALUE, JWT, "A" * 16))


def test_no_rule_repeats_a_secret_of_an_address():
    uris = [SIGNED, f"https://user:{VALUE}@host/", f"s3://key:{VALUE}@bucket", f"foo://u:{VALUE}@h/x"]
    told = [found for uri in uris for found in findings(service({"model": {"storageUri": uri}}))]
    assert not [found.code for found in told if VALUE in f"{found.message}{found.hint}"]
