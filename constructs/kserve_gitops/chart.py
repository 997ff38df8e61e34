"""The Chart that ours and users' charts derive from."""

import cdk8s
from constructs import Construct


class Chart(cdk8s.Chart):
    """A cdk8s Chart whose object names are what they are called, without a hash."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, disable_resource_name_hashes=True)
