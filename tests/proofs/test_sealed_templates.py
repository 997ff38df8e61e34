"""What the templates of SealedSecrets become, filled in by the controller's own code, which kubeseal has too.

Every value is sealed with a throwaway key. Without kubeseal these tests skip.
"""

import pytest

from kserve_gitops.inputs import credential_contents
from kserve_gitops.serving.credential_types import TYPES
from tests.proofs.credential_cases import CASES, told
from tests.proofs.secrets_made import SealedSecrets


@pytest.fixture(scope="module")
def sealed_secrets(tmp_path_factory):
    return SealedSecrets(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_secret_has_what_is_sealed_and_what_platform_yaml_says(case, sealed_secrets):
    made = sealed_secrets.made(case, case.values)

    assert made.type == TYPES[case.type].secret_type
    assert told(made.data, case) == {**case.values, **case.add}
    assert made.annotations == credential_contents.secret_annotations(case.credential)


def test_every_type_that_has_a_secret_has_a_case():
    assert {case.type for case in CASES.values()} == {name for name, type_ in TYPES.items() if type_.has_secret}
