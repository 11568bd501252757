"""The Docker engine of this host, for one project."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from docker import APIClient
from docker.errors import NotFound

from bluegreen.engine import execute, one_off
from bluegreen.engine.adopted import Adopted, aside_name
from bluegreen.engine.body import Body, create_body
from bluegreen.engine.claim import check_claim
from bluegreen.engine.client import engine_words, undecided
from bluegreen.engine.events import Events
from bluegreen.engine.found import describe
from bluegreen.engine.logs import log_lines
from bluegreen.engine.observed import Answer, inspected, listed, vitals
from bluegreen.engine.rotation import default_logging
from bluegreen.engine.sockets import callers
from bluegreen.engine.taking_over import TakingOver
from bluegreen.model.container import Container, Heard, Label, Labels, State, Vitals
from bluegreen.model.errors import EngineError
from bluegreen.model.found import Found
from bluegreen.model.ports import ContainerSpec, Output, Subscription
from bluegreen.model.service import Logging
from bluegreen.timing import part

_DEADLINE = 30.0
_POLL = 0.05
_GRACE = 10.0
_NEVER: Any = {"Name": "no"}
NOTHING = Adopted()


class DockerEngine:
    """Implements `bluegreen.model.ports.Engine`; may be called from several threads at once.

    A call that fails or times out is followed by a look at what is there: the engine may have done it all the same.
    """

    def __init__(
        self, client: APIClient, project: str, network: str, disposable: str = "", adopted: Adopted = NOTHING
    ) -> None:
        self._client = client
        self._project = project
        self._network = network
        self._disposable = disposable
        self._adopted = adopted

    def containers(self) -> tuple[Container, ...]:
        adopted = self._adopted.labels()
        with engine_words("list containers"):
            rows = self._client.containers(all=True, filters={"label": f"{Label.PROJECT}={self._project}"})
            if adopted:
                rows += self._client.containers(all=True, filters={"id": list(adopted)})
        found = (listed(row, self._project, self._network, self._disposable, adopted) for row in rows)
        return tuple(container for container in found if container.ours)

    def find(self, name: str) -> Container | None:
        answer = self._look(name)
        return self._inspected(answer) if answer else None

    def inspect(self, name: str) -> Vitals:
        return vitals(self._existing(name), self._network)

    def start(self, spec: ContainerSpec) -> Container:
        found = self._made(spec)
        if found.running:
            return found
        self._start(spec.name)
        return self._inspected(self._existing(spec.name))

    def stop(self, name: str, grace: float) -> None:
        found = self._own(name)
        if found is None:
            return
        try:
            with part("engine stops", name), engine_words(f"stop container {name}"):
                self._client.stop(found.id, timeout=math.ceil(grace))
        except EngineError:
            after = self.find(name)
            if after and after.state in (State.RUNNING, State.RESTARTING, State.PAUSED):
                raise

    def remove(self, name: str) -> None:
        found = self._own(name)
        if found is None:
            return
        if found.adopted:
            self._put_aside(found)
            return
        try:
            with part("engine removes", name), engine_words(f"remove container {name}"):
                self._client.remove_container(found.id, v=True, force=True)
        except EngineError:
            if self._lasts(name):
                raise

    def image_of(self, name: str) -> str:
        return str(self._existing(name)["Image"])

    def image_id(self, ref: str) -> str:
        with engine_words(f"inspect image {ref}"):
            try:
                answer: Answer = self._client.inspect_image(ref)
            except NotFound:
                return ""
        return str(answer["Id"])

    def describe(self, name: str) -> Found:
        return describe(self._client, name)

    def adopt(self, name: str, labels: Labels) -> None:
        self._adopted.add(self._existing(name)["Id"], labels)

    def rename(self, name: str, new: str) -> None:
        found = self._own(name)
        if found:
            with engine_words(f"rename container {name} to {new}"):
                self._client.rename(found.id, new)

    def callers(self, name: str, port: int) -> Mapping[str, int]:
        return callers(self.inspect(name).pid, port)

    def take_over(self, spec: ContainerSpec, port: int, holders: tuple[str, ...]) -> Container:
        self.remove(spec.name)
        self._create(spec)
        taking = TakingOver(self._client, self._project, spec)
        try:
            with taking.apart():
                self._start(spec.name)
                taking.await_listening(partial(self.inspect, spec.name), port)
                taking.join(holders)
        except EngineError:
            self.remove(spec.name)
            raise
        return self._inspected(self._existing(spec.name))

    def _put_aside(self, found: Container) -> None:
        """What bluegreen did not make it does not remove: somebody's data may be in it."""
        self.stop(found.name, _GRACE)
        aside = aside_name(found.service)
        with engine_words(f"put container {found.name} aside as {aside}"):
            self._client.update_container(found.id, restart_policy=_NEVER)
            if found.name != aside:
                self._client.rename(found.id, aside)
        self._adopted.drop(found.id)

    def run(self, spec: ContainerSpec, timeout: float, line: Callable[[str], None]) -> int:
        found = self._made(spec)
        try:
            return one_off.run(self._client, found, partial(self._start, spec.name), timeout, line)
        finally:
            self.remove(spec.name)

    def execute(self, name: str, argv: tuple[str, ...], timeout: float) -> Output:
        return execute.execute(self._client, name, argv, timeout)

    def signal(self, name: str, signal: str) -> None:
        with engine_words(f"send {signal} to container {name}"):
            self._client.kill(name, signal)

    def logs(self, name: str, tail: int | None = None, since: float = 0.0, *, follow: bool = False) -> Iterator[str]:
        return log_lines(self._client, self._existing(name), tail, since, follow=follow)

    def listen(self, heard: Callable[[Heard], None]) -> Subscription:
        return Events(self._client, self._project, heard)

    def _inspected(self, answer: Answer) -> Container:
        return inspected(answer, self._project, self._network, self._disposable, self._adopted.labels())

    def _body(self, spec: ContainerSpec) -> Body:
        labels = {**spec.labels, Label.DISPOSABLE: self._disposable} if self._disposable else spec.labels
        return create_body(replace(spec, labels=labels), self._default_logging)

    def _look(self, name: str) -> Answer | None:
        with engine_words(f"inspect container {name}"):
            try:
                answer: Answer = self._client.inspect_container(name)
            except NotFound:
                return None
        # The engine takes the beginning of an id for a name, too.
        return answer if answer["Name"] == f"/{name}" else None

    def _existing(self, name: str) -> Answer:
        answer = self._look(name)
        if answer is None:
            raise EngineError(f"there is no container {name}")
        return answer

    def _own(self, name: str) -> Container | None:
        found = self.find(name)
        if found and not found.ours:
            raise EngineError(f"refuse to touch {name}: it is not a container of project {self._project}")
        return found

    def _made(self, spec: ContainerSpec) -> Container:
        """Have the container on all its networks, whichever run made it."""
        if self.find(spec.name) is None:
            self._create(spec)
        answer = self._existing(spec.name)
        found = self._inspected(answer)
        check_claim(found, spec)
        self._join_networks(spec, answer)
        return found

    def _create(self, spec: ContainerSpec) -> None:
        try:
            with part("engine creates", spec.name), engine_words(f"create container {spec.name}"):
                self._client.create_container_from_config(self._body(spec), spec.name, spec.options.platform)
        except EngineError as error:
            if not (undecided(error) and self._appears(spec.name)):
                raise

    @cached_property
    def _default_logging(self) -> Logging | None:
        return default_logging(self._client)

    def _appears(self, name: str) -> bool:
        """Wait for a container whose name is taken already, and which the engine does not show before it is whole."""
        deadline = time.monotonic() + _DEADLINE
        while self.find(name) is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def _join_networks(self, spec: ContainerSpec, answer: Answer) -> None:
        for network in spec.options.networks:
            if network not in answer["NetworkSettings"]["Networks"]:
                with engine_words(f"connect container {spec.name} to network {network}"):
                    self._client.connect_container_to_network(answer["Id"], network)

    def _start(self, name: str) -> None:
        try:
            with part("engine starts", name), engine_words(f"start container {name}"):
                self._client.start(name)
        except EngineError:
            found = self.find(name)
            if not (found and found.running):
                raise

    def _lasts(self, name: str) -> bool:
        """Wait while a removal is under way, then say whether the container is still there."""
        deadline = time.monotonic() + _DEADLINE
        while (found := self.find(name)) and found.state is State.REMOVING and time.monotonic() < deadline:
            time.sleep(_POLL)
        return found is not None
