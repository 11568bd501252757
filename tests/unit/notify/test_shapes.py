"""What channels of Slack and Discord get to read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bluegreen.model.notice import Notice
from bluegreen.model.notify import Moment
from bluegreen.notify.shapes import LONGEST, body

MOVED = {"service": "server", "old_image": "acme/server:1", "new_image": "acme/server:2"}
STAYED = {"service": "mail", "old_image": "", "new_image": ""}
NOTICE = Notice(
    "01M8", Moment.ROLLED_BACK, 1.5, "shop", "production", "deploy", "01M9", "rolled back", "9 of 10 answers failed",
    "alice@shop1", "ci https://ci.test/7", "0" * 40, (MOVED, STAYED),
)  # fmt: skip


def sent(notice: Notice, shape: str) -> Any:
    return json.loads(body(notice, shape))


def test_a_channel_reads_what_became_of_which_services_why_and_by_whom() -> None:
    assert sent(NOTICE, "slack")["text"].splitlines() == [
        "↩ shop (production): deploy rolled back",
        "• server: acme/server:1 → acme/server:2",
        "9 of 10 answers failed",
        "alice@shop1, ci https://ci.test/7, 01M9",
    ]


@pytest.mark.parametrize("hostile", ["<!channel> <@U123> <https://evil.test|here>", "a\n\n*b*", "\x1b[31mred\x1b[0m"])
def test_nobody_is_called_by_what_a_container_said(hostile: str) -> None:
    slack = sent(replace(NOTICE, reason=hostile), "slack")
    assert "<" not in slack["text"]
    assert "\x1b" not in slack["text"]
    assert len(slack["text"].splitlines()) == 4
    assert (slack["unfurl_links"], slack["unfurl_media"]) == (False, False)
    assert "\x1b" not in sent(replace(NOTICE, reason=hostile), "json")["reason"]


def test_discord_calls_nobody_and_reads_no_markdown() -> None:
    discord = sent(replace(NOTICE, reason="@everyone [here](https://evil.test) **x** `y`"), "discord")
    assert discord["allowed_mentions"] == {"parse": []}
    line = r"\@everyone \[here\]\(https\://evil\.test\) \*\*x\*\* \`y\`"
    assert discord["content"].splitlines()[2] == line


@pytest.mark.parametrize(("shape", "key"), [("slack", "text"), ("discord", "content")])
def test_no_text_is_longer_than_it_may_be(shape: str, key: str) -> None:
    many = tuple({**MOVED, "service": f"service-{number}", "new_image": "<" * 500} for number in range(99))
    text = sent(replace(NOTICE, services=many, reason="*" * 9999), shape)[key]
    assert len(text) <= LONGEST + 30
    assert text.endswith("…")
