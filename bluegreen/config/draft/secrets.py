"""Values that belong into no file that is committed, and into no log."""

import re
from collections.abc import Mapping

_NAMES = re.compile(r"PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|PRIVATE|SALT|DSN|CERT", re.IGNORECASE)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s]*:([^/\s]*)@")


def is_secret(name: str, value: str) -> bool:
    """Whether a variable is probably secret, by its name or by a password in a URL."""
    return bool(_NAMES.search(name) or _URL.search(value))


def secrets(name: str, value: str) -> tuple[str, ...]:
    """Return what of a variable is probably secret: all of it, by its name, or the passwords in its URLs."""
    return (value,) if _NAMES.search(name) else tuple(_URL.findall(value))


def env_file_text(values: Mapping[str, str]) -> str:
    """Write an env file that is read as these values."""
    return "".join(f'{name}="{_escaped(value)}"\n' for name, value in values.items())


def _escaped(value: str) -> str:
    for char, written in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(char, written)
    return value
