"""services.yaml for what was found, with what is to be reviewed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bluegreen.config.draft.secrets import is_secret
from bluegreen.config.invariants.postgres import is_postgres, major_version
from bluegreen.model.found import Found, FoundProject
from bluegreen.model.text import one_line

BESIDE = re.compile(
    r"(?:.*/)?(?:redis|valkey|memcached|mysql|mariadb|mongo|elasticsearch|opensearch|rabbitmq|nats|kafka|zookeeper|minio"
    r"|mailhog|mailpit|adminer|pgadmin4?|traefik|nginx|caddy|registry)(?:[:@].*)?"
)
"""Images of what runs beside bluegreen, as before."""
NEWEST_POSTGRES = 17

HEAD = """\
# Drafted by `bluegreen init`; read it once, lines with REVIEW above all. `bluegreen check` checks it, `bluegreen plan`
# says what a deployment would do, and docs/services.md describes every key.
"""


@dataclass(slots=True)
class Draft:
    """A services.yaml in the making."""

    project: str
    network: str
    compose: tuple[str, ...]
    services: dict[str, dict[str, object]] = field(default_factory=dict)
    reviews: dict[str, list[str]] = field(default_factory=dict)
    """What a person should look at, by service."""
    secrets: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    """What goes into env files, by their names."""
    waivers: list[dict[str, str]] = field(default_factory=list)

    def text(self) -> str:
        """Write it."""
        parts = [HEAD, f"project: {self.project}\nnetwork: {self.network}\n", "services:"]
        for name, keys in self.services.items():
            parts += [f"  # REVIEW: {one_line(line)}" for line in self.reviews.get(name, ())]
            parts.append(_indented(_dumped({name: keys})))
        if self.waivers:
            parts.append(_dumped({"waive": self.waivers}))
        if self.compose:
            parts += ["# The team's Compose files, which `bluegreen check` compares.", "environments:", "  local:"]
            parts.append("    " + _dumped({"compose": list(self.compose)}).rstrip())
        return "\n".join(part.rstrip("\n") for part in parts) + "\n"

    def leave_out(self, service: str, key: str, why: str) -> None:
        """Take away what would be refused."""
        self.services[service].pop(key, None)
        self.reviews.setdefault(service, []).append(f"{key} is left out: it {why}")


def draft(found: FoundProject) -> Draft:
    """Draft a services.yaml: nothing secret in it, and what could only be guessed told."""
    project = plain_name(found.name) or "shop"
    result = Draft(project, found.network, found.compose)
    names = {each.name: plain_name(each.name) for each in found.services if not BESIDE.fullmatch(each.image)}
    for each in found.services:
        if each.name in names:
            reviews: list[str] = []
            result.services[names[each.name]] = dict(_keys(each, names, result, reviews))
            result.reviews[names[each.name]] = reviews
    return result


def plain_name(text: str) -> str:
    """Make a name of letters, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-0123456789")


def _keys(found: Found, names: dict[str, str], result: Draft, reviews: list[str]) -> Iterator[tuple[str, object]]:
    if is_postgres(found.image):
        yield from _database(found, reviews)
        return
    image = found.image.partition("@")[0]
    if "/" not in image:
        reviews.append("image: where does CI push it to? `pull_policy: never` takes the one of this machine")
    if found.ports:
        yield "image", image
        yield "port", found.ports[0]
        yield "routes", [{"host": f"{names[found.name]}.localhost"}]
        reviews.append(f"routes: which host and paths lead to {names[found.name]}?")
        if len(found.ports) > 1:
            reviews.append(f"port: it also publishes {', '.join(map(str, found.ports[1:]))}")
    else:
        yield "kind", "worker"
        yield "image", image
        reviews.append("kind: it publishes no port, so it is taken for a worker")
    yield from _shared(found, names, result, reviews)


def _shared(found: Found, names: dict[str, str], result: Draft, reviews: list[str]) -> Iterator[tuple[str, object]]:
    given = {name: value for name, value in found.environment.items() if value is not None}
    secret = {name: value for name, value in given.items() if is_secret(name, value)}
    files = list(found.env_file)
    if secret:
        files.append(f"./.env.{names[found.name]}")
        result.secrets[files[-1]] = secret
    public = {name: _literals(value) for name, value in found.environment.items() if name not in secret}
    if found.release_command:
        yield "release_command", {"command": [_literal(word) for word in found.release_command]}
    if depends_on := [names[name] for name in found.depends_on if name in names]:
        yield "depends_on", depends_on
    if files:
        yield "env_file", files
    if public:
        yield "environment", public
    if found.volumes:
        yield "volumes", [_literal(volume) for volume in found.volumes]
        reviews.append("volumes: both colors mount the same at the same time; is the application fit for that?")
    for key, value in found.options.items():
        yield key, _literals(value)
    if found.ports and "health" not in found.options:
        reviews.append(
            "health: none is said, so its port must accept connections; a request that asks the database is better"
        )
    reviews.extend(found.reviews)


def _database(found: Found, reviews: list[str]) -> Iterator[tuple[str, object]]:
    major = major_version(found.image)
    if major is None:
        reviews.append(f"version: the image {found.image} does not say it")
    yield "kind", "database"
    yield "engine", "postgres"
    yield "version", major or NEWEST_POSTGRES
    for key, variable in (("database", "POSTGRES_DB"), ("db_user", "POSTGRES_USER")):
        if value := found.environment.get(variable):
            yield key, _literal(value)


def _literal(text: str) -> str:
    return text.replace("$", "$$")


def _literals(value: object) -> object:
    match value:
        case str():
            return _literal(value)
        case list():
            return [_literals(each) for each in value]
        case dict():
            return {key: _literals(each) for key, each in value.items()}
        case _:
            return value


def _dumped(value: dict[str, object]) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
