"""Hooks in memory: what they were told, and how each ends."""

from collections.abc import Callable, Mapping


class FakeHooks:
    """Implements HookRunner; `problems` are by the name of the hook."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, str]] = []
        self.problems: dict[str, str] = {}
        self.output: tuple[str, ...] = ()
        self.change: Callable[[str, str, Callable[[], object]], object] = lambda _verb, _name, act: act()

    def run(
        self,
        argv: tuple[str, ...],
        environment: Mapping[str, str],
        timeout: float,
        line: Callable[[str], None],
        called_off: Callable[[], bool],
    ) -> str:
        assert argv
        assert not called_off()
        assert timeout > 0
        self.change("hook", environment["BLUEGREEN_HOOK"], lambda: self.told.append(environment))
        for text in self.output:
            line(text)
        return self.problems.get(environment["BLUEGREEN_HOOK"], "")
