"""The proxy's container as it runs now: its address, its master, its workers."""

from pathlib import Path

from bluegreen.model.container import Container
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Engine
from bluegreen.proxy import control
from bluegreen.proxy.control import Said
from bluegreen.proxy.processes import Process, process, unseen


class Running:
    """Finds the container once, and again when its master has gone."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._found: Container | None = None
        self._master: Process | None = None

    def container(self) -> Container | None:
        """Return the container, running or not; None where there is none."""
        if self._master is None or not self._master.alive:
            self._look()
        return self._found

    def master(self) -> int:
        """Return the pid of nginx's master. Raises ProxyError when it doesn't run, or can't be seen from here."""
        container = self.container()
        if container is None or not container.running:
            raise ProxyError(f"the proxy {self._name} does not run", "run: bluegreen proxy up")
        if self._master is None:
            raise unseen(self._name)
        return self._master.pid

    def ask(self) -> Said | None:
        """Ask nginx what it serves; an address that doesn't answer is looked up again."""
        container = self.container()
        said = self._ask(container)
        if said is None and container and container.running:
            self._look()
            said = self._ask(self._found)
        return said

    def address(self) -> str:
        """Return the container's address, or ""."""
        container = self.container()
        return (container and container.address) or ""

    def _ask(self, container: Container | None) -> Said | None:
        return control.ask(container.address) if container and container.running and container.address else None

    def _look(self) -> None:
        self._found = self._engine.find(self._name)
        self._master = None
        if self._found and not self._found.ours:
            raise ProxyError(
                f"the name {self._name} is taken by a container that is not this project's proxy",
                f"look at it: docker inspect {self._name}",
            )
        if self._found and self._found.running:
            self._master = _of_container(self._engine.inspect(self._name).pid, self._found.id)


def _of_container(pid: int, container: str) -> Process | None:
    """A pid counts only if it is the container's from here, too: we send signals to it."""
    try:
        ours = container in Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return None
    return process(pid) if ours else None
