"""Counting side effects, and letting one of them go wrong: the process dies there, or the call fails."""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import RLock
from typing import NamedTuple, TypeVar

from tests.fakes.faults import Killed

T = TypeVar("T")


class Effect(NamedTuple):
    """One thing that the product does to the world."""

    part: str
    """`file`, `ledger`, `engine` or `nginx`."""
    verb: str
    name: str


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the `at`-th side effect, counted from 1, before it happens or after it has."""

    at: int
    after: bool = False
    error: Callable[[], Exception | None] | None = None
    """Returns what is raised, or makes something go wrong from here on; None: the process is killed."""
    name: str = "killed"
    times: int = 1
    """At how many side effects in a row."""
    among: str = ""
    """A pattern: only side effects are counted in whose text it is found."""

    def comes_at(self, seen: Sequence[Effect]) -> bool:
        """Whether it comes about at the last of these."""
        count = len(seen)
        if self.among:
            found = [bool(re.search(self.among, " ".join(each))) for each in seen]
            count = sum(found) if found[-1] else 0
        return self.at <= count < self.at + self.times

    def __str__(self) -> str:
        return f"{self.name} {'after' if self.after else 'before'} {self.at}"


@dataclass
class Effects:
    """Everything that one process did, in order."""

    fault: Fault | None = None
    kill: Callable[[], None] | None = None
    """Ends the process; without it Killed is raised, and what is dead changes nothing more."""
    one_by_one: bool = True
    """Whether nothing else may happen during an effect: what dies is then dead at once."""
    seen: list[Effect] = field(default_factory=list)
    struck: bool = False
    """Whether the fault came about."""
    _dead: bool = False
    _lock: RLock = field(default_factory=RLock)

    def act(self, part: str, verb: str, name: str, act: Callable[[], T]) -> T:
        """Stand between the program and the world."""
        with ExitStack() as alone:
            with self._lock:
                if self.one_by_one:
                    alone.enter_context(self._lock)
                self._check()
                self.seen.append(Effect(part, verb, name))
                fault = self.fault if self.fault and self.fault.comes_at(self.seen) else None
                if fault and not fault.after:
                    self._strike(fault)
            result = act()
            if fault and fault.after:
                self._strike(fault)
            elif self.one_by_one:
                self._check()
            return result

    def end(self, _status: int) -> None:
        """In place of os._exit: nothing happens any more."""
        self._dead = True
        raise Killed

    def _check(self) -> None:
        if self._dead:
            raise Killed

    def _strike(self, fault: Fault) -> None:
        self.struck = True
        if fault.error:
            if error := fault.error():
                raise error
            return
        if self.kill:
            self.kill()
        self.end(0)
