"""What is wrong, in exact words; `refused.txt` is the table."""

from pathlib import Path

import pytest

from bluegreen.config.load import load
from bluegreen.config.problem import InvalidConfig
from tests.unit.config.cases import Case, read_cases

VARIABLES = {"WORD": "hunter2", "EMPTY": ""}
CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_is_refused_in_these_words(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("services.yaml").write_text(case.text)
    with pytest.raises(InvalidConfig) as refused:
        load(Path("services.yaml"), case.environment, VARIABLES)
    assert tuple(line.removeprefix("services.yaml:") for line in str(refused.value).splitlines()) == case.expected
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None, "a cause would carry the values into a report"
    assert refused.value.exit_status == 2


def test_every_case_has_a_title_of_its_own() -> None:
    assert len({case.title for case in CASES}) == len(CASES) > 100


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"none\.yaml: can't be read: No such file or directory"):
        load(tmp_path / "none.yaml", None)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="can't be read: Is a directory"):
        load(tmp_path, None)


def test_no_more_problems_are_shown_than_anyone_reads(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text("project: shop\nnetwork: shop-network\nservices:\n" + "  web-blue: {}\n" * 80)
    with pytest.raises(InvalidConfig) as refused:
        load(file, None)
    assert len(str(refused.value).splitlines()) == 51
    assert str(refused.value).endswith("\nand more, once these are put right")
