"""The release that a container runs which bluegreen did not make: so it can be gone back to."""

import time

from pydantic import ValidationError

from bluegreen.deploy.candidates import shape
from bluegreen.deploy.workspace import Workspace
from bluegreen.model import ulid
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.release import Image, Release
from bluegreen.model.service import ContainerOptions, Service

OF_THE_SERVICE = frozenset({"networks", "restart", "stop_grace_period"})
"""Options that services.yaml knows better than `docker run` did."""


def as_it_runs(workspace: Workspace, service: Service) -> Release:
    """Describe what runs under a service's name: its image and options, and how services.yaml has it routed and probed.

    Raises DeploymentFailed for options that no service can have.
    """
    found = workspace.engine.describe(service.name)
    here = workspace.images.resolve(found.run, "never", None)
    image = Image(found.image, found.run, here.size)
    written = service.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kept = {key: value for key, value in written.items() if key not in _CONTAINERS}
    had = {"environment": dict(found.environment), "volumes": found.volumes, **found.options}
    try:
        complete = Service.model_validate({**kept, **had, "image": found.image, "replicas": 1})
    except ValidationError as error:
        keys = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise DeploymentFailed(
            f"{service.name} runs with options that bluegreen can't give a container: {keys}",
            f"start it again without them, or: docker rename {service.name} {service.name}-before, and deploy",
        ) from None
    now = time.time()
    return Release(ulid.new(now), complete, image, shape(complete), "", now)


_CONTAINERS = frozenset(ContainerOptions.model_fields) - OF_THE_SERVICE
