"""Hooks in memory: what they were told, and how each ends."""

from collections.abc import Callable, Mapping


class FakeHooks:
    """Implements HookRunner; `problems` are by the name of the hook."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, str]] = []
        self.problems: dict[str, str] = {}
        self.output: tuple[str, ...] = ()
        self.change: Callable[[str, str, Callable[[], object]], object] = lambda _verb, _name, act: act()

    def fails(self, hook: str) -> None:
        """From here on, have this one fail."""
        self.problems[hook] = "ended with status 1"

    def run(
        self,
        argv: tuple[str, ...],
        environment: Mapping[str, str],
        timeout: float,
        line: Callable[[str], None],
        called_off: Callable[[], bool],
    ) -> str:
        assert argv
        assert timeout > 0
        self.change("hook", environment["BLUEGREEN_HOOK"], lambda: self.told.append(environment))
        for text in self.output:
            line(text)
        if called_off():
            return "was called off"
        return self.problems.get(environment["BLUEGREEN_HOOK"], "")
