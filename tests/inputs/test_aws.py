import pytest

from kserve_gitops.inputs import aws


@pytest.mark.parametrize(
    ("region", "name", "suffix"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("ca-central-1", "aws", "amazonaws.com"),
        ("ap-southeast-7", "aws", "amazonaws.com"),
        ("mx-central-1", "aws", "amazonaws.com"),
        ("il-central-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("cn-northwest-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
    ],
)
def test_region_lies_in_its_partition(region, name, suffix):
    assert aws.partition(region) == aws.Partition(name, suffix)


def test_no_region_lies_in_two_partitions_and_each_partition_is_tested():
    names = [found.name for _, found in aws._PARTITIONS]

    assert len(names) == len(set(names)) == 8


@pytest.mark.parametrize("region", ["", "canada", "us-east", "us-east-1a", "US-EAST-1", "us-east-1 ", "minio"])
def test_no_partition_has_such_a_region(region):
    assert aws.partition(region) is None
