"""Who a container's name belongs to."""

import pytest

from bluegreen.engine.claim import check_claim
from bluegreen.model.container import Container, Label, Role, State
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.service import ContainerOptions

SPEC = ContainerSpec("web-blue", "web:1", Role.APP, {Label.RELEASE: "R2"}, ContainerOptions(), "net")


def test_the_same_release_is_the_same_container() -> None:
    check_claim(Container("web-blue", "1f", Role.APP, State.EXITED, release="R2"), SPEC)


def test_another_release_is_not_touched() -> None:
    other = Container("web-blue", "1f", Role.APP, State.RUNNING, release="R1", deployment="D1")
    with pytest.raises(EngineError) as caught:
        check_claim(other, SPEC)
    assert caught.value.message == "the name web-blue is taken by release R1 (deployment D1, running)"


def test_a_foreign_container_is_named_with_what_to_do() -> None:
    foreign = Container("web-blue", "1f" * 32, Role.APP, State.RUNNING, image="nginx:1", ours=False)
    with pytest.raises(EngineError) as caught:
        check_claim(foreign, SPEC)
    assert caught.value.message == (
        "the name web-blue is taken by a container that is not this project's (1f1f1f1f1f1f, image nginx:1, running)"
    )
    assert "docker rename web-blue NEW-NAME" in caught.value.hint
