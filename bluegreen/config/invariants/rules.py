"""The rules by their ids."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding fails the check."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold in every environment."""

    id: str
    severity: Severity
    title: str
    why: str


MISSING = Rule(
    "BG101", Severity.ERROR, "every service is in the Compose files, under the same name",
    "What is tested under one name and runs under another was not tested: host names, logs and dashboards differ.",
)  # fmt: skip
UNKNOWN = Rule(
    "BG102", Severity.WARNING, "the Compose files have no service that services.yaml lacks",
    "What only Compose has is missing in production. A command that others wait for is no such service.",
)  # fmt: skip
CLAIMED = Rule(
    "BG103", Severity.ERROR, "no two services answer to one name",
    "Docker answers a name that two containers have with both, in turns: requests reach the wrong one.",
)  # fmt: skip
NETWORK = Rule(
    "BG104", Severity.ERROR, "every service is on the network of services.yaml, under that network's name",
    "A container that is started by hand, or by another tool, joins the network by its name.",
)  # fmt: skip
PORT = Rule(
    "BG105", Severity.ERROR, "a service listens on the same port everywhere",
    "nginx, probes and other services find it at the port that services.yaml says.",
)  # fmt: skip
HOST = Rule(
    "BG106", Severity.ERROR, "hosts in variables are names of services",
    "A host that is no service's name is found in one environment alone, and inside a container localhost is itself.",
)  # fmt: skip
HOST_PORT = Rule(
    "BG107", Severity.ERROR, "addresses of services in variables have the service's port",
    "Inside the network a service is reached at its own port, not at one that a workplace publishes.",
)  # fmt: skip
POSTGRES = Rule(
    "BG108", Severity.ERROR, "the database has the same major version everywhere",
    "Queries, extensions and dumps differ between major versions, and none starts on another's volume.",
)  # fmt: skip
TARGET = Rule(
    "BG201", Severity.ERROR, "what is disposable is built for production",
    "The image that passes must be the image that is deployed: the stage prod of the Dockerfile.",
)  # fmt: skip
BIND = Rule(
    "BG202", Severity.ERROR, "what is disposable mounts no folder of the host",
    "A mounted folder hides what is in the image: what passes is not what is deployed.",
)  # fmt: skip
COMMAND = Rule(
    "BG203", Severity.ERROR, "what is disposable runs no development command",
    "A development server compiles, reloads and forgives what the built application does not.",
)  # fmt: skip
NODE_ENV = Rule(
    "BG204", Severity.WARNING, "what is disposable has NODE_ENV=production where it has one",
    "Libraries behave differently: caches, error pages, minified code.",
)  # fmt: skip
IDLE_WAIVER = Rule(
    "BG901", Severity.WARNING, "every waiver waives something",
    "A waiver that is not needed hides the next violation.",
)  # fmt: skip

RULES = {
    rule.id: rule
    for rule in (
        MISSING,
        UNKNOWN,
        CLAIMED,
        NETWORK,
        PORT,
        HOST,
        HOST_PORT,
        POSTGRES,
        TARGET,
        BIND,
        COMMAND,
        NODE_ENV,
        IDLE_WAIVER,
    )
}
"""By id."""

CONFIGURATION = Rule(
    "BG001", Severity.ERROR, "services.yaml and the files that it names can be read",
    "Nothing can be deployed with a configuration that is wrong.",
)  # fmt: skip
"""What refuses a configuration as a whole; it can't be waived."""
