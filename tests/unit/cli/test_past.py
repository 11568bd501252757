"""history, audit and diff: of which service, since when, and what differs."""

import time
from datetime import datetime

import pytest
import typer

from bluegreen.cli.moment import since
from bluegreen.cli.show.audit import concerning
from bluegreen.ledger.ledger import Ledger
from tests.fakes.history import History
from tests.fakes.project import project
from tests.unit.cli.shop import WEB, Shop


def ids(shop: Shop, *words: str) -> list[str]:
    """The services of each deployment that history shows, the newest first."""
    told = shop.run("history", "--json", *words).json["deployments"]
    return [" ".join(move["service"] for move in deployment["moves"]) for deployment in told]


def test_history_is_that_of_one_service_since_a_time(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    between = time.time()
    shop.run("deploy", "worker", "--tag", "2")
    shop.run("deploy", "server", "--tag", "2")
    assert ids(shop) == ["server", "worker", "server worker"]
    assert ids(shop, "--service", "server") == ["server", "server worker"]
    assert ids(shop, "--service", "server", "--limit", "1") == ["server"]
    moment = datetime.fromtimestamp(between).astimezone().isoformat()
    assert ids(shop, "--since", moment) == ["server", "worker"]
    assert ids(shop, "--since", moment, "--service", "worker") == ["worker"]
    assert ids(shop, "--since", "1h", "--limit", "1") == ["server"]


@pytest.mark.parametrize("verb", ["history", "audit"])
def test_a_service_that_never_was_is_no_empty_past(verb: str, shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    told = shop.run(verb, "--service", "servr")
    assert told.status == 2
    assert "there is no service servr: did you mean server?" in told.err
    shop.project = project({"server": dict(WEB)})
    assert shop.run(verb, "--service", "worker").status == 0


def test_since_a_time_everything_is_shown(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    ledger = Ledger(shop.folder)
    author = shop.open(shop.folder, None, "").author
    for number in range(25):
        ledger.audit(author, f"event {number}", time.time())
    ledger.close()
    assert len(shop.run("audit", "--json").json["audit"]) == 20
    assert len(shop.run("audit", "--json", "--since", "1h").json["audit"]) == 27
    assert shop.run("audit", "--since", "2999-01-01").out == "Nothing yet.\n"


def test_the_audit_of_a_service_leaves_out_what_names_others_alone(shop: Shop) -> None:
    author = shop.open(shop.folder, None, "").author
    ledger = Ledger(shop.folder)
    for number, words in enumerate(("deploy", "deploy worker", "deploy server worker", "deploy --image server=a:1")):
        ledger.audit(type(author)("a", "b", f"bluegreen {words}"), "done", float(number))
    ledger.close()
    told = shop.run("audit", "--json", "--service", "server", "--limit", "2").json["audit"]
    assert [line["command"] for line in told] == [
        "bluegreen deploy --image server=a:1",
        "bluegreen deploy server worker",
    ]
    chosen = concerning("server", ("server", "worker"))
    assert [chosen("bluegreen deploy"), chosen("bluegreen deploy worker")] == [True, False]


@pytest.mark.parametrize(
    ("text", "ago"), [("7d", 604800), ("12h", 43200), ("1w2d3h4m5s", 788645), ("0s", 0), ("90m", 5400)]
)
def test_so_long_ago(text: str, ago: int) -> None:
    assert since(text) == pytest.approx(time.time() - ago, abs=1)


@pytest.mark.usefixtures("utc")
def test_a_date_is_the_time_here_unless_it_says_another() -> None:
    assert since("2026-11-01") == 1793491200
    assert since("2026-11-01T08:30") == 1793521800
    assert since("2026-11-01T08:30+02:00") == 1793514600


@pytest.mark.parametrize("text", ["", "d", "7", "yesterday", "2026-13-01", "-1d", "9999999d"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="should be a time such as 7d"):
        since(text)


def changed(shop: Shop, **more: object) -> None:
    """Have the server's configuration be another."""
    service = shop.project.services["server"]
    shop.project.services["server"] = type(service).model_validate({"name": "server", **WEB, **more})


def releases(shop: Shop) -> list[str]:
    """The releases of the server, the oldest first."""
    told = shop.run("history", "--json", "--service", "server").json["deployments"]
    return [move["new"] for each in reversed(told) for move in each["moves"] if move["service"] == "server"]


def test_two_releases_differ_in_image_keys_and_commits_and_no_value_is_shown(shop: Shop) -> None:
    history = History(shop.folder)
    one = history.commit("one")
    changed(shop, environment={"A": "planted-1", "B": "planted-2", "SAME": "x"})
    shop.run("deploy", "--tag", "1", "--commit", one)
    two = history.commit("two")
    changed(shop, environment={"A": "planted-3", "C": "planted-4", "SAME": "x"}, stop_grace_period="3s")
    shop.run("deploy", "--tag", "2", "--commit", two)
    old, new = releases(shop)
    ran = shop.run("diff", old[-8:].lower(), new, "--json")
    told = ran.json
    assert (told["old"]["image"], told["new"]["image"]) == ("acme/server:1", "acme/server:2")
    assert [(each["key"], each["change"]) for each in told["keys"]] == [
        ("environment.A", "changed"),
        ("environment.B", "removed"),
        ("environment.C", "added"),
        ("stop_grace_period", "changed"),
    ]
    assert [each["subject"] for each in told["commits"]["way"]["added"]] == ["two"]
    text = shop.run("diff", new, old).out
    assert f"commits:\n  - {two[:10]} two\n" in text
    assert "  environment.B added\n" in text
    assert "planted" not in ran.out + text


def test_of_a_release_whose_copy_is_gone_it_says_what_the_ledger_knows(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    changed(shop, stop_grace_period="3s")
    shop.run("deploy", "--tag", "2")
    old, new = releases(shop)
    (shop.folder / "releases" / old / "release.json").unlink()
    text = shop.run("diff", old, new).out
    assert f"configuration: another; no more can be told: the copy of release {old} is gone\n" in text


def test_what_can_not_be_compared_is_refused(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    (server,) = releases(shop)
    told = shop.run("history", "--json").json["deployments"][0]["moves"]
    worker = next(move["new"] for move in told if move["service"] == "worker")
    assert f"{server} is a release of server, {worker} one of worker" in shop.run("diff", server, worker).err
    ran = shop.run("diff", server, "nothing")
    assert (ran.status, "no releases end in nothing" in ran.err) == (2, True)
    assert shop.run("diff", server, server).out.endswith("configuration: the same\ncommits: the same\n")
