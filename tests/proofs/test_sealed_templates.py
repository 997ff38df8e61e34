"""What the templates of SealedSecrets become, filled in by the controller's own code, which kubeseal has too.

Every value is sealed with a throwaway key. Without kubeseal these tests skip.
"""

import pytest

from kserve_gitops.serving.credential_types import TYPES
from tests.proofs.credential_cases import CASES, told
from tests.proofs.sealed_way import SealedWay


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return SealedWay(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_secret_has_its_values_and_what_is_said_in_platform_yaml(case, sealed, chart):
    made = sealed(chart, case.credential, case.values)

    assert made.type == TYPES[case.type].secret_type
    assert told(made.data, case) == case.data


def test_every_type_that_has_a_secret_has_a_case():
    assert {case.type for case in CASES.values()} == {name for name, type_ in TYPES.items() if type_.has_secret}
