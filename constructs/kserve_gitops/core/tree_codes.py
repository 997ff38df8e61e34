"""Pages of what is found when objects are rendered and held against schemas, and when sealed files are looked for."""

TREE: dict[str, str] = {
    "KG090": """A rule broke off: a bug of that rule.

        What the other rules found is told; what this one would have found is not known.

        Fix: if its code is one of KG901 to KG999, mend it at the place that is named: a rule must take objects of any
        shape. Else report it, with the object that it broke off at.

        Since: every release

        Source: checks/engine.py.
        """,
    "KG110": """A field that the kind of the object does not have.

        The API server drops a field that the schema of the kind does not know, most often without a word. What it says
        does not happen, and Argo CD may show the object as out of sync for ever. A `status` with something in it is the
        cluster's to write, and a warning; an empty one, as tools print it, is nothing.

        Fix: take the name that the hint offers, or move the field to where it belongs. If a newer CRD has it, import
        that CRD with `kserve-gitops import`.

        Since: every release

        Source: Kubernetes documentation, CustomResourceDefinitions: field pruning; the schemas in imports/.
        """,
    "KG111": """A value that the kind of the object does not allow.

        The API server refuses the whole object, and the sync of its Application fails. A field that need not be there
        and has no value is as good as absent to it, and a warning.

        Fix: write a value of the type and form that the message names.

        Since: every release

        Source: Kubernetes documentation, CustomResourceDefinitions: validation; the schemas in imports/.
        """,
    "KG112": """A kind without a schema in imports/.

        Its fields cannot be checked: a misspelt one shows only in the cluster. For an object under `manifests/` this is
        a warning; of Kubernetes' own groups and of KServe's all kinds are known, so there the API server refuses it.

        Fix: give its CustomResourceDefinition to `kserve-gitops import`; check apiVersion and kind for a misspelling.

        Since: every release

        Source: checks/schema/schemas.py; imports/.
        """,
    "KG113": """A field that the kind of the object requires is missing.

        The API server refuses the whole object, and the sync of its Application fails.

        Fix: add the field at the place that is named.

        Since: every release

        Source: Kubernetes documentation, CustomResourceDefinitions: validation; the schemas in imports/.
        """,
    "KG114": """A kind or field that only a newer KServe has.

        The CRDs of the release that platform.yaml deploys do not have it: the kind is refused, the field is dropped
        without a word.

        Fix: raise `kserve.version` to the release that is named, or do without.

        Since: every release; the message says from which one on

        Source: the CRDs of kserve/kserve at each tag, as in imports/; checks/schema/since.py.
        """,
    "KG115": """An object that the charts of this KServe release cannot serve.

        The CRD may be there, but no controller that acts on it can be installed beside the one for InferenceServices:
        the object stays without a status.

        Fix: raise `kserve.version` to the release that the hint names, or deploy such a controller yourself.

        Since: v0.16.0 alone; from v0.17.1 on there are charts that can

        Source: kserve/kserve v0.16.0 and v0.17.1, charts/.
        """,
    "KG201": """A bucket or region that cannot exist.

        The name breaks the rules of the store, so no such bucket was ever made: every download and every IAM policy
        with it leads nowhere.

        Fix: compare with the console of the store. A store that is not AWS has regions of its own: set
        `storage.endpoint` too.

        Since: every release

        Source: Amazon S3 documentation, Bucket naming rules; the partitions and regions of AWS in inputs/aws.py.
        """,
    "KG302": """A route to what no Gateway can reach.

        In the mode Knative the Service of a predictor is an ExternalName, which points back to the gateway of Knative.
        An HTTPRoute with it as its backend is not accepted, or sends every request in a circle.

        Fix: take `route` away, or write `route: null` for the environments in that mode; KServe makes an address of its
        own.

        Since: v0.16.0

        Source: Knative Serving, pkg/reconciler/route/resources/service.go, which makes the ExternalName; kserve/kserve
        v0.16.0, pkg/controller/v1beta1/inferenceservice/components/predictor.go; Gateway API, BackendObjectReference.
        """,
    "KG401": """Helm values that the chart does not know.

        Helm takes any key and says nothing about one that no template reads: the setting keeps its default.

        Fix: take the name that the hint offers; `helm show values` prints those of the chart.

        Since: every release

        Source: values.yaml and values.schema.json of the chart at its version, as in imports/values/.
        """,
    "KG404": """A manifest that cannot be rendered.

        cdk8s refused it, so there is nothing to check and nothing to write. The message is that of cdk8s, or of the
        construct that made it.

        Fix: change the construct at the place that is named. Names, labels and references must be plain values when the
        tree is rendered.

        Since: every release

        Source: cdk8s, ApiObject.toJson, and the validations of the constructs in the tree.
        """,
    "KG405": """Helm values that are not checked.

        imports/ has no schema for that version of the chart. A misspelt key would show only in the cluster, as a
        setting that keeps its default.

        Fix: import the values.yaml of the chart as `<chart>-<version>.values.yaml` with `kserve-gitops import`, or take
        a version that is known.

        Since: every release

        Source: checks/schema/schemas.py; imports/values/.
        """,
    "KG501": """A sealed file is missing.

        A model or a part uses a credential, and there is no SealedSecret for it in its namespace: the pod would wait
        for a Secret that never comes, or start without keys and be refused by the store.

        Fix: seal the keys with the command in the hint, and commit the file; sealed/README.md shows the whole way.

        Since: every release

        Source: inputs/sealed.py; Sealed Secrets v0.36.6 on scopes.
        """,
    "KG502": """A sealed file that does not fit its consumers.

        Ciphertext is bound to the name and the namespace that it was sealed for, and KServe reads the keys by fixed
        names. Otherwise the controller cannot decrypt it, or KServe does not find the keys.

        Fix: seal it again, with the name, namespace and keys that the message names.

        Since: v0.16.0

        Source: Sealed Secrets v0.36.6 on scopes; kserve/kserve v0.16.0, pkg/credentials/s3/s3_secret.go.
        """,
    "KG518": """A key of a sealed file that nothing reads.

        KServe and the charts look for keys by fixed names, so what is sealed under another one has no effect: a
        misspelt setting stays at its default. It cannot be seen what is in it, only that it is kept for nothing.

        Fix: take the key out of the file, or seal the value again under the name that is read; an `opaque` credential
        lists its keys itself.

        Since: every release

        Source: serving/credential_types.py; kserve/kserve v0.16.0, pkg/credentials; zero-to-jupyterhub 4.4.0.
        """,
}
