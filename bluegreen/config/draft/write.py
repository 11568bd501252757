"""A draft becomes files: checked before, and never in place of what is there."""

from dataclasses import dataclass
from pathlib import Path

from bluegreen import files
from bluegreen.config.draft.draft import Draft
from bluegreen.config.draft.secrets import env_file_text
from bluegreen.config.invariants.check import Checked, check
from bluegreen.config.problem import InvalidConfig
from bluegreen.model.errors import ConfigError

ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    file: str
    env_files: tuple[str, ...]
    services: tuple[str, ...]
    reviews: int
    """Lines that a person should look at."""


def write_draft(draft: Draft, path: Path) -> Written:
    """Write services.yaml and, for its owner alone, env files. Raises ConfigError for files that are there."""
    secrets = {path.parent / name: values for name, values in draft.secrets.items()}
    for file in (path, *secrets):
        if file.exists() or file.is_symlink():
            raise ConfigError(f"{file} is there already, and init overwrites nothing", "write elsewhere: -f OTHER.yaml")
    made: list[Path] = []
    try:
        for file, values in secrets.items():
            files.write(file, env_file_text(values).encode(), files.PRIVATE_FILE)
            made.append(file)
        made.append(path)
        _settle(draft, path)
    except BaseException:
        for file in made:
            files.remove(file)
        raise
    reviews = sum(len(lines) for lines in draft.reviews.values())
    return Written(str(path), tuple(map(str, secrets)), tuple(draft.services), reviews)


def _settle(draft: Draft, path: Path) -> None:
    """Write and check until it is right: what would be refused is left out, what violates a rule is waived."""
    for _ in range(ROUNDS):
        files.write(path, draft.text().encode(), files.PUBLIC_FILE)
        try:
            checked = check(path, None)
        except InvalidConfig as error:
            _leave_out(draft, error)
            continue
        if not _waive(draft, checked):
            return
    raise ConfigError(f"{path} could not be drafted so that it is right", "write it by hand: docs/services.md")


def _leave_out(draft: Draft, error: InvalidConfig) -> None:
    for problem in error.problems:
        _, _, rest = problem.path.partition("services.")
        service, _, key = rest.partition(".")
        key = key.partition(".")[0].partition("[")[0]
        if key not in draft.services.get(service, {}):
            raise error
        draft.leave_out(service, key, problem.message)


def _waive(draft: Draft, checked: Checked) -> bool:
    """Waive what the files violate already; return whether anything new was."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in checked.findings:
        found.setdefault((each.rule.id, each.service), {})[each.message] = None
    draft.waivers += [
        {
            "rule": rule,
            **({"service": service} if service else {}),
            "reason": f"REVIEW, as it was found: {'; '.join(said)}",
        }
        for (rule, service), said in found.items()
    ]
    return bool(found)
