"""Networks, volumes and the clock of the real engine."""

import time

import docker
import pytest

from bluegreen.engine.machine import DockerMachine


def test_what_was_made_for_an_environment_is_known_and_removed(engine: docker.APIClient, project: str) -> None:
    sim, lasting = DockerMachine(engine, project, "prod-sim"), DockerMachine(engine, project)
    sim.create_volume(f"{project}-data")
    sim.create_network(project)
    assert (sim.volumes(), lasting.volumes()) == ((f"{project}-data",), ())
    assert lasting.has_volume(f"{project}-data")
    seen = sim.network(project), lasting.network(project)
    assert [network.ours for network in seen if network] == [True, False]
    for _ in range(2):
        sim.remove_volume(f"{project}-data")
        sim.remove_network(project)
    assert not sim.has_volume(f"{project}-data")
    assert sim.network(project) is None


def test_the_engine_tells_its_time(engine: docker.APIClient, project: str) -> None:
    assert DockerMachine(engine, project).time() == pytest.approx(time.time(), abs=2)
