"""What each code means that no rule of `checks` owns: found while inputs are read, and while the tree is rendered.

Each text is a page (`core.pages`), as the docstring of a rule is. Codes are never reused. KG0xx are inputs, KG1xx
serving, KG2xx storage and credentials, KG3xx routes and gateways, KG4xx Argo CD and Helm, KG5xx secrets; KG9xx belongs
to users.
"""

TEXTS: dict[str, str] = {
    "KG001": "An input file cannot be read.",
    "KG002": "An input file is not valid YAML.",
    "KG003": "A key stands twice in one mapping.",
    "KG004": "YAML that is refused although it is valid: aliases that expand without bound, tags.",
    "KG005": "A plain value that YAML 1.1 and YAML 1.2 read differently.",
    "KG010": "An unknown field.",
    "KG011": "A value of the wrong type or form.",
    "KG012": "A required field is missing.",
    "KG013": "Two entries of the catalogue with one kind and name.",
    "KG014": "A version that kserve-gitops does not know.",
    "KG015": "An environment that platform.yaml does not declare.",
    "KG016": "A reference to something that platform.yaml does not declare.",
    "KG017": "Two credentials with one ServiceAccount.",
    "KG018": "A file under manifests/ that holds no Kubernetes object.",
    "KG019": "A patch that cannot be applied.",
    "KG020": "A manifest that cannot be adopted without loss.",
    "KG021": "A part older than the one that the KServe release is tested with.",
    "KG030": "A suppression that cannot be understood.",
    "KG031": "A suppression that suppresses nothing.",
    "KG090": "A rule broke off: a bug of that rule.",
    "KG110": "A field that the kind of the object does not have.",
    "KG111": "A value that the kind of the object does not allow.",
    "KG112": "A kind without a schema in imports/.",
    "KG113": "A field that the kind of the object requires is missing.",
    "KG114": "A kind or field that only a newer KServe has.",
    "KG115": "An object that the charts of this KServe release cannot serve.",
    "KG201": "A bucket or region that cannot exist.",
    "KG302": "A route to what no Gateway can reach.",
    "KG401": "Helm values that the chart does not know.",
    "KG404": "A manifest that cannot be rendered.",
    "KG405": "Helm values that are not checked.",
    "KG501": "A sealed file is missing.",
    "KG502": "A sealed file that does not fit its consumers.",
}


def meaning(code: str) -> str:
    """What is wrong, as a phrase to stand in a message."""
    text = TEXTS[code].partition("\n")[0].removesuffix(".")
    return text[:1].lower() + text[1:] if not text.startswith("YAML") else text
