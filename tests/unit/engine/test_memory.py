"""What a container uses, read from the kernel's files."""

from pathlib import Path

import pytest

from bluegreen.engine import memory

ID = "62259d0a038a"
OLD = f"9:name=systemd:/docker/{ID}\n4:memory:/docker/{ID}\n0::/docker/{ID}\n"
NEW = f"0::/system.slice/docker-{ID}.scope\n"


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel whose files are below this folder."""
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    monkeypatch.setattr(memory, "CGROUPS", tmp_path / "cgroup")
    return tmp_path


def has(kernel: Path, groups: str, folder: str, **files: str) -> None:
    """Have process 7 in these control groups, and the files of one."""
    (kernel / "proc/7").mkdir(parents=True)
    (kernel / "proc/7/cgroup").write_text(groups)
    (kernel / "cgroup" / folder).mkdir(parents=True)
    for name, text in files.items():
        (kernel / "cgroup" / folder / f"memory.{name}").write_text(text)


def test_each_generation_of_control_groups_is_read(kernel: Path) -> None:
    has(kernel, NEW, f"system.slice/docker-{ID}.scope", current="900\n", stat="file 5\ninactive_file 200\n")
    assert memory.used(7, ID) == 700


def test_where_both_are_there_the_one_that_counts_memory_is_read(kernel: Path) -> None:
    has(kernel, OLD, f"memory/docker/{ID}", usage_in_bytes="900\n", stat="inactive_file 1\ntotal_inactive_file 300\n")
    assert memory.used(7, ID) == 600


@pytest.mark.parametrize("groups", ["0::/user.slice\n", "", f"0::/../docker-{ID}.scope\n"])
def test_what_is_not_the_containers_or_cannot_be_seen_is_not_guessed(kernel: Path, groups: str) -> None:
    has(kernel, groups, "user.slice", current="900\n")
    assert memory.used(7, ID) is None


@pytest.mark.usefixtures("kernel")
def test_a_process_that_has_gone_uses_nothing_that_is_known() -> None:
    assert memory.used(7, ID) is None
