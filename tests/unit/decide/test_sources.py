"""Whether a service's files changed."""

import pytest

from bluegreen.decide.sources import Difference, SourceAnswer, sources, touched, worst
from bluegreen.model.service import Service
from tests.fakes.history import History

BASE = "0123456789abcdef0123456789abcdef01234567"
SERVER = Service(name="server", image="server", port=1, source=("apps/server/**", "package-lock.json"))

FILES = (
    "README.md", "a", "a.b", "apps/server", "apps/server.ts", "docs/a.md", "docs/deep/b.md", "docs/deep/er/c.txt",
    "lib/[x].ts", "lib/x.ts", "lib/y.ts", "lib/-.ts", "libs/x.ts", "one/two/three/x.ts", "one/x.ts", "package.json",
    "ü/ö.md", "x.ts", "lib/.hidden", "+(a)/b|c",
)  # fmt: skip
PATTERNS = (
    "**", "*", "?", "docs", "docs/", "docs/*", "docs/**", "docs/**/*.md", "**/*.md", "**/docs/**", "*.md", "**/x.ts",
    "one/**/x.ts",
    "lib", "lib/[xy].ts", "lib/[!x].ts", "lib/[^x].ts", "lib/[a-z].ts", "lib/?.ts", "li*", "li*/x.ts", "a.b", "a?b",
    "apps/server", "**/three", "**/three/**", "one/*/three/*", "ü/*", "+(a)/*", "+(a)", "nothing", "one/**/**/x.ts",
)  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The files, in a real repository."""
    history = History(tmp_path_factory.mktemp("sources") / "shop")
    history.commit(*FILES)
    return history


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_mean_what_they_mean_to_git(repository: History, pattern: str) -> None:
    listed = repository.git("ls-files", "-z", "--", f":(glob,top){pattern}").split("\0")
    assert sorted(touched(FILES, [pattern], [])) == sorted(filter(None, listed))


@pytest.mark.parametrize(
    ("source", "ignore", "expected"),
    [
        (None, (), ("apps/a.ts", "docs/a.md", "README.md")),
        (None, ("docs", "**/*.md"), ("apps/a.ts",)),
        (("apps/**", "docs/**"), ("**/*.md",), ("apps/a.ts",)),
        (("apps",), (), ("apps/a.ts",)),
        (("server/**",), (), ()),
    ],
)
def test_what_is_ignored_does_not_count(source: tuple[str, ...], ignore: tuple[str, ...], expected: object) -> None:
    assert touched(("apps/a.ts", "docs/a.md", "README.md"), source, ignore) == expected


@pytest.mark.parametrize(
    ("service", "difference", "expected"),
    [
        (
            SERVER,
            Difference(BASE, ("docs/a.md",)),
            SourceAnswer(changed=False, why="no source changed since 0123456789"),
        ),
        (SERVER, Difference(BASE, ()), SourceAnswer(changed=False, why="no source changed since 0123456789")),
        (
            SERVER,
            Difference(BASE, ("apps/server/a.ts",)),
            SourceAnswer(changed=True, why="1 source file changed since 0123456789: apps/server/a.ts"),
        ),
        (
            SERVER,
            Difference(BASE, tuple(f"apps/server/{name}" for name in "abcd")),
            SourceAnswer(
                changed=True,
                why="4 source files changed since 0123456789: apps/server/a, apps/server/b, apps/server/c, …",
            ),
        ),
        (
            SERVER,
            Difference(BASE, unknown="the clone is shallow"),
            SourceAnswer(changed=None, why="the clone is shallow"),
        ),
        (
            SERVER.model_copy(update={"source": ()}),
            Difference(BASE, unknown="the clone is shallow"),
            SourceAnswer(changed=False, why="it is built elsewhere (source: [])"),
        ),
    ],
    ids=["others", "none", "one", "many", "unknown", "elsewhere"],
)
def test_the_answer_says_since_when_and_which_files(
    service: Service, difference: Difference, expected: SourceAnswer
) -> None:
    assert sources(service, difference) == expected


def test_of_several_commits_that_run_one_that_differs_is_enough() -> None:
    same, unknown, other = (
        SourceAnswer(changed=False, why=""),
        SourceAnswer(changed=None, why=""),
        SourceAnswer(changed=True, why=""),
    )
    assert worst([same, unknown, other]) is other
    assert worst([same, unknown]) is unknown


def test_a_pattern_may_start_where_the_repository_does() -> None:
    assert touched(FILES, ["./docs/*"], []) == ("docs/a.md",)


def test_a_long_pattern_takes_no_time() -> None:
    assert touched(["a/" * 30 + "a" * 30], ["**/" * 30 + "*a*a*b"], []) == ()
