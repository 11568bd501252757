"""A service as it will run."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from bluegreen.config.environment import resolve_environment, resolved, spec_hash
from bluegreen.config.problem import InvalidConfig
from bluegreen.model.service import Bake, ContainerOptions, Health, Route, Service, Strategy
from tests.unit.config.strategies import services

CHANGES = {
    "image": "other",
    "pull_policy": "never",
    "source": ("apps/**",),
    "port": 3001,
    "routes": (Route(host="other.example.com"),),
    "replicas": 2,
    "health": Health(docker=True),
    "bake": Bake.model_validate({"for": "1m"}),
    "drain_timeout": 1.0,
    "strategy": Strategy.STOP_FIRST,
}
"""What does not shape a container."""


def test_later_files_are_stronger_and_environment_is_strongest(tmp_path: Path) -> None:
    (tmp_path / "one.env").write_text("A=one\nB=one\nC=one\n")
    (tmp_path / "two.env").write_text("B=two\nC=two\n")
    service = Service(name="web", env_file=("one.env", str(tmp_path / "two.env")), environment={"C": "three"})
    assert resolve_environment(service, tmp_path) == {"A": "one", "B": "two", "C": "three"}


def test_a_resolved_service_depends_on_no_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=one\n")
    service = resolved(Service(name="web", env_file=(".env",)), tmp_path)
    (tmp_path / ".env").unlink()
    assert (service.environment, service.env_file) == ({"A": "one"}, ())
    assert resolved(service, tmp_path) == service


def test_a_file_that_went_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"^\.env: can't be read: No such file or directory$"):
        resolve_environment(Service(name="web", env_file=(".env",)), tmp_path)


@pytest.mark.parametrize("field", CHANGES)
def test_what_does_not_shape_the_container_changes_no_hash(field: str) -> None:
    service = Service(name="web", image="shop", port=3000)
    assert spec_hash(service.model_copy(update={field: CHANGES[field]})) == spec_hash(service)


@given(services(), services())
@settings(max_examples=30)
def test_every_option_of_the_container_changes_the_hash(one: Service, other: Service) -> None:
    options = {name: getattr(other, name) for name in ContainerOptions.model_fields}
    same = all(getattr(one, name) == value for name, value in options.items())
    assert (spec_hash(one) == spec_hash(other)) is same
    assert spec_hash(one.model_copy(update=options)) == spec_hash(other)


def test_the_order_of_variables_does_not_matter() -> None:
    one = Service(name="web", environment={"A": "1", "B": "2"})
    assert spec_hash(one) == spec_hash(Service(name="web", environment={"B": "2", "A": "1"}))


def test_the_hash_is_known() -> None:
    """Another hash for the same service would replace every container when bluegreen is updated."""
    service = Service(name="web", image="shop", environment={"A": "ä"}, mem_limit="512m", stop_grace_period="30s")
    assert spec_hash(service) == "51f994f8b7d19cd8fc7667b9d50a772c2d66048e97d5003076bcd0ff1af2d8a3"


def test_a_printed_service_shows_no_secret() -> None:
    service = Service.model_validate(
        {
            "name": "web",
            "environment": {"A": "hunter2"},
            "health": {"http": [{"headers": {"X-Token": "hunter2"}}]},
            "logging": {"options": {"token": "hunter2"}},
        }
    )
    assert "hunter2" not in repr(service)
    assert "hunter2" not in str(service)
