"""What is sent to real servers, and what becomes of it when they misbehave."""

import hmac
import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bluegreen.model.notice import Notice
from bluegreen.model.notify import Moment, Notification
from bluegreen.notify.delivery import PATIENCE
from bluegreen.notify.webhooks import Webhooks
from tests.local.receiver import Receiver
from tests.waiting import wait_until

MOVED = {"service": "server", "old_image": "acme/server:1", "new_image": "acme/server:2"}


@pytest.fixture(autouse=True)
def straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands between."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("bluegreen.notify.delivery.ANSWERS_WITHIN", 0.3)
    monkeypatch.setattr("bluegreen.notify.delivery._FIRST_PAUSE", 0.01)


def notice(event: Moment = Moment.SUCCEEDED) -> Notice:
    """Something to tell."""
    return Notice(
        "01M8", event, 1.5, "shop", "production", "deploy", "01M9", "deployed", "", "a@b", "ci 7", "0" * 40, (MOVED,)
    )


def told(receiver: Receiver, folder: Path, *events: Moment, **more: object) -> tuple[str, ...]:
    """Tell of these events; return what was not delivered."""
    wanted = Notification.model_validate({"url": receiver.url, **more})
    hooks = Webhooks((wanted,), folder)
    for event in events or (Moment.SUCCEEDED,):
        hooks.tell(notice(event))
    return hooks.close()


def test_everything_arrives_as_json_in_the_order_in_which_it_was_told(tmp_path: Path) -> None:
    with Receiver() as receiver:
        assert told(receiver, tmp_path, *Moment) == ()
    bodies = [json.loads(each.body) for each in receiver.received]
    assert [body["event"] for body in bodies] == ["started", "succeeded", "skipped", "failed", "rolled_back", "held"]
    assert bodies[0] == {
        "version": 1, "id": "01M8", "event": "started", "at": 1.5, "project": "shop", "environment": "production",
        "verb": "deploy", "deployment": "01M9", "outcome": "deployed", "reason": "", "who": "a@b", "origin": "ci 7",
        "commit": "0" * 40, "services": [MOVED],
    }  # fmt: skip
    assert receiver.received[0].headers["Content-Type"] == "application/json"
    assert "X-Bluegreen-Signature" not in receiver.received[0].headers


def test_only_the_moments_that_were_asked_for_are_told(tmp_path: Path) -> None:
    with Receiver() as receiver:
        assert told(receiver, tmp_path, *Moment, on=["failed", "held"]) == ()
    assert [json.loads(each.body)["event"] for each in receiver.received] == ["failed", "held"]


def genuine(key: str, headers: Mapping[str, str], body: bytes) -> bool:
    """As docs/services.md says it."""
    timestamp = headers["X-Bluegreen-Timestamp"]
    expected = hmac.new(key.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    fresh = abs(time.time() - int(timestamp)) < 300
    return fresh and hmac.compare_digest(headers["X-Bluegreen-Signature"], f"sha256={expected}")


def test_the_documented_check_of_a_signature_is_the_one_that_is_tested_here() -> None:
    here = Path(__file__).read_text().partition("def genuine")[2].partition("\n\n\n")[0]
    documented = Path("docs/services.md").read_text().partition("def genuine")[2].partition("\n```")[0]
    assert documented == here.replace('    """As docs/services.md says it."""\n', "")


@pytest.mark.parametrize("kept", ["inline", "file"])
def test_what_is_signed_is_genuine_and_nothing_else_is(kept: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("its key\n")
    more = {"secret": "its key"} if kept == "inline" else {"secret_file": "key"}
    with Receiver([500]) as receiver:
        assert told(receiver, tmp_path, **more) == ()
    first, again = receiver.received
    assert genuine("its key", first.headers, first.body)
    assert genuine("its key", again.headers, again.body)
    assert not genuine("another", first.headers, first.body)
    assert not genuine("its key", first.headers, first.body + b" ")
    assert not genuine("its key", {**first.headers, "X-Bluegreen-Timestamp": str(int(time.time()) - 7)}, first.body)
    assert first.headers["X-Bluegreen-Delivery"] == again.headers["X-Bluegreen-Delivery"] == "01M8"


@pytest.mark.parametrize("answer", [500, 503, 429, "close", "hang"])
def test_what_may_pass_is_tried_again(answer: int | str, tmp_path: Path) -> None:
    with Receiver([answer, answer]) as receiver:
        assert told(receiver, tmp_path) == ()
    assert len(receiver.received) == 3


@pytest.mark.parametrize(
    ("answers", "times", "why"),
    [
        ([404], 1, "it answered 404"),
        ([302], 1, "it answered 302; redirects are not followed"),
        ([500] * 9, 4, "it answered 500"),
        (["close"] * 9, 4, "no connection, or it broke off (RemoteProtocolError)"),
        (["hang"] * 9, 4, "no answer within 0.3 s"),
    ],
)
def test_what_was_not_delivered_is_said_without_the_address(
    answers: list[int | str], times: int, why: str, tmp_path: Path
) -> None:
    with Receiver(answers, {"Location": "/elsewhere"}) as receiver:
        assert told(receiver, tmp_path) == (f"notify[0]: succeeded was not delivered to 127.0.0.1: {why}",)
    assert [each.path for each in receiver.received] == ["/planted-path"] * times


def test_nobody_listens(tmp_path: Path) -> None:
    with Receiver() as receiver:
        pass
    (problem,) = told(receiver, tmp_path)
    assert problem.endswith("no connection, or it broke off (ConnectError)")


def test_a_server_is_left_alone_as_long_as_it_asks_where_that_fits_in(tmp_path: Path) -> None:
    with Receiver([429], {"Retry-After": "1"}) as receiver:
        begun = time.monotonic()
        assert told(receiver, tmp_path) == ()
        assert 1 <= time.monotonic() - begun < 5
    with Receiver([429], {"Retry-After": "3600"}) as receiver:
        begun = time.monotonic()
        assert len(told(receiver, tmp_path)) == 1
        assert time.monotonic() - begun < 2
    assert len(receiver.received) == 1


def test_telling_does_not_wait_and_the_end_does_not_wait_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.notify.webhooks.LAST_WORDS", 0.5)
    with Receiver(["drip"] * 9) as hanging, Receiver() as well:
        urls = [Notification(url=each.url) for each in (hanging, well)]
        hooks = Webhooks(urls, tmp_path)
        begun = time.monotonic()
        hooks.tell(notice())
        assert time.monotonic() - begun < PATIENCE / 2
        wait_until(lambda: well.received, "the other address is told meanwhile")
        (problem,) = hooks.close()
        assert time.monotonic() - begun < PATIENCE
    assert problem == "notify[0]: it did not take everything in time"


def test_who_is_interrupted_waits_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with Receiver(["hang"]) as receiver:
        hooks = Webhooks([Notification(url=receiver.url)], tmp_path)
        hooks.tell(notice())
        wait_until(lambda: receiver.received, "it is on its way")
        monkeypatch.setattr("bluegreen.notify.webhooks._Line.wait", interrupt)
        assert hooks.close() == ("notify[0]: it did not take everything in time",)


def test_the_address_may_be_in_a_file_that_nobody_else_can_change(tmp_path: Path) -> None:
    path = tmp_path / "address"
    with Receiver() as receiver:
        hooks = Webhooks([Notification(url_file="address")], tmp_path)
        path.write_text(f"{receiver.url}\n")
        hooks.tell(notice())
        assert hooks.close() == ()
        assert len(receiver.received) == 1

        def undelivered() -> str:
            hooks = Webhooks([Notification(url_file="address")], tmp_path)
            hooks.tell(notice())
            (problem,) = hooks.close()
            return problem.removeprefix("notify[0]: succeeded was not delivered: ")

        path.chmod(0o666)
        assert undelivered().startswith(f"refuse to use {path} can be written by others")
        path.chmod(0o600)
        path.write_text("")
        assert undelivered() == f"{path} is empty"
        path.write_text("planted-no-address")
        assert undelivered() == "its address can't be used"
        path.unlink()
        assert undelivered() == f"cannot read {path}: No such file or directory"
    assert len(receiver.received) == 1
