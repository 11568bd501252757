"""Verifies a database before anything is touched; it is never created, replaced or stopped."""

from dataclasses import dataclass

from bluegreen.health.expect import excerpt
from bluegreen.model.container import Container, State, Vitals, shown_status
from bluegreen.model.errors import DeploymentFailed, EngineError
from bluegreen.model.ports import Engine, Output
from bluegreen.model.service import Service

_TIMEOUT = 15.0
_WORDS = 400
_QUESTION = "SELECT current_setting('server_version_num'), current_setting('server_version'), pg_is_in_recovery()"
# By TCP, for the official image answers on its socket before it is ready. The password never leaves the container.
_SCRIPT = f"""
user=${{1:-${{POSTGRES_USER:-postgres}}}}
PGPASSWORD=${{POSTGRES_PASSWORD-$(cat "${{POSTGRES_PASSWORD_FILE:-/dev/null}}")}} PGCONNECT_TIMEOUT=5
export PGPASSWORD PGCONNECT_TIMEOUT
exec psql -XAtqw -F ' ' -h 127.0.0.1 -U "$user" -d "${{2:-${{POSTGRES_DB:-$user}}}}" -c "{_QUESTION}"
"""


@dataclass(frozen=True, slots=True)
class _Server:
    """What the server says of itself."""

    major: int
    version: str
    in_recovery: bool


def verify(engine: Engine, service: Service) -> str:
    """Check that a PostgreSQL container serves, and serves the declared major version; say so in one line.

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
    return f"PostgreSQL {server.version}, accepting connections"


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


def _ask(engine: Engine, service: Service) -> _Server:
    argv = ("sh", "-c", _SCRIPT, "verify", service.db_user or "", service.database or "")
    output = engine.execute(service.name, argv, _TIMEOUT)
    words = output.text.split()
    if output.status or len(words) < 3 or not words[0].isdecimal():
        raise DeploymentFailed(
            f"{service.name} does not answer: {excerpt(output.text, _WORDS)}", _advice(output, service)
        )
    return _Server(int(words[0]) // 10000, words[1], words[-1] == "t")


def _advice(output: Output, service: Service) -> str:
    if output.status in (126, 127):
        return "its image needs sh and psql, as the official one has them"
    if "authentication failed" in output.text or "no password" in output.text or "does not exist" in output.text:
        return (
            f"set db_user and database of {service.name}; the password is taken from POSTGRES_PASSWORD in the container"
        )
    return f"docker logs {service.name}"
