"""What the commands that change nothing tell of a real project."""

import json
import subprocess
import time
from functools import partial

import pytest

from bluegreen.decide.actions import Occupancy
from bluegreen.deploy.opening import open_workspace
from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.model import ulid
from bluegreen.model.color import Color
from bluegreen.model.container import Label
from bluegreen.model.deployment import Deployment, Move, Outcome, Verb
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service
from tests.engine.product.shop import Shop

MANY = 100
NOWHERE = "unix:///nowhere"


def test_status_tells_what_serves(unmoved: Shop) -> None:
    told = unmoved.status()
    (service,) = told["services"]
    assert (service["state"], service["color"], service["image"]) == ("serving", "green", "bluegreen-shop:v1")
    assert service["containers"][0].startswith(f"{unmoved.named('server-green')} ")
    assert (told["drift"], told["unfinished"], told["under_way"]) == ([], "", "")
    row = next(line for line in unmoved.run("status").out.splitlines() if unmoved.named("server") in line)
    assert row.split()[1:4] == ["web", "serving", "green"]


def test_a_container_of_a_service_that_is_gone_is_drift(unmoved: Shop) -> None:
    labels = {Label.PROJECT: unmoved.project, Label.SERVICE: "lost", Label.COLOR: "blue", Label.ROLE: "app"}
    lost = unmoved.engine.create_container("bluegreen-shop:v1", name=unmoved.named("lost-blue"), labels=labels)["Id"]
    told = unmoved.status()
    unmoved.engine.remove_container(lost)
    assert told["drift"] == [f"{unmoved.named('lost-blue')} belongs to lost, which is not in services.yaml"]


def test_a_plan_says_what_would_be_done_and_why(unmoved: Shop) -> None:
    unmoved.environment("server", GREETING="hello")
    (row,) = unmoved.run("plan", "--json").json["services"]
    assert (row["happened"], row["why"]) == ("would deploy", "configuration: environment")
    (row,) = unmoved.run("deploy", "--dry-run", "--json", "--tag", "v2").json["services"]
    assert (row["old_image"], row["new_image"], row["color"]) == ("bluegreen-shop:v1", "bluegreen-shop:v2", "blue")


def test_a_change_of_routes_is_a_change(unmoved: Shop) -> None:
    unmoved.web(routes=[{"host": "other.test"}])
    (row,) = unmoved.run("plan", "--json").json["services"]
    assert row["why"] == "configuration: routes"


def test_nothing_changed_is_nothing_done(unmoved: Shop) -> None:
    report = unmoved.deploy()
    assert ([row["why"] for row in report["services"]], report["outcome"]) == (["unchanged"], None)


def test_history_tells_who_did_what_when_and_how_long_it_took(unmoved: Shop) -> None:
    first = unmoved.run("history", "--json", "--limit", "100").json["deployments"][-1]
    assert (first["verb"], first["outcome"], first["command"]) == ("deploy", "deployed", "bluegreen deploy --json")
    assert [move["new_ref"] for move in first["moves"]] == ["bluegreen-shop:v1"]
    steps = {step["step"]: step["seconds"] for step in first["steps"]}
    assert {"start", "health", "nginx", "cutover", "settle"} <= steps.keys()
    assert all(seconds >= 0 for seconds in steps.values())
    assert "deployed" in unmoved.run("history").out


def test_logs_are_those_of_the_containers_that_serve(unmoved: Shop) -> None:
    name = unmoved.named("server")
    assert f"{name}-green | v1 listens on 3000" in unmoved.run("logs", name).out
    assert "there is no service nobody" in unmoved.run("logs", "nobody", expect=2).err
    with subprocess.Popen(
        unmoved.command("logs", name, "--follow", "--tail", "1"),
        env=unmoved.surroundings(), stdout=subprocess.PIPE, text=True,
    ) as following:  # fmt: skip
        assert following.stdout
        assert following.stdout.readline().startswith(f"{name}-green | ")
        following.terminate()


def test_check_and_schema_need_neither_engine_nor_proxy(unmoved: Shop) -> None:
    assert f"{unmoved.file} is right" in unmoved.run("check", DOCKER_HOST=NOWHERE).out
    assert "services" in json.loads(unmoved.run("schema", DOCKER_HOST=NOWHERE).out)["properties"]
    told = unmoved.run("deploy", expect=1, DOCKER_HOST=NOWHERE).err
    assert "cannot reach the Docker engine at unix:///nowhere" in told


def test_the_proxy_shows_what_it_serves_and_answers_for_nobody_else(unmoved: Shop) -> None:
    assert "server_name shop.test" in unmoved.run("proxy", "show").out
    assert unmoved.get(host="elsewhere.test").status_code == 421
    assert unmoved.get("/.bluegreen/health", host="10.0.0.1").text == "ok\n"


def test_status_tells_of_a_hundred_services(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a crash of the machine: ledger, nginx and labels know them all, and no container runs."""
    for number in range(MANY):
        shop.web(f"s{number}", path=f"/{number}")
    shop.run("proxy", "up")
    for key, value in shop.surroundings().items():
        monkeypatch.setenv(key, value)
    workspace = open_workspace(shop.file, None, "test")
    moves = tuple(first_move(service) for service in workspace.project.services.values())
    together(partial(stopped, shop, move) for move in moves)
    remember(workspace, moves)
    slots = {move.service: Occupancy.settled(Color.BLUE) for move in moves}
    workspace.proxy.prepare(RoutingPlan(workspace).routing(workspace.proxy.view(), workspace.apps(), None, slots))
    workspace.ledger.close()

    told = shop.status()
    assert {(each["state"], each["color"], each["image"]) for each in told["services"]} == {
        ("down", "blue", "bluegreen-shop:v1")
    }
    assert len(told["services"]) == len(told["drift"]) == MANY
    assert f"{shop.named('s99')}: blue is live, but no container of it runs" in told["drift"]


def first_move(service: Service) -> Move:
    """A first deployment."""
    image = Image("bluegreen-shop:v1", "sha256:1")
    return Move(None, Release(ulid.new(time.time()), service, image, ""), Color.BLUE)


def stopped(shop: Shop, move: Move) -> None:
    """Make the container of a move, without starting it."""
    labels = {
        Label.PROJECT: shop.project, Label.ROLE: "app", Label.SERVICE: move.service, Label.COLOR: str(move.color),
        Label.RELEASE: move.new.id,
    }  # fmt: skip
    shop.engine.create_container("bluegreen-shop:v1", name=f"{move.service}-blue", labels=labels)


def remember(workspace: Workspace, moves: tuple[Move, ...]) -> None:
    """Have a deployment of these moves in the ledger."""
    deployment = Deployment(ulid.new(time.time()), Verb.DEPLOY, moves, 0.0)
    workspace.ledger.open(deployment, ["first deployment"] * len(moves), workspace.author, time.time())
    workspace.ledger.finish(deployment.id, Outcome.DEPLOYED, "", time.time())
