"""Certificates and keys, read as nginx will: it does so only after the release commands have run."""

import re
import ssl
from pathlib import Path

from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.project import Tls

_CERTIFICATE = re.compile(rb"-----BEGIN [A-Z0-9 ]*CERTIFICATE-----")
_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED")
_OF_ANOTHER = frozenset({"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"})
"""OpenSSL's reasons; the last where the two are not even of one kind."""
_ANY_STRENGTH = "ALL:@SECLEVEL=0"
"""How strong a key must be is for nginx's own OpenSSL to say."""


def check_certificate(index: int, entry: Tls) -> None:
    """Have a certificate and its key be there, in PEM, and belong together. Raises DeploymentFailed."""
    path, certificate, key = f"proxy.tls[{index}]", entry.certificate, entry.key
    if not _CERTIFICATE.search(_read(f"{path}.certificate", certificate)):
        raise _no_pem(f"{path}.certificate", certificate, "certificate", "x509")
    content = _read(f"{path}.key", key)
    if not _KEY.search(content):
        raise _no_pem(f"{path}.key", key, "private key", "pkey")
    if _ENCRYPTED.search(content):
        raise DeploymentFailed(
            f"{path}.key: {key} is encrypted, and nginx has nobody to ask for its passphrase",
            f"openssl pkey -in {key} -out PLAIN-KEY writes one without; keep it closed to others: chmod 600 PLAIN-KEY",
        )
    _check_pair(path, certificate, key)


def _read(path: str, file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise DeploymentFailed(
            f"{path}: cannot read {file}: {error.strerror}",
            f"look at it: ls -lL {file}; then bring it back, or name another one in services.yaml",
        ) from error


def _no_pem(path: str, file: str, what: str, tool: str) -> DeploymentFailed:
    return DeploymentFailed(
        f"{path}: {file} holds no {what} in PEM (-----BEGIN …)", f"look at it: openssl {tool} -in {file} -noout -text"
    )


def _check_pair(path: str, certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(_ANY_STRENGTH)
    try:
        # the password is none: a passphrase would be asked for at the terminal
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        what = f"{key} is not the key of {certificate}"
        if error.reason not in _OF_ANOTHER:
            what = f"{certificate} or {key} is damaged"
        raise DeploymentFailed(
            f"{path}: {what}",
            f"compare: openssl x509 -in {certificate} -noout -pubkey; openssl pkey -in {key} -pubout",
        ) from error
