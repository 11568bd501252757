"""What a release keeps of a service is the service."""

import json

from hypothesis import given

from bluegreen.config.keys import keys_of
from bluegreen.model.service import Service
from tests.unit.config.strategies import SERVICES, services


@given(services())
def test_a_service_survives_json(service: Service) -> None:
    short = service.model_dump_json(by_alias=True, exclude_defaults=True)
    assert Service.model_validate_json(short) == service
    assert Service.model_validate(json.loads(service.model_dump_json(by_alias=True))) == service


def test_every_key_is_generated() -> None:
    text = repr(SERVICES)
    assert [key for key in keys_of(Service) if f"'{key}':" not in text] == []
