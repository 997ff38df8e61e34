import json, pytest
from tests.proofs.test_downloads import *
from tests.proofs.test_downloads import stores, world
REGION="ca-central-1"
ROLE="eks.amazonaws.com/role-arn"

@releases
def test_keys(world, release):
    world.enforce("0")
    out = world.download(release, opened(world.told["keys"], region=REGION), "s3://iris-models/iris")
    print(out, world.seen()); assert out == ""
@releases
def test_bad_keys(world, release):
    world.enforce("0")
    out = world.download(release, opened(KEYS, region=REGION), "s3://iris-models/iris")
    print(out, world.seen()); assert out
@releases
def test_irsa(world, release):
    world.enforce("1")
    t=world.folder/"token"; t.write_text("a token")
    out = world.download(release, [account(annotations={ROLE: world.told["role"], **s3_annotations(region=REGION)})], "s3://iris-models/iris", injected={"AWS_ROLE_ARN": world.told["role"], "AWS_WEB_IDENTITY_TOKEN_FILE": str(t)})
    print(out, world.seen()); assert out == ""
@releases
def test_podid(world, release):
    world.enforce("0")
    t=world.folder/"token"; t.write_text("throwaway-token")
    out = world.download(release, [account()], "s3://iris-models/iris", injected={"AWS_CONTAINER_CREDENTIALS_FULL_URI": world.told["proxy"]+"/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(t), "AWS_REGION": REGION})
    print(out, world.seen()); assert out == ""
@releases
def test_anon(world, release):
    world.enforce("inf")
    for b in ("iris-public","iris-models"):
        out = world.download(release, opened(region=REGION, useanoncredential="true"), f"s3://{b}/iris")
        print(out, world.seen())
@releases
def test_http(world, release):
    world.enforce("0")
    out = world.download(release, opened(world.told["keys"], region=REGION, endpoint="minio.example.com:9000", usehttps="0"), "s3://iris-models/iris")
    print(out, world.seen()); assert out == ""
@releases
def test_ca(world, release):
    world.enforce("0")
    ca=(world.certificates/"own.crt").read_text()
    out = world.download(release, [*opened(world.told["keys"], region=REGION, endpoint="minio.example.com", cabundle_configmap="own-ca"), config_map("own-ca", {"cabundle.crt": ca})], "s3://iris-models/iris")
    print(out, world.seen()); 
    out = world.download(release, opened(world.told["keys"], region=REGION, endpoint="minio.example.com", verifyssl="0"), "s3://iris-models/iris")
    print(out, world.seen()); 
    out = world.download(release, opened(world.told["keys"], region=REGION, endpoint="minio.example.com"), "s3://iris-models/iris")
    print(out, world.seen()); 
@releases
def test_web(world, release):
    h={"https-host":"models.example.com","headers":json.dumps({"Authorization":"Bearer throwaway-token"})}
    print(world.download(release, opened(h), "https://models.example.com/iris.joblib"), world.seen())
    print(world.download(release, [], "https://models.example.com/iris.joblib"), world.seen())
@releases
def test_hub(world, release):
    print(world.download(release, opened({"HF_TOKEN":"throwaway-token"}), "hf://org/iris"), world.seen())
    print(world.download(release, [], "hf://org/iris"), world.seen())
@releases
def test_gcs(world, release):
    print(world.download(release, opened({"gcloud-application-credentials.json":world.told["google"]}), "gs://bucket/iris"), world.seen())
    print(world.download(release, [], "gs://bucket/iris"), world.seen())
@releases
def test_azure(world, release):
    sp={"AZURE_CLIENT_ID":"client","AZURE_TENANT_ID":"tenant","AZURE_CLIENT_SECRET":"throwaway-token"}
    print(world.download(release, opened(sp), "https://account.blob.core.windows.net/models/iris"), world.seen())
    print(world.download(release, opened({"AZURE_STORAGE_ACCESS_KEY":world.told["azure"]}), "https://account.blob.core.windows.net/models/iris"), world.seen())
    print(world.download(release, [], "https://account.blob.core.windows.net/models/iris"), world.seen())
@releases
def test_hdfs(world, release):
    s={"HDFS_NAMENODE":"http://namenode.example.com:9870","USER_PROXY":"iris","HEADERS":json.dumps({"Authorization":"Bearer throwaway-token"})}
    print(world.download(release, opened(s), "hdfs://models/iris"), world.seen())
