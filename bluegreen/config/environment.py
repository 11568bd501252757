"""A service as it will run: the values of its env files folded in, and a hash of what shapes its container."""

import hashlib
import json
import os
from pathlib import Path

from bluegreen.config.dotenv import read_env_file
from bluegreen.model.service import ContainerOptions, Service


def resolve_environment(service: Service, base_dir: Path) -> dict[str, str]:
    """Return a service's variables: those of its env files, later files stronger, then those of `environment`.

    Relative paths are below `base_dir`, the folder of services.yaml. Raises InvalidConfig, which holds no value.
    """
    values: dict[str, str] = {}
    for name in service.env_file:
        values.update(read_env_file(base_dir / name, name, os.environ))
    return values | service.environment


def resolved(service: Service, base_dir: Path) -> Service:
    """Return a service that depends on no file any more. Raises InvalidConfig."""
    return service.model_copy(update={"environment": resolve_environment(service, base_dir), "env_file": ()})


def spec_hash(service: Service) -> str:
    """Return a SHA-256, in hexadecimal, over everything that shapes the container, its image excluded.

    What is left at its default does not count, so that an option that comes with a later version changes no hash.
    """
    shape = service.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, include=set(ContainerOptions.model_fields)
    )
    text = json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
