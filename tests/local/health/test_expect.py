"""What an HTTP probe expects."""

from typing import Any

import pytest

from bluegreen.health.expect import shortfall
from bluegreen.model.service import HttpProbe


def lack(status: int = 200, body: str = "", location: str = "", **probe: Any) -> str | None:
    return shortfall(HttpProbe.model_validate(probe), status, location, body.encode())


@pytest.mark.parametrize(
    ("answer", "probe", "expected"),
    [
        ({}, {}, None),
        ({"status": 503, "body": "starting\n now"}, {}, '503: "starting now"'),
        ({"status": 302, "location": "/login"}, {}, "302 to /login"),
        ({"status": 204}, {"expect_status": [200, 204]}, None),
        ({"status": 200, "body": "x"}, {"expect_status": [204]}, '200: "x"'),
        ({"body": '{"id": 1}'}, {"expect_body": '"id"'}, None),
        ({"body": "error"}, {"expect_body": '"id"'}, '200, but without "\\"id\\"": "error"'),
        ({"body": "\x1b[31mred" + "a" * 200}, {"expect_body": "b"}, f'200, but without "b": "red{"a" * 117}…"'),
    ],
)
def test_status_and_text_are_compared(answer: dict[str, Any], probe: dict[str, Any], expected: str | None) -> None:
    assert lack(**answer, **probe) == expected


@pytest.mark.parametrize(
    ("body", "wanted", "expected"),
    [
        ('{"data": {"activeChannel": {"id": "1"}}}', {"data.activeChannel.id": "1"}, None),
        ('{"checks": [{"up": true}]}', {"checks.0.up": True}, None),
        ('{"checks": []}', {"checks.0.up": True}, '200, but without checks.0.up: "{"checks": []}"'),
        ('{"status": "starting"}', {"status": "ok"}, '200, but status is ""starting"", not "ok"'),
        ('{"up": 1}', {"up": True}, '200, but up is "1", not true'),
        ('{"n": 1.0}', {"n": 1}, None),
        ('{"data": null}', {"data.id": 1}, '200, but without data.id: "{"data": null}"'),
        ('{"data": null}', {"data": None}, None),
        ('{"a": 1, "b": 2}', {"a": 1, "b": 3}, '200, but b is "2", not 3'),
        ("<html>", {"a": 1}, '200, but not JSON: "<html>"'),
    ],
)
def test_json_is_compared_by_path(body: str, wanted: dict[str, Any], expected: str | None) -> None:
    assert lack(body=body, expect_json=wanted) == expected
