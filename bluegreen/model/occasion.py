"""What a command is run for: the branch or tag, the commit, the person and the run of the CI."""

from dataclasses import dataclass

TAG = "refs/tags/"
BRANCH = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is known of why a command runs; what is not known is empty."""

    ci: str = ""
    """`GitHub Actions`, `GitLab CI`, `ci` for another."""
    refs: tuple[str, ...] = ()
    """Full names: `refs/heads/main`, `refs/tags/v1.4.2`, both where a checkout is at both."""
    told_by: str = ""
    """Who says so: `GitHub Actions`, `--ref`, `git`."""
    commit: str = ""
    actor: str = ""
    run: str = ""
    """The address, or the number, of the CI's run."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of tags."""
        return tuple(ref.removeprefix(TAG) for ref in self.refs if ref.startswith(TAG))

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of branches."""
        return tuple(ref.removeprefix(BRANCH) for ref in self.refs if ref.startswith(BRANCH))
