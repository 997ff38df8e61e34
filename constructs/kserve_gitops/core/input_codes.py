"""Pages of what is found while inputs are read: platform.yaml, models/, manifests/, sealed/ and what adopt is given."""

INPUTS: dict[str, str] = {
    "KG001": """An input file cannot be read.

        What stands in it is missing from the build, so nothing that refers to it can be judged, and `dist/` stays as it
        is.

        Fix: see that the file exists, is a regular file that you may read, is not empty, and has at most 4 MB.

        Since: every release

        Source: inputs/files.py; for adopt cli/adopt.py, which takes 16 MB.
        """,
    "KG002": """An input file is not valid YAML.

        No reader can say what was meant. The place is the one where reading stopped; the mistake may stand a line above
        it.

        Fix: indent with spaces, close every quote and bracket, quote a value that has `: ` or ` #` in it or begins with
        one of `{ [ * & ! | > % @`, and save the file as UTF-8. A file of `models/` holds one document.

        Since: every release

        Source: YAML 1.2.2, chapters 5 to 9.
        """,
    "KG003": """A key stands twice in one mapping.

        YAML forbids it, but most readers take the last one and say nothing: what stands above is lost without a trace.

        Fix: keep one of the two, or merge what stands below them.

        Since: every release

        Source: YAML 1.2.2, section 3.2.1.1: keys of a mapping are unique.
        """,
    "KG004": """YAML that is refused although it is valid: aliases that expand without bound, tags.

        A few lines of aliases can expand to gigabytes, a tag can ask a reader to run code, and `<<` belongs to YAML 1.1
        alone: readers differ in what they make of it. None of them is needed to describe a model.

        Fix: write the value out where an alias or `<<` stands, take the tag away, and nest less deeply. What all models
        share goes into `defaults` of platform.yaml.

        Since: every release

        Source: core/documents.py; YAML 1.2.2, chapter 10, on tags; YAML 1.1 type repository, on merge keys.
        """,
    "KG005": """A plain value that YAML 1.1 and YAML 1.2 read differently.

        `no`, `on`, `1_000`, `0o17`, `12:30` or a date are text to one reader and a boolean or a number to another. What
        you mean would depend on which of Argo CD, kubectl and your editor reads it.

        Fix: put it in quotes if it is text; else write `true`, `false` or a plain decimal number.

        Since: every release

        Source: YAML 1.1 type repository on bool, int, float and timestamp; YAML 1.2.2, section 10.3.
        """,
    "KG010": """An unknown field.

        Nothing reads it, so what it says would not happen: most often a word that is misspelt, or a field that stands
        one level too deep.

        Fix: take the name that the hint offers. docs/catalogue.md has every key of `models/`; those of platform.yaml
        stand in its JSON Schema, which editors understand.

        Since: every release

        Source: inputs/schemas/platform.schema.json and model.schema.json.
        """,
    "KG011": """A value of the wrong type or form.

        It cannot become what its field is for: text where a number is expected, a name that Kubernetes refuses, a word
        that is none of those to choose from.

        Fix: write what the message asks for; the hint has the legal values where they can be listed.

        Since: every release

        Source: inputs/schemas/platform.schema.json and model.schema.json; Kubernetes documentation, Object names and
        IDs.
        """,
    "KG012": """A required field is missing.

        There is no default that would be right for everybody, and nothing can be built without it.

        Fix: add the field; the hint says what it is for.

        Since: every release

        Source: inputs/schemas/platform.schema.json and model.schema.json.
        """,
    "KG013": """Two entries of the catalogue with one kind and name.

        Both would become the same object in the same namespace, and one would write over the other. So would the pages
        of two models with one name: all pages are in one namespace, whatever namespaces their models are in.

        Fix: rename one of the two, give it another `namespace`, or delete it. Of two pages take one away.

        Since: every release

        Source: Kubernetes documentation, Object names and IDs: a name is unique for its kind in a namespace.
        """,
    "KG014": """A version that kserve-gitops does not know.

        Which charts to deploy, which values they take and which fields objects have depends on the release. Guessing
        would deploy something that nobody has looked at.

        Fix: set `kserve.version` to one that the hint lists; docs/versions.md says what each brings.

        Since: every release

        Source: inputs/releases.py.
        """,
    "KG015": """An environment that platform.yaml does not declare.

        What is said for it would be built for no environment at all. A folder below `manifests/` that is called nearly
        like an environment is a warning: its objects go to all of them.

        Fix: take the name of one that is declared, or add it under `environments` of platform.yaml.

        Since: every release

        Source: inputs/entries.py and inputs/raw.py.
        """,
    "KG016": """A reference to something that platform.yaml does not declare.

        A model names a credential, or asks for a page, and platform.yaml has none: its pod would wait for a Secret that
        never comes, or the page would not be made.

        Fix: declare it in platform.yaml under `credentials` or `clients`, or take the name of one that is there.

        Since: every release

        Source: inputs/models.py and inputs/platform.py.
        """,
    "KG017": """Two credentials with one ServiceAccount.

        KServe goes through the Secrets of a ServiceAccount and takes what it finds: a model would get the keys of
        either.

        Fix: give each credential a `serviceAccountName` of its own.

        Since: v0.16.0

        Source: kserve/kserve v0.16.0, pkg/credentials/service_account_credentials.go.
        """,
    "KG018": """A file under manifests/ that holds no Kubernetes object.

        Everything below `manifests/` is delivered as it stands, and the API server takes nothing without apiVersion,
        kind and metadata.name.

        Fix: add what is missing; write the items of a List as documents of their own, with `---` between them; move
        files that are no manifests elsewhere.

        Since: every release

        Source: Kubernetes documentation, Objects in Kubernetes: required fields.
        """,
    "KG019": """A patch that cannot be applied.

        A JSON patch is all or nothing: one operation that finds no target, or one `test` that does not hold, and none
        of it counts.

        Fix: compare the path with the object that is built, which `dist/` shows; `/` in a key is `~1`, and `-` appends
        to a list. Parents are not made on the way: add them first.

        Since: every release

        Source: RFC 6902, section 5; RFC 6901, section 3.
        """,
    "KG020": """A manifest that cannot be adopted without loss.

        `adopt` writes only what builds to the object that it was made from. Here the two would differ, or the file to
        write is there already.

        Fix: change what the message names, in the manifest or in platform.yaml; or put the object under `manifests/`,
        where it is delivered as it stands. No file is ever overwritten: move one that is in the way, or use `--to`.

        Since: every release

        Source: adopt/proof.py, which compares the two objects.
        """,
    "KG021": """A part older than the one that the KServe release is tested with.

        It may well work. But the release was tested with a newer one, and uses what that brought: fields or kinds that
        the older one does not have.

        Fix: raise `parts.<name>.version` to what the hint says, or take the key away for the default.

        Since: v0.16.0

        Source: kserve/kserve, kserve-deps.env at the tag of the release; as a table in inputs/releases.py.
        """,
    "KG022": """An option that means nothing for the type of its credential.

        Each type of credential takes options of its own: a role for `irsa`, a host for `https`. One that belongs to
        another type would be passed over, and what it was to do would not happen.

        Fix: take it away, or write the `type` that it belongs to; the message names both.

        Since: every release

        Source: serving/credential_types.py.
        """,
    "KG023": """A credential of a type that is of no use where it is named.

        A model needs one that opens the store that it is in, MLflow's artifacts need one for S3, and its first user is
        a name and a password. Two for one store behind one ServiceAccount are a mistake too, keys and a role above all:
        the keys would win, and the role would never be used.

        Fix: name a credential of a type that the message gives; keep one for each store.

        Since: every release

        Source: kserve v0.16.0, pkg/credentials; botocore 1.44.5, credentials.py, on what comes first.
        """,
    "KG024": """Regions, partitions, roles, keys or a cluster of AWS that do not fit together.

        A role opens buckets of its own partition alone, S3 encrypts with keys of the bucket's own region, and a role
        can trust a pod only through the cluster that it runs in. KServe hands an endpoint to all of AWS's clients, also
        to the one that asks for the role. A store that is not AWS knows none of this. AWS would take some of it and
        refuse every download.

        Fix: write the ARN or the region that the message asks for. `eks.oidcProvider` is what
        `aws eks describe-cluster --query cluster.identity.oidc.issuer` says, without `https://`; `eks.clusterName` is
        the name of the cluster. For a store that is not AWS take `kmsKeyArn` and `provision` away.

        Since: every release

        Source: IAM User Guide, ARNs and partitions; S3 User Guide, SSE-KMS; EKS User Guide, IRSA and Pod Identity.
        """,
    "KG025": """Several credentials for one store, of which none is chosen.

        A model that names no credential takes the one that platform.yaml names for all, or the only one that opens the
        store it is in; MLflow likewise. With a second one nobody knows which is meant: neither is given, and the store
        is asked without keys. That works for what is public, and where the node has a role.

        Fix: write `credential` into the model, name the one for all of them as `models.credential`, and MLflow's as
        `parts.mlflow.credential`. `credential: null` says that a model needs none.

        Since: every release

        Source: inputs/undecided.py.
        """,
    "KG026": """A credential without anything to fetch, where Secrets come from a store.

        A bucket that is read without keys, or HDFS without a login, needs a Secret all the same, for KServe reads the
        settings from it. Nothing in it is secret, so nothing of it is in a store, and External Secrets refuses an
        ExternalSecret with nothing to fetch. Where its webhook is off, the object even counts as synced, and there is
        no Secret all the same: the pod waits for one that never comes.

        Fix: use `backend: sealed-secrets` in this environment, where such a Secret is made of its template alone; or
        let somebody else make it, and name its ServiceAccount in the model.

        Since: every release

        Source: external-secrets v1.3.2, pkg/controllers/externalsecret/externalsecret_controller.go; v0.20.4,
        apis/externalsecrets/v1/externalsecret_validator.go.
        """,
    "KG030": """A suppression that cannot be understood.

        A comment that was meant to suppress a finding does not: it names no code or one that there is not, gives no
        reason, or names one that cannot be suppressed.

        Fix: write `# kserve-gitops: ignore KG101 -- reason`, at the end of the line or on a line of its own above it;
        several codes with commas between them.

        Since: every release

        Source: checks/suppressions.py.
        """,
    "KG031": """A suppression that suppresses nothing.

        The mistake is gone, or has moved to another line. Left there, the comment would hide the next one, for a reason
        that no longer holds.

        Fix: take the comment away, or move it to the line of the finding.

        Since: every release

        Source: checks/suppressions.py.
        """,
}
