"""Throwaway keys and certificates, made anew for each run of the tests."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@cache
def rsa_key(which=0, bits=2048):
    """A key; another one for each `which`."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def certificate(key, *, begins=NOW - DAY, ends=NOW + DAY, subject="throwaway"):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(ends)
    return builder.sign(key, hashes.SHA256())


def pem(key=None, **given):
    return certificate(key or rsa_key(), **given).public_bytes(Encoding.PEM)


def private_pem(key, form=PrivateFormat.PKCS8):
    return key.private_bytes(Encoding.PEM, form, NoEncryption())
