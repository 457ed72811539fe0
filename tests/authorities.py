"""Certificates made by a test, of those who prove who they are and of those who do not."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("elsewhere.example")


@dataclass(frozen=True)
class Authority:
    """Who says who somebody is."""

    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def file(self) -> Path:
        """Return the file of its certificate, to be trusted or not."""
        return self.folder / f"{self.name}.pem"

    def server(
        self, *, named: x509.GeneralName = HERE, until: datetime | None = None
    ) -> ssl.SSLContext:
        """Return what a server speaks TLS with, by a certificate for a name."""
        key = ec.generate_private_key(ec.SECP256R1())
        ends_at = until or datetime.now(UTC) + DAY
        builder = _builder("server", self.certificate.subject, key, ends_at)
        builder = builder.add_extension(x509.SubjectAlternativeName([named]), critical=False)
        signed = builder.sign(self.key, hashes.SHA256())
        file = self.folder / f"server-{signed.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def authority(folder: Path, name: str) -> Authority:
    """Return a new authority, with its certificate in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(name, subject, key, datetime.now(UTC) + DAY)
    basic = x509.BasicConstraints(ca=True, path_length=None)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(basic, critical=True)
    made = builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())
    found = Authority(folder, name, key, made)
    found.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return found


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends_at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends_at - 30 * DAY)
        .not_valid_after(ends_at)
    )
