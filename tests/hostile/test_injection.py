"""No value can add, close or change a directive: the tree that nginx reads has the shape that the routing has."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from string import ascii_letters, ascii_lowercase, digits, printable
from typing import Any, NamedTuple, get_args

import crossplane
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bluegreen.model import names
from bluegreen.model.color import Color
from bluegreen.model.errors import ProxyError
from bluegreen.model.project import ProxySettings
from bluegreen.model.routing import Preview, Proxied, Routing, Slot
from bluegreen.model.service import Route
from bluegreen.proxy.render import render
from tests.unit.proxy.routings import ABILITIES

SLOW = settings(suppress_health_check=list(HealthCheck), max_examples=40)


class Words(NamedTuple):
    """Every text of a routing, apart from how it is put together."""

    services: tuple[str, ...]
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    trusted: tuple[str, ...]
    health: str


def allowed(kind: Any, begin: str, characters: str) -> st.SearchStrategy[str]:
    """Texts that an allow-list type accepts, from all characters that it knows."""
    (rule,) = (extra for extra in get_args(kind)[1:] if isinstance(extra, names.Allowed))
    assert not any(accepts(rule, begin + each + "a") for each in set(printable) - set(characters)), "more is allowed"
    texts = st.text(characters, max_size=rule.longest - len(begin)).map(lambda text: begin + text)
    return texts.filter(partial(accepts, rule))


def accepts(rule: names.Allowed, text: str) -> bool:
    try:
        return bool(rule.check(text))
    except ValueError:
        return False


SMALL = ascii_lowercase + digits
a_name = allowed(names.Name, "a", SMALL + "-")
a_host = allowed(names.Host, "a", SMALL + "-.") | allowed(names.Host, "*.", SMALL + "-.")
a_path = allowed(names.UrlPath, "/", ascii_letters + digits + "._~!&()*+,=:@/-")


def several(texts: st.SearchStrategy[str], count: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(texts, min_size=count, max_size=count, unique=True).map(tuple)


def apart(paths: tuple[str, ...]) -> bool:
    """Whether no path is another with a slash at its end, and none is the root."""
    return len({path.rstrip("/") for path in paths} - {""}) == len(paths) and not any(p.endswith("/") for p in paths)


accepted = st.builds(
    Words,
    several(a_name, 2),
    several(a_host, 2),
    several(a_path, 3).filter(apart),
    st.lists(st.ip_addresses(v=4).map(str), max_size=2, unique=True).map(tuple),
    a_path,
)
PLAIN = Words(("alpha", "beta"), ("a.test", "b.test"), ("/a", "/b", "/c"), (), "/up")


def build(words: Words, *, version: str, strip: bool, buffering: bool) -> Routing:
    """Two services on two hosts below three paths, one of them with a slot to come."""
    # not validated: this is also how a hole in the types would look
    routes = [
        Route.model_construct(host=host, path=path, strip=strip, buffering=buffering)
        for host, path in zip((words.hosts[0], *words.hosts), words.paths, strict=True)
    ]
    one, other = words.services
    return Routing(
        one,
        ProxySettings.model_construct(trust_proxy=words.trusted, health_path=words.health),
        (
            Proxied(one, 3000, tuple(routes[:2]), {Color.BLUE: Slot((f"{one}-blue:3000",), (f"{one}-green:3000",))}),
            Proxied(other, 80, tuple(routes[2:]), {color: Slot((f"{other}-{color}:80",)) for color in Color}),
        ),
        "172.18.0.1",
        ABILITIES[version],
        workers=2,
    )


Tree = tuple[str, int, tuple[Any, ...]]


def parse(text: str) -> list[dict[str, Any]]:
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(text)
        file.flush()
        parsed = crossplane.parse(file.name, single=True, comments=False)
    assert parsed["status"] == "ok", parsed["errors"]
    (config,) = parsed["config"]
    tree: list[dict[str, Any]] = config["parsed"]
    return tree


def shape(block: list[dict[str, Any]]) -> tuple[Tree, ...]:
    """Directives with the number of their words, in an order that no name decides; in a table, words are no names."""
    return tuple(sorted(branch(each) for each in block))


def branch(each: dict[str, Any]) -> Tree:
    table = each["directive"] in ("map", "geo")
    below = (
        tuple(sorted(("", len(row["args"]), ()) for row in each["block"])) if table else shape(each.get("block", []))
    )
    return each["directive"], len(each["args"]), below


def every(block: list[dict[str, Any]], directive: str) -> Iterator[list[str]]:
    for each in block:
        if each["directive"] == directive:
            yield each["args"]
        yield from every(each.get("block", []), directive)


def same_shape(words: Words, **how: Any) -> bool:
    plain = PLAIN._replace(trusted=tuple(f"10.0.0.{number}" for number, _ in enumerate(words.trusted)))
    return shape(parse(render(build(words, **how), 7))) == shape(parse(render(build(plain, **how), 7)))


ways = st.fixed_dictionaries(
    {"version": st.sampled_from(sorted(ABILITIES)), "strip": st.booleans(), "buffering": st.booleans()}
)


@given(accepted, ways)
@SLOW
def test_every_accepted_routing_has_the_shape_of_a_plain_one(words: Words, how: Mapping[str, Any]) -> None:
    assert same_shape(words, **how)


@given(accepted)
@SLOW
def test_every_accepted_value_arrives_whole(words: Words) -> None:
    tree = parse(render(build(words, version="1.30", strip=False, buffering=True), 7))
    assert {name for (name,) in every(tree, "server_name")} >= {*words.services, *words.hosts}
    assert {args[-1] for args in every(tree, "location")} >= {*words.paths, *(f"{path}/" for path in words.paths)}
    assert {args[0] for args in every(tree, "server") if args} >= {f"{words.services[1]}-green:80"}


CHANGES: list[Callable[[Words, str], Words]] = [
    lambda words, evil: words._replace(services=(evil, words.services[1])),
    lambda words, evil: words._replace(hosts=(evil, words.hosts[1])),
    lambda words, evil: words._replace(paths=(evil, *words.paths[1:])),
    lambda words, evil: words._replace(trusted=(evil,)),
    lambda words, evil: words._replace(health=evil),
]
evil_texts = st.one_of(
    st.text(max_size=12),
    st.builds("".join, st.lists(st.sampled_from([*";{}\"'\\$# \n\t\r", "a", "/", "return 200", "\x00"]), max_size=6)),
)


@given(evil_texts, st.sampled_from(CHANGES), ways)
@settings(SLOW, max_examples=200)
def test_whatever_gets_past_the_types_is_refused_or_stays_one_word(
    evil: str, change: Callable[[Words, str], Words], how: Mapping[str, Any]
) -> None:
    words = change(PLAIN, evil)
    assume(len(set(words.services)) == 2 and len(set(words.hosts)) == 2 and apart(words.paths))
    try:
        assert same_shape(words, **how)
    except ProxyError as refused:
        assert "refuse to write" in refused.message  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize("token", ["", "0" * 31, "0" * 33, "0" * 31 + "G", "0" * 31 + ")", "0" * 32 + "\n"])
def test_a_token_is_hexadecimal_digits_and_nothing_else(token: str) -> None:
    with pytest.raises(ValueError, match="should be a token"):
        Preview(token, Color.GREEN)
