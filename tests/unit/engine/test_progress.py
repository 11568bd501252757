"""A pull as a few lines."""

from typing import Any

from bluegreen.engine.progress import Progress


def layer(identity: str, current: int, total: int) -> dict[str, Any]:
    return {"id": identity, "status": "Downloading", "progressDetail": {"current": current, "total": total}}


def told(*answers: tuple[float, dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    now = 0.0
    progress = Progress(lines.append, lambda: now)
    for moment, answer in answers:
        now = moment
        progress.take(answer)
    return lines


def test_all_layers_add_up_to_one_line_at_most_twice_a_second() -> None:
    assert told(
        (0.1, layer("a", 1_000_000, 4_000_000)),
        (0.6, layer("a", 2_000_000, 4_000_000)),
        (0.7, layer("b", 500_000, 1_000_000)),
        (1.2, {"id": "a", "status": "Download complete"}),
        (1.3, layer("b", 800_000, 1_000_000)),
        (2.0, {"status": "Digest: sha256:aa"}),
    ) == ["2.0 of 4.0 MB in 1 layers", "4.8 of 5.0 MB in 2 layers", "Digest: sha256:aa"]


def test_what_is_here_already_needs_no_line() -> None:
    assert told((1.0, {"id": "a", "status": "Already exists"}), (2.0, {"id": "v1", "status": "Pulling from app"})) == []


def test_a_registry_can_not_write_to_the_terminal() -> None:
    assert told((1.0, {"status": "Status: \x1b[2Jgone"})) == ["Status: gone"]
