"""Verifies a database before anything is touched; it is never created, replaced or stopped."""

from collections.abc import Mapping
from dataclasses import dataclass

from bluegreen.health.expect import excerpt
from bluegreen.model.container import Container, State, Vitals, shown_status
from bluegreen.model.errors import DeploymentFailed, EngineError
from bluegreen.model.ports import Engine, Output
from bluegreen.model.service import Service

_TIMEOUT = 15.0
_WORDS = 400
_QUESTION = "SELECT current_setting('server_version_num'), current_setting('server_version'), pg_is_in_recovery()"
# Sessions of other roles have no address for those who may not see it: they count as used, and as nobody's.
_CONNECTIONS = (
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    " - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int,"
    " count(*), coalesce(string_agg(host(client_addr), ','), '-')"
    " FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
# By TCP, for the official image answers on its socket before it is ready. The password never leaves the container.
_SCRIPT = f"""
user=${{1:-${{POSTGRES_USER:-postgres}}}}
PGPASSWORD=${{POSTGRES_PASSWORD-$(cat "${{POSTGRES_PASSWORD_FILE:-/dev/null}}")}} PGCONNECT_TIMEOUT=5
export PGPASSWORD PGCONNECT_TIMEOUT
database=${{2:-${{POSTGRES_DB:-$user}}}}
exec psql -XAtqw -F ' ' -h 127.0.0.1 -U "$user" -d "$database" -c "{_QUESTION}" -c "{_CONNECTIONS}"
"""


@dataclass(frozen=True, slots=True)
class Server:
    """What the server says of itself."""

    major: int
    version: str
    in_recovery: bool
    most: int | None = None
    """Connections that it accepts from others than superusers; None where it does not say."""
    used: int = 0
    clients: tuple[str, ...] = ()
    """The address of each connection."""

    def __str__(self) -> str:
        return f"PostgreSQL {self.version}, accepting connections"


def verify(engine: Engine, service: Service) -> Server:
    """Check that a PostgreSQL container serves, and serves the declared major version; return what it says of itself.

    Asks the server itself, by psql in the container. Raises DeploymentFailed.
    """
    try:
        _check_container(engine.find(service.name), engine, service.name)
        server = _ask(engine, service)
    except EngineError as error:
        raise DeploymentFailed(f"{service.name}: {error.message}", error.hint) from error
    if server.in_recovery:
        raise DeploymentFailed(
            f"{service.name} is in recovery: it takes no writes", "wait until it is done; or is this a standby?"
        )
    if service.version is not None and server.major != service.version:
        raise DeploymentFailed(
            f"{service.name} is PostgreSQL {server.version}, and services.yaml says version {service.version}",
            "correct `version`, or upgrade the database first; bluegreen never does that",
        )
    return server


def check_room(name: str, server: Server, copied: Mapping[str, str]) -> None:
    """Raise DeploymentFailed for a server without connections for a second copy of what is connected.

    `copied`: by the addresses of their containers, the services of which a second copy is about to start. It will
    need as many connections as the first one has.
    """
    if server.most is None:
        return
    needed = sum(client in copied for client in server.clients)
    left = server.most - server.used
    if needed > left:
        services = ", ".join(sorted({copied[client] for client in server.clients if client in copied}))
        raise DeploymentFailed(
            f"{name} has {max(left, 0)} of {server.most} connections left, and a second copy of {services} would need"
            f" {needed}, as many as the first one has",
            "raise max_connections of the database, or lower the size of the services' pools",
        )


def _check_container(found: Container | None, engine: Engine, name: str) -> None:
    if found is None:
        raise DeploymentFailed(
            f"there is no container {name}", "bluegreen never creates a database: start it as you did before"
        )
    vitals = engine.inspect(name)
    if vitals.state is not State.RUNNING:
        raise DeploymentFailed(f"{name} is not running: {_end(vitals)}", f"docker logs {name}; docker start {name}")
    if vitals.health not in (None, "healthy"):
        said = f": {excerpt(vitals.health_output)}" if vitals.health_output.strip() else ""
        raise DeploymentFailed(f"{name} is {vitals.health} by its HEALTHCHECK{said}", f"docker logs {name}")


def _end(vitals: Vitals) -> str:
    ended = f" with status {shown_status(vitals.exit_code)}" if vitals.state is State.EXITED else ""
    return f"{vitals.state}{ended}"


def _ask(engine: Engine, service: Service) -> Server:
    argv = ("sh", "-c", _SCRIPT, "verify", service.db_user or "", service.database or "")
    output = engine.execute(service.name, argv, _TIMEOUT)
    lines = output.text.splitlines()
    words = lines[0].split() if lines else []
    if output.status or len(words) < 3 or not words[0].isdecimal():
        raise DeploymentFailed(
            f"{service.name} does not answer: {excerpt(output.text, _WORDS)}", _advice(output, service)
        )
    most, used, clients = lines[1].split() if len(lines) > 1 else ("", "0", "")
    room = int(most) if most else None
    return Server(int(words[0]) // 10000, words[1], words[-1] == "t", room, int(used), tuple(clients.split(",")))


def _advice(output: Output, service: Service) -> str:
    if output.status in (126, 127):
        return "its image needs sh and psql, as the official one has them"
    if "authentication failed" in output.text or "no password" in output.text or "does not exist" in output.text:
        return (
            f"set db_user and database of {service.name}; the password is taken from POSTGRES_PASSWORD in the container"
        )
    return f"docker logs {service.name}"
