"""A registry of images that wants to know who asks."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import urlopen

import docker

from tests.waiting import wait_until

_HTPASSWD = b"deployer:$2a$05$V4p/bG9a.nIxVsOYinJr5eUsp8LM7FMka1wsVcMQJxwWDACBIjwmy\n"


@dataclass(frozen=True)
class Registry:
    """Where it listens, and the one account that it knows."""

    address: str
    username: str = "deployer"
    password: str = "correct horse"

    def answers(self) -> bool:
        """Whether it asks for the password by now."""
        try:
            urlopen(f"http://{self.address}/v2/", timeout=1).close()
        except HTTPError as error:
            with error:
                return error.code == 401
        except OSError:
            return False
        raise AssertionError("the registry lets in whoever comes")


@contextmanager
def running_registry(engine: docker.APIClient, port: int) -> Iterator[Registry]:
    """Run a registry on this port of 127.0.0.1 as long as the context lasts."""
    container = engine.create_container(
        "registry:2",
        environment={
            "REGISTRY_AUTH": "htpasswd",
            "REGISTRY_AUTH_HTPASSWD_REALM": "test",
            "REGISTRY_AUTH_HTPASSWD_PATH": "/etc/htpasswd",
        },
        host_config=engine.create_host_config(port_bindings={5000: ("127.0.0.1", port)}),
    )["Id"]
    try:
        engine.put_archive(container, "/etc", _htpasswd())
        engine.start(container)
        registry = Registry(f"127.0.0.1:{port}")
        wait_until(registry.answers, "the registry answers")
        yield registry
    finally:
        engine.remove_container(container, force=True, v=True)


def _htpasswd() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("htpasswd")
        member.size = len(_HTPASSWD)
        member.mode = 0o644
        archive.addfile(member, io.BytesIO(_HTPASSWD))
    return buffer.getvalue()
