"""From YAML's events to nodes: anchors, merge keys and duplicate keys, within bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bluegreen.config.node import Entries, Items, Node, Scalar
from bluegreen.config.problem import At, Report, shown_key

DEEPEST = 32
"""Levels; nothing that can be configured lies half as deep."""

MOST = 50_000
"""Values, those that aliases repeat counted each time."""

COMPOSE_TAGS = frozenset({"!reset", "!override"})
"""What a later Compose file says of a value of an earlier one."""

_TEXT_TAGS = {None, "!", "tag:yaml.org,2002:str"}


class Refused(Exception):
    """The document goes beyond what is read."""

    def __init__(self, event: yaml.Event, message: str) -> None:
        super().__init__(message)
        self.at = _at(event)
        self.message = message


@dataclass(slots=True)
class _Anchor:
    node: Node
    values: int


class Composer:
    """Builds the nodes of one document; bounded in depth and in number, so that no document can exhaust memory."""

    def __init__(self, events: Iterator[yaml.Event], report: Report, tags: dict[At, str] | None = None) -> None:
        self._events = events
        self._tags = tags
        self._report = report
        self._anchors: dict[str, _Anchor] = {}
        self._values = 0
        self._depth = 0

    def document(self, wanted: str) -> Node:
        """Build the only document of the stream, into which `wanted` belongs. Raises Refused."""
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise Refused(start, f"is empty: it should have {wanted}")
        node = self._node(next(self._events))
        next(self._events)
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise Refused(more, "a second document starts here (---): only one is read")
        if isinstance(node, Scalar) and node.null:
            raise Refused(start, f"is empty: it should have {wanted}")
        return node

    def _node(self, event: Any) -> Node:  # noqa: ANN401 - the library's events share no typed base
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._values
        self._count(event, 1)
        self._depth += 1
        if self._depth > DEEPEST:
            raise Refused(event, f"lies more than {DEEPEST} levels deep")
        node = self._new(event)
        self._depth -= 1
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(node, self._values - before)
        return node

    def _new(self, event: Any) -> Node:  # noqa: ANN401
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.style in {None, ""}
            self._check_tag(event, _TEXT_TAGS)
            if "\0" in event.value:
                raise Refused(event, "holds a control character (U+0000)")
            return Scalar(_at(event), event.value, plain)
        if isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event, {None, "!"})
            return Items(_at(event), [self._node(each) for each in self._until(yaml.SequenceEndEvent)])
        self._check_tag(event, {None, "!"})
        return self._mapping(event)

    def _mapping(self, event: yaml.Event) -> Entries:
        entries = Entries(_at(event), {}, {})
        merged: list[Node] = []
        for key_event in self._until(yaml.MappingEndEvent):
            key = self._node(key_event)
            value = self._node(next(self._events))
            if not isinstance(key, Scalar):
                self._report.add(_at(key_event), "", "a key should be a text")
            elif key.text == "<<" and key.plain:
                merged.append(value)
            elif key.text in entries.nodes:
                first = entries.keys[key.text][0]
                self._report.add(key.at, "", f"the key {shown_key(key.text)} is there already, in line {first}")
            else:
                entries.nodes[key.text], entries.keys[key.text] = value, _at(key_event)
        for node in merged:
            self._merge(entries, node)
        return entries

    def _merge(self, entries: Entries, node: Node) -> None:
        """Add what `<<` brings; what is there already is stronger."""
        for source in node.nodes if isinstance(node, Items) else [node]:
            if not isinstance(source, Entries):
                self._report.add(source.at, "", "<< should have an alias of a mapping, such as *default")
                continue
            for key, value in source.nodes.items():
                if key not in entries.nodes:
                    entries.nodes[key], entries.keys[key] = value, source.keys[key]

    def _alias(self, event: Any) -> Node:  # noqa: ANN401
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            raise Refused(event, f"the alias *{event.anchor} has no anchor &{event.anchor} before it")
        self._count(event, anchor.values)
        return anchor.node

    def _count(self, event: yaml.Event, values: int) -> None:
        self._values += values
        if self._values > MOST:
            raise Refused(event, f"has more than {MOST} values, those that aliases repeat counted each time")

    def _check_tag(self, event: Any, allowed: set[str | None]) -> None:  # noqa: ANN401
        if self._tags is not None and event.tag in COMPOSE_TAGS:
            self._tags[_at(event)] = event.tag
        elif event.tag not in allowed:
            raise Refused(event, _strange_tag(event))

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self._events), end):
            yield event


def _strange_tag(event: Any) -> str:  # noqa: ANN401
    """Name a tag that can't be the beginning of a value, as a password without quotes may be."""
    tag = event.tag.replace("tag:yaml.org,2002:", "!!")
    known = tag in COMPOSE_TAGS or tag.startswith("!!") or not isinstance(event, yaml.ScalarEvent)
    if known and re.fullmatch(r"![A-Za-z0-9_.:/!-]{1,64}", tag):
        return f"the tag {tag} means nothing here: remove it"
    return "what begins with ! is a tag, and means nothing here: remove it, or put the text in quotes"


def _at(event: Any) -> At:  # noqa: ANN401
    return event.start_mark.line + 1, event.start_mark.column + 1
