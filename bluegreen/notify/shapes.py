"""What is sent: everything as JSON, or a text for a channel of Slack or Discord. What others said stays text in it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from bluegreen.model.notice import Notice
from bluegreen.model.notify import Moment
from bluegreen.model.text import harmless, one_line

VERSION = 1
"""Of the JSON; it changes when a reader of the last one would break."""
MARKS = {
    Moment.STARTED: "🚀",
    Moment.SUCCEEDED: "✅",
    Moment.SKIPPED: "⏭",
    Moment.FAILED: "❌",
    Moment.ROLLED_BACK: "↩",
    Moment.HELD: "⏸",
}
LONGEST = 1800
"""Characters of a text; Discord takes 2000, Slack more."""
_MOST = 20
"""Services that are named."""
_REASON = 600
_MARKDOWN = re.compile(r"[\\`*_~|<>\[\]()#:@.-]")
_SUPPRESS_EMBEDS = 4


def body(notice: Notice, shape: str) -> bytes:
    """Return what is sent, as JSON in UTF-8."""
    match shape:
        case "slack":
            sent: dict[str, object] = {"text": _text(notice, _for_slack), "unfurl_links": False, "unfurl_media": False}
        case "discord":
            sent = {
                "content": _text(notice, _for_discord),
                "allowed_mentions": {"parse": []},
                "flags": _SUPPRESS_EMBEDS,
            }
        case _:
            sent = {"version": VERSION, **_plain(notice)}
    return json.dumps(sent).encode()


def _text(notice: Notice, escape: Callable[[str], str]) -> str:
    text = ""
    for line in _lines(notice):
        safe = escape(one_line(line))
        if len(text) + len(safe) > LONGEST:
            return f"{text}\n…"
        text = f"{text}\n{safe}" if text else safe
    return text


def _lines(notice: Notice) -> Iterator[str]:
    where = f"{notice.project} ({notice.environment})" if notice.environment else notice.project
    yield f"{MARKS[notice.event]} {where}: {notice.verb} {notice.event.replace('_', ' ')}"
    moved = [service for service in notice.services if service["new_image"]]
    yield from (f"• {service['service']}: {_change(service)}" for service in moved[:_MOST])
    if len(moved) > _MOST:
        yield f"• and {len(moved) - _MOST} more"
    if notice.reason:
        yield notice.reason[:_REASON]
    yield ", ".join(filter(None, (notice.who, notice.origin, notice.deployment)))


def _change(service: Mapping[str, str]) -> str:
    old, new = service["old_image"], service["new_image"]
    return f"{old} → {new}" if old and old != new else new


def _for_slack(text: str) -> str:
    """Slack reads mentions and links in angle brackets; of the rest a text can only look different."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _for_discord(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _plain(notice: Notice) -> dict[str, object]:
    services = [{key: harmless(value) for key, value in service.items()} for service in notice.services]
    plain = {key: harmless(value) if isinstance(value, str) else value for key, value in asdict(notice).items()}
    return plain | {"services": services}
