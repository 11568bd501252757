"""Allow-list types: what may be interpolated anywhere is one of these, matched whole."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function


@dataclass(frozen=True, slots=True)
class Allowed:
    """A text of this pattern and no other; `wanted` says in an error what to type."""

    pattern: str
    wanted: str
    longest: int = 255

    def check(self, value: str) -> str:
        """Return `value` if it matches. Raises ValueError."""
        if len(value) > self.longest:
            raise ValueError(f"should have at most {self.longest} characters")
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"should be {self.wanted}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}


def _is_address(value: str) -> bool:
    # The module accepts any character in the zone of an IPv6 address.
    if not re.fullmatch(r"[0-9a-fA-F.:/]+", value):
        return False
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _subnet(value: str) -> str:
    if not _is_address(value):
        raise ValueError("should be an address or a network such as 10.0.0.0/8")
    return value


def _host_address(value: str) -> str:
    if value != "host-gateway" and ("/" in value or not _is_address(value)):
        raise ValueError("should be an IP address, or host-gateway")
    return value


def _listen(value: object) -> str | int:
    match = isinstance(value, str | int) and re.fullmatch(r"(?:([0-9.]+|\[[0-9a-fA-F:.]+\]):)?([0-9]{1,5})", str(value))
    if not match or not 1 <= int(match[2]) <= 65535 or (match[1] and not _is_address(match[1].strip("[]"))):
        raise ValueError("should be a port such as 80, or an address and a port such as 127.0.0.1:8080")
    return f"{match[1]}:{int(match[2])}" if match[1] else int(match[2])


_PRINTABLE = r"[^\x00-\x1f\x7f]"
_NO_WAY_UP = r"(?!(?:[^/]*/)*\.\.(?:/|$))"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WORD = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REGISTRY = r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/"
_MOUNT = r"/[^:\x00-\x1f\x7f]*"
_MODE = r"(?:ro|rw|z|Z|nocopy|cached|delegated|consistent|r?(?:shared|slave|private))"
_ID = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"

NAME = Allowed(
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
    "lower case letters, digits and single hyphens, a letter first, such as shop-server",
    50,
)
Name = Annotated[str, NAME]
"""A service, project or environment: lower case letters, digits and single hyphens."""

NetworkName = Annotated[str, Allowed(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", "the name of a network, such as shop-network", 63)]

Host = Annotated[
    str, Allowed(rf"(?:\*\.)?(?:{_LABEL}\.)*{_LABEL}", "a host name in lower case, such as shop.example.com", 253)
]
"""A DNS host name, or `*.` and a domain."""

UrlPath = Annotated[
    str,
    Allowed(r"(?!.*//)(?!.*/\.\.?(?:/|$))/[A-Za-z0-9._~!&()*+,=:@/-]*", "a plain path such as /shop-api", 512),
]
"""The beginning of a path as nginx compares it: decoded, without `//` and `..`."""

ProbePath = Annotated[
    str,
    Allowed(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*", "a path such as /health, with a query where needed", 1024),
]

Port = Annotated[int, Field(strict=True, ge=1, le=65535)]

Listen = Annotated[
    str | int,
    BeforeValidator(_listen),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 65535}, {"type": "string"}]}),
]
"""A port of the host, or `address:port`."""

ImageRef = Annotated[
    str,
    Allowed(
        rf"(?:{_REGISTRY})?{_WORD}(?:/{_WORD})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?",
        "an image such as ghcr.io/acme/shop-server:1.4.2",
        512,
    ),
]

WebAddress = Annotated[
    str, Allowed(r"https?://[!-~]+", "an address such as https://hooks.example.com/deployments", 2048)
]

PREVIEW_TOKEN = Allowed(r"[0-9a-f]{32}", "a token of 32 hexadecimal digits")
"""What a request must carry to be answered by a release that is held."""

HeaderName = Annotated[str, Allowed(r"[A-Za-z0-9-]+", "the name of a header, such as X-Api-Key", 64)]
HeaderValue = Annotated[
    str,
    Allowed(r"(?:[!-~](?:[\t -~]*[!-~])?)?", "one line of ASCII text, without spaces at its beginning and end", 8192),
]
EnvName = Annotated[str, Allowed(r"[A-Za-z_][A-Za-z0-9_.]*", "a name such as DB_HOST: letters, digits, _ and .")]
LabelName = Annotated[str, Allowed(r"[!-<>-~]+", "the name of a label, such as com.example.team")]
User = Annotated[str, Allowed(rf"{_ID}(?::{_ID})?", "a user such as node, 1000 or 1000:1000")]
Group = Annotated[str, Allowed(_ID, "a group such as audio or 999")]
Directory = Annotated[
    str, Allowed(rf"{_NO_WAY_UP}/{_PRINTABLE}*", "an absolute path without .., such as /srv/shop", 4096)
]
FilePath = Annotated[str, Allowed(rf"{_PRINTABLE}+", "the path of a file", 4096)]
Glob = Annotated[
    str, Allowed(rf"{_NO_WAY_UP}(?![/!]){_PRINTABLE}+", "a path in the repository, such as apps/server/**", 1024)
]
RefPattern = Annotated[
    str, Allowed(r"(?!-)[A-Za-z0-9._/*?+-]+", "the name of a tag or branch, with * for any text, such as v*")
]
NonEmpty = Annotated[str, Allowed(r"[\s\S]+", "a text that isn't empty", 65536)]

Volume = Annotated[
    str,
    Allowed(
        rf"(?:(?:{_MOUNT}|[a-zA-Z0-9][a-zA-Z0-9_.-]+):)?{_MOUNT}"
        rf"|(?:{_MOUNT}|[a-zA-Z0-9][a-zA-Z0-9_.-]+):{_MOUNT}:{_MODE}(?:,{_MODE})*",
        "what to mount, a colon and where, such as assets:/app/assets or ./config:/app/config:ro",
        8192,
    ),
]
Tmpfs = Annotated[
    str, Allowed(r"/[^:\x00-\x20\x7f]*(?::[a-z0-9=,]+)?", "a path with options, such as /tmp:size=64m", 4096)
]
Signal = Annotated[str, Allowed(r"SIG[A-Z]+[0-9]?(?:[+-][0-9]{1,2})?|[0-9]{1,2}", "a signal such as SIGTERM")]
Capability = Annotated[str, Allowed(r"[A-Z][A-Z_]+", "a capability such as NET_ADMIN, or ALL")]
SecurityOption = Annotated[
    str, Allowed(rf"[a-z-]+(?:[=:]{_PRINTABLE}+)?", "an option such as no-new-privileges:true", 4096)
]
Platform = Annotated[str, Allowed(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?", "a platform such as linux/amd64")]
Driver = Annotated[str, Allowed(r"[a-z][a-z0-9._/:-]*", "a logging driver such as json-file")]
DbName = Annotated[str, Allowed(r"[A-Za-z_][A-Za-z0-9_-]*", "a name such as vendure", 63)]
RuleId = Annotated[str, Allowed(r"BG[0-9]{3}", "the id of a rule, such as BG102")]
LIMITS = (
    *("as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss"),
    *("rtprio", "rttime", "sigpending", "stack"),
)
Limit = Annotated[str, Allowed("|".join(LIMITS), "a limit such as nofile")]

Sysctl = Annotated[
    str,
    Allowed(
        r"net\.[A-Za-z0-9_.:/-]+|fs\.mqueue\.[a-z_]+|kernel\.(?:domainname|msg(?:max|mnb|mni)|sem|shm_rmid_forced"
        r"|shm(?:all|max|mni))",
        "a setting that each container has for itself, such as net.core.somaxconn",
    ),
]
"""Of those that runc takes: any other would change the host."""

SysctlValue = Annotated[str, Allowed(r"[!-~]+(?:[\t ]+[!-~]+)*", "a value such as 1024, or 1024 65000")]

HostAddress = Annotated[str, AfterValidator(_host_address)]
"""An IP address, or `host-gateway`."""

Subnet = Annotated[str, AfterValidator(_subnet)]
"""An IP address, or a network such as 10.0.0.0/8."""
