"""Images, registries with a password, and the machine, on a real engine."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import httpx
import pytest

from bluegreen.engine.client import connect
from bluegreen.engine.images import DockerImages
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Network
from bluegreen.model.release import Image
from tests.engine.registry import Registry, running_registry

POLICIES = ("always", "missing", "never")
NOWHERE = "sha256:" + "0" * 64
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"


@pytest.fixture
def images(engine: docker.APIClient) -> DockerImages:
    """Images as someone sees them who has not logged in."""
    return DockerImages(engine)


@pytest.fixture
def logged_in(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerImages]:
    """Images after `docker login`."""
    auth = base64.b64encode(f"{registry.username}:{registry.password}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": auth}}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client = connect()
    yield DockerImages(client)
    client.close()


@pytest.fixture
def local(engine: docker.APIClient, project: str) -> Iterator[str]:
    """A small image that was made here, and no registry has."""
    ref = f"{project}:1"
    make(engine, ref)
    yield ref
    engine.remove_image(ref, force=True)


@pytest.fixture
def pushed(engine: docker.APIClient, registry: Registry, project: str) -> Iterator[str]:
    """A small image that the registry has, and the engine has not."""
    ref = f"{registry.address}/{project}:1"
    make(engine, ref)
    push(engine, registry, ref)
    forget(engine, ref)
    yield ref
    forget(engine, ref)


def quiet(_: str) -> None:
    """Tell nobody."""


def tag(engine: docker.APIClient, image: str, ref: str) -> None:
    repository, _, name = ref.rpartition(":")
    engine.tag(image, repository, name, force=True)


def make(engine: docker.APIClient, ref: str, greeting: str = "") -> None:
    repository, _, name = ref.rpartition(":")
    changes = [f"LABEL greeting={greeting or ref}"]
    engine.import_image_from_data(b"\0" * 1024, repository=repository, tag=name, changes=changes)


def push(engine: docker.APIClient, registry: Registry, ref: str) -> None:
    account = {"username": registry.username, "password": registry.password}
    assert "digest: sha256:" in engine.push(ref, auth_config=account)


def forget(engine: docker.APIClient, ref: str) -> None:
    repository = ref.rpartition(":")[0]
    for image in engine.images(repository):
        engine.remove_image(image["Id"], force=True)


def digest(engine: docker.APIClient, ref: str) -> str:
    digests: list[str] = engine.inspect_image(ref)["RepoDigests"]
    return next(found for found in digests if found.startswith(ref.rpartition(":")[0] + "@"))


@pytest.mark.parametrize("policy", POLICIES)
def test_an_image_that_was_built_here_runs_by_its_id(
    images: DockerImages, engine: docker.APIClient, local: str, policy: str
) -> None:
    image = images.resolve(local, policy, None)
    assert image.run == engine.inspect_image(local)["Id"]
    assert image.present
    assert image.note == ""


def test_a_tag_of_a_registry_runs_by_its_digest_and_is_pulled_with_the_stored_password(
    logged_in: DockerImages, engine: docker.APIClient, pushed: str
) -> None:
    image = logged_in.resolve(pushed, "always", None)
    assert image.run.startswith(pushed.rpartition(":")[0] + "@sha256:")
    assert not image.present
    lines: list[str] = []
    logged_in.pull(image, None, lines.append)
    assert f"Digest: {image.digest}" in lines
    again = logged_in.resolve(pushed, "always", None)
    assert (again.run, again.present) == (image.run, True)
    assert engine.inspect_image(image.run)["RepoDigests"] == [image.run]


def test_a_tag_that_moved_in_the_registry_is_followed_by_always_alone(
    logged_in: DockerImages, engine: docker.APIClient, registry: Registry, pushed: str
) -> None:
    old = logged_in.resolve(pushed, "always", None)
    logged_in.pull(old, None, quiet)
    make(engine, pushed, "newer")
    push(engine, registry, pushed)
    tag(engine, old.run, pushed)
    assert logged_in.resolve(pushed, "missing", None) == logged_in.resolve(pushed, "never", None)
    assert logged_in.resolve(pushed, "missing", None).run == old.run
    assert logged_in.resolve(pushed, "always", None).run != old.run


@pytest.mark.parametrize("policy", POLICIES)
def test_a_digest_is_taken_as_it_is(images: DockerImages, policy: str) -> None:
    assert images.resolve(f"example.com/app:1@{NOWHERE}", policy, None) == Image(
        f"example.com/app:1@{NOWHERE}", f"example.com/app@{NOWHERE}", present=False
    )


def test_without_the_password_the_user_is_told_to_log_in(images: DockerImages, registry: Registry, pushed: str) -> None:
    with pytest.raises(EngineError, match="no basic auth credentials") as caught:
        images.resolve(pushed, "always", None)
    assert caught.value.hint == f"docker login {registry.address}"
    run = f"{pushed.rpartition(':')[0]}@{NOWHERE}"
    with pytest.raises(EngineError, match="no basic auth credentials"):
        images.pull(Image(pushed, run, present=False), None, quiet)


def test_a_tag_that_does_not_exist_is_told_with_what_to_type(logged_in: DockerImages, pushed: str) -> None:
    with pytest.raises(EngineError, match="manifest unknown") as caught:
        logged_in.resolve(f"{pushed}7", "missing", None)
    assert f"is the tag right? docker pull {pushed}7" in caught.value.hint


def test_a_digest_that_does_not_exist_can_not_be_pulled(logged_in: DockerImages, pushed: str) -> None:
    run = f"{pushed.rpartition(':')[0]}@{NOWHERE}"
    with pytest.raises(EngineError, match=r"manifest unknown|not found"):
        logged_in.pull(Image(pushed, run, present=False), None, quiet)


def test_a_registry_out_of_reach_leaves_the_image_that_is_here_with_a_note(
    images: DockerImages,
    engine: docker.APIClient,
    project: str,
    free_port: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bluegreen.engine.registry._FIRST_PAUSE", 0.01)
    with running_registry(engine, free_port()) as registry:
        ref = f"{registry.address}/{project}:1"
        make(engine, ref)
        push(engine, registry, ref)
    try:
        image = images.resolve(ref, "always", None)
        assert (image.run, image.present) == (digest(engine, ref), True)
        assert "connection refused" in image.note
        assert image.note.endswith(f"; going on with the {ref} that is here")
    finally:
        forget(engine, ref)


def test_a_registry_out_of_reach_is_told_where_the_image_is_not_here(
    images: DockerImages, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluegreen.engine.registry._FIRST_PAUSE", 0.01)
    registry = f"127.0.0.1:{free_port()}"
    told = f"there is no image {registry}/app:1 here; .*connection refused"
    with pytest.raises(EngineError, match=told) as caught:
        images.resolve(f"{registry}/app:1", "always", None)
    assert caught.value.hint == f"is {registry} up, and reachable from here?"


@pytest.mark.parametrize(("ref", "policy"), [("bluegreen-none:1", "never"), (NOWHERE, "always")])
def test_what_can_only_be_here_and_is_not_is_told(images: DockerImages, ref: str, policy: str) -> None:
    with pytest.raises(EngineError, match=f"there is no image {ref} here"):
        images.resolve(ref, policy, None)


def test_an_image_without_a_registry_that_is_gone_can_not_come_back(images: DockerImages) -> None:
    with pytest.raises(EngineError, match="is gone, and no registry has it"):
        images.pull(Image("app:1", NOWHERE, present=False), None, quiet)


def test_an_image_for_another_platform_is_not_here(images: DockerImages, engine: docker.APIClient, local: str) -> None:
    here = engine.inspect_image(local)
    pinned = f"{local}@{NOWHERE}"
    assert not images.resolve(pinned, "always", f"{here['Os']}/{here['Architecture']}").present


def test_a_broken_credential_helper_is_told(
    registry: Registry, pushed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "docker-credential-broken"
    helper.write_text("#!/bin/sh\necho the vault is sealed\nexit 1\n")
    helper.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {registry.address: "broken"}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    client = connect()
    monkeypatch.setattr("bluegreen.engine.registry._FIRST_PAUSE", 0.01)
    try:
        with pytest.raises(EngineError, match="the vault is sealed"):
            DockerImages(client).resolve(pushed, "always", None)
    finally:
        client.close()


def test_a_credential_helper_is_asked(
    registry: Registry, pushed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = json.dumps({"ServerURL": "", "Username": registry.username, "Secret": registry.password})
    helper = tmp_path / "docker-credential-test"
    helper.write_text(f"#!/bin/sh\necho '{secret}'\n")
    helper.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {registry.address: "test"}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    client = connect()
    try:
        assert not DockerImages(client).resolve(pushed, "always", None).present
    finally:
        client.close()


def test_the_machine_is_described(engine: docker.APIClient) -> None:
    host = DockerMachine(engine, "test").host()
    assert host.version.startswith(engine.version()["Version"])
    assert host.cpus >= 1
    assert host.memory > 256 * 1024**2


def test_a_network_is_made_once_with_our_label_and_found_with_its_gateway(
    engine: docker.APIClient, project: str
) -> None:
    machine = DockerMachine(engine, project)
    assert machine.network(project) is None
    made = machine.create_network(project)
    assert machine.create_network(project) == made == machine.network(project)
    answer = engine.inspect_network(project)
    assert answer["Labels"] == {"bluegreen.project": project}
    addresses = answer["IPAM"]["Config"][0]
    assert made == Network(project, addresses["Gateway"], subnets=(addresses["Subnet"],))
    assert machine.network(answer["Id"][:12]) is None


def test_the_gateway_of_a_network_with_a_subnet_of_its_own_is_known(engine: docker.APIClient, project: str) -> None:
    pool = docker.types.IPAMPool(subnet="10.213.77.0/28")
    ipam = docker.types.IPAMConfig(pool_configs=[pool])
    engine.create_network(project, ipam=ipam, labels={"bluegreen.project": project})
    network = DockerMachine(engine, project).network(project)
    assert network
    assert network.gateway == "10.213.77.1"


def test_an_image_for_several_platforms_is_one_digest_that_is_known_again(
    logged_in: DockerImages, engine: docker.APIClient, registry: Registry, pushed: str
) -> None:
    repository, _, tag = pushed.partition("/")[2].rpartition(":")
    host = engine.version()
    platforms = [{"os": "linux", "architecture": host["Arch"]}, {"os": "linux", "architecture": "s390x"}]
    account = (registry.username, registry.password)
    with httpx.Client(base_url=f"http://{registry.address}/v2/{repository}/manifests/", auth=account) as manifests:
        one = manifests.get(tag, headers={"Accept": MANIFEST})
        entry = {"mediaType": MANIFEST, "size": len(one.content), "digest": one.headers["Docker-Content-Digest"]}
        entries = [{**entry, "platform": platform} for platform in platforms]
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
        put = manifests.put("several", content=json.dumps(index), headers={"Content-Type": INDEX})
    assert put.status_code == 201, put.text

    ref = f"{registry.address}/{repository}:several"
    image = logged_in.resolve(ref, "always", None)
    assert image.digest == put.headers["Docker-Content-Digest"] != entry["digest"]
    logged_in.pull(image, None, quiet)
    again = logged_in.resolve(ref, "always", None)
    assert (again.run, again.present) == (image.run, True)


def test_a_tag_that_moves_between_the_question_and_the_pull_changes_nothing(
    logged_in: DockerImages, engine: docker.APIClient, registry: Registry, pushed: str
) -> None:
    asked = logged_in.resolve(pushed, "always", None)
    make(engine, pushed, "newer")
    push(engine, registry, pushed)
    forget(engine, pushed)
    logged_in.pull(asked, None, quiet)
    assert engine.inspect_image(asked.run)["Config"]["Labels"]["greeting"] == pushed
    assert logged_in.resolve(pushed, "always", None).run != asked.run
