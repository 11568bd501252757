"""A generation is made, tested, reloaded and believed only when nginx itself says that it serves."""

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.model.errors import EngineError, ProxyError
from bluegreen.model.routing import Proxied
from bluegreen.proxy import generation, render
from tests.engine.conftest import LABEL
from tests.engine.stage import BLUE, GREEN, HOST, TLS, Stage, moving, route, settled
from tests.waiting import wait_until


@pytest.fixture
def text_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Have every text rendered from now on differ."""

    def change(old: str, new: str) -> None:
        monkeypatch.setattr(generation, "render", lambda *given: render.render(*given).replace(old, new))

    return change


def workers(stage: Stage) -> list[str]:
    pid = stage.engine.inspect(f"{stage.project}-proxy").pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_proxy_without_any_release_answers_503(stage: Stage) -> None:
    stage.up(Proxied(stage.name(), 3000, (route(),)))
    answer = stage.ask()
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    view = stage.proxy.view()
    assert (view.running, view.generation, view.live, view.slots) == (True, 1, {}, {stage.name(): {}})
    assert view.drift == ()


def test_before_there_is_a_proxy_the_view_says_so(stage: Stage) -> None:
    view = stage.proxy.view()
    assert (view.running, view.generation, view.live, view.slots, view.drift) == (False, None, {}, {}, ())
    with pytest.raises(ProxyError, match="does not run"):
        stage.proxy.prepare(stage.routing())


def test_a_first_release_is_not_reached_before_its_cutover(stage: Stage) -> None:
    stage.up(Proxied(stage.name(), 3000, (route(),)))
    stage.start(GREEN)
    stage.prepare({GREEN: (GREEN,)})
    assert stage.ask().status == 503
    stage.switch(GREEN)
    assert stage.release() == "green"


def test_a_generation_moves_no_traffic_and_a_switch_needs_no_generation(serving: Stage) -> None:
    serving.start(GREEN)
    assert serving.prepare(moving(BLUE)) == 2
    assert serving.release() == "blue"
    before = workers(serving)
    assert serving.proxy.switch({serving.name(): GREEN}) == {serving.name(): BLUE}
    assert serving.release() == "green"
    assert serving.proxy.switch({serving.name(): BLUE}) == {serving.name(): GREEN}
    assert serving.release() == "blue"
    assert workers(serving) == before
    assert serving.proxy.view().generation == 2


def test_switching_to_what_is_live_changes_nothing(serving: Stage) -> None:
    link = serving.state / "nginx/live"
    before = link.readlink()
    assert serving.proxy.switch({serving.name(): BLUE}) == {serving.name(): BLUE}
    assert link.readlink() == before


def test_the_same_text_reloads_nothing(serving: Stage) -> None:
    before = workers(serving)
    assert serving.prepare(settled(BLUE)) == 1
    assert serving.another_command().prepare(serving.routing(serving.proxied(settled(BLUE)))) == 1
    assert workers(serving) == before


def test_once_a_generation_is_prepared_no_answer_is_of_an_older_one(serving: Stage) -> None:
    serving.start(GREEN)
    for number in range(2, 8):
        serving.prepare(moving(BLUE) if number % 2 == 0 else settled(BLUE))
        assert {serving.proxy.view().generation for _ in range(20)} == {number}


def test_a_text_that_does_not_pass_leaves_everything_as_it_was(
    serving: Stage, text_with: Callable[[str, str], None]
) -> None:
    text_with("server_tokens off;", "server_tokens off; no_such_directive on;")
    before = workers(serving)
    with pytest.raises(
        ProxyError, match='nginx refuses the new configuration: unknown directive "no_such_directive"'
    ) as error:
        serving.prepare(settled(BLUE), gzip=False)
    assert "generations/000002/nginx.conf" in error.value.hint
    assert workers(serving) == before
    assert serving.proxy.view().generation == 1
    assert serving.proxy.view().drift == ()


def test_a_certificate_that_is_not_one_never_gets_near_nginx(serving: Stage, tmp_path: Path) -> None:
    (tmp_path / "bad.crt").write_text("not a certificate")
    tls = [{"hosts": [HOST], "certificate": str(tmp_path / "bad.crt"), "key": str(TLS / "shop.key")}]
    with pytest.raises(ProxyError, match="cannot load certificate"):
        serving.prepare(settled(BLUE), https=serving.port + 1, tls=tls)
    tls[0]["certificate"] = str(tmp_path / "absent.crt")
    with pytest.raises(ProxyError, match=r"cannot read .*/absent\.crt: No such file"):
        serving.prepare(settled(BLUE), https=serving.port + 1, tls=tls)
    assert serving.release() == "blue"


def test_a_taken_port_is_noticed_although_the_test_and_the_signal_went_well(serving: Stage) -> None:
    """Only nginx's log says so: the configuration passes, the signal arrives, and nothing happens."""
    take_port(serving, 4321)
    with pytest.raises(ProxyError, match=r"did not load generation 2 within 5 s: bind\(\) to 0\.0\.0\.0:4321 failed"):
        serving.proxy.prepare(serving.routing(serving.proxied(settled(BLUE), port=4321)))
    assert (serving.state / "nginx/current").readlink().name == "000001"
    assert serving.proxy.view().generation == 1
    assert serving.release() == "blue"
    assert serving.prepare(settled(BLUE)) == 1


def take_port(stage: Stage, port: int) -> None:
    listen = f"import socket,time; s = socket.create_server(('', {port})); print('taken', flush=True); time.sleep(99)"
    made = stage.client.create_container(
        "bluegreen-python:3",
        ["python3", "-c", listen],
        labels={LABEL: stage.project},
        host_config=stage.client.create_host_config(network_mode=f"container:{stage.project}-proxy"),
    )["Id"]
    stage.client.start(made)
    wait_until(lambda: b"taken" in stage.client.logs(made), "the port is taken")


def test_a_shared_zone_that_changed_is_noticed(serving: Stage, text_with: Callable[[str, str], None]) -> None:
    limit = "server_tokens off; limit_req_zone ${} zone=one:1m rate=1000r/s;"
    text_with("server_tokens off;", limit.format("remote_addr"))
    serving.prepare(settled(BLUE), gzip=False)
    text_with("server_tokens off;", limit.format("http_host"))
    with pytest.raises(ProxyError, match=r'limit_req "one" uses the .* key while previously'):
        serving.prepare(settled(BLUE))
    assert serving.proxy.view().generation == 2
    assert serving.proxy.view().drift == ()
    assert serving.release() == "blue"


def test_a_signal_that_never_arrives_is_noticed(serving: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.proxy.nginx.hang_up", lambda _: True)
    with pytest.raises(ProxyError, match="did not load generation 2 within 5 s: it says nothing"):
        serving.prepare(settled(BLUE), gzip=False)
    assert serving.proxy.view().drift == ()


def test_who_may_not_send_signals_reloads_from_inside(serving: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "kill", forbidden)
    assert serving.prepare(settled(BLUE), gzip=False) == 2


def forbidden(*_: int) -> None:
    raise PermissionError


def test_a_reload_that_cannot_be_asked_for_puts_the_last_generation_back(
    serving: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> bool:
        raise EngineError("the engine is gone")

    monkeypatch.setattr("bluegreen.proxy.nginx.hang_up", broken)
    with pytest.raises(EngineError):
        serving.prepare(settled(BLUE), gzip=False)
    assert (serving.state / "nginx/current").readlink().name == "000001"


def test_what_was_changed_by_hand_is_told_and_kept_beside_the_next_generation(serving: Stage) -> None:
    text = serving.state / "nginx/generations/000001/nginx.conf"
    text.write_text(text.read_text() + "# mine\n")
    assert serving.proxy.view().edited == (f"{text} was changed by hand",)
    assert serving.prepare(settled(BLUE)) == 2
    assert serving.proxy.view().edited == ()
    assert "# mine" in text.read_text()
    assert "# mine" not in (serving.state / "nginx/current/nginx.conf").read_text()


def test_a_link_that_was_moved_by_hand_is_told(serving: Stage) -> None:
    serving.prepare(settled(BLUE), gzip=False)
    link = serving.state / "nginx/current"
    link.unlink()
    link.symlink_to("generations/000001")
    assert serving.proxy.view().generation == 2
    assert serving.proxy.view().drift == ("nginx serves generation 2, but would serve 1 after a restart",)
    assert serving.prepare(settled(BLUE)) == 3


def test_a_run_that_died_between_the_link_and_the_signal_is_finished_by_the_next(
    serving: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: int) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bluegreen.proxy.nginx.hang_up", die)
        with pytest.raises(KeyboardInterrupt):
            serving.prepare(settled(BLUE), gzip=False)
    assert serving.proxy.view().generation == 1
    later = serving.another_command()
    assert later.prepare(serving.routing(serving.proxied(settled(BLUE)), gzip=False)) == 3
    assert later.view().drift == ()


def test_a_lost_manifest_is_told_and_made_again(serving: Stage) -> None:
    before = serving.proxy.view()
    (serving.state / "nginx/generations/000001/manifest.json").write_text("{")
    assert serving.proxy.view() == before, "its seal says the same"
    serving.seals.all.clear()
    assert serving.proxy.view().drift == ("the manifest of generation 1 is lost or damaged",)
    assert serving.prepare(settled(BLUE)) == 2
    assert serving.proxy.view().drift == ()


def test_a_state_directory_that_was_replaced_is_told(serving: Stage) -> None:
    """The container still has the old one."""
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    (serving.state / "nginx").rename(serving.state / "away")
    assert serving.another_command().view().drift == (
        f"nginx serves generation 2, and {serving.state}/nginx holds none",
    )


def test_a_proxy_that_crashed_is_started_again_although_it_was_signalled(serving: Stage) -> None:
    """`docker kill -s HUP` counts as stopping by hand, after which `unless-stopped` starts nothing again."""
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    crashed = serving.engine.inspect(f"{serving.project}-proxy").pid
    os.kill(crashed, signal.SIGKILL)
    # the dying one's workers may answer once more
    wait_until(lambda: serving.engine.inspect(f"{serving.project}-proxy").pid not in (0, crashed), "it runs again")
    wait_until(lambda: serving.proxy.view().generation == 2, "it answers again")
    # for a moment after a start nginx knows no name yet
    wait_until(lambda: serving.release() == "green", "it leads to green", 3)


def test_a_proxy_that_was_removed_comes_back_with_what_was_live(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    serving.engine.remove(f"{serving.project}-proxy")
    view = serving.proxy.view()
    assert (view.running, view.generation, view.live) == (False, None, {serving.name(): GREEN})
    assert view.slots[serving.name()][GREEN].servers == (f"{serving.name()}-green:3000",)
    serving.up(serving.proxied(moving(BLUE)))
    assert serving.release() == "green"


def test_a_proxy_that_was_stopped_starts_with_new_settings(serving: Stage, free_port: Callable[[], int]) -> None:
    serving.engine.stop(f"{serving.project}-proxy", 5)
    serving.port = free_port()
    serving.up(serving.proxied(settled(BLUE)))
    assert serving.release() == "blue"


def test_what_only_a_new_container_could_be_is_told(serving: Stage, free_port: Callable[[], int]) -> None:
    routing = serving.routing(serving.proxied(settled(BLUE)))
    assert not serving.proxy.outdated(routing, (serving.name(),))
    assert serving.proxy.outdated(routing, (serving.name(), "another"))
    assert serving.proxy.outdated(serving.routing(http=f"127.0.0.1:{free_port()}"), (serving.name(),))


def test_a_proxy_that_is_made_anew_of_an_older_image_serves_as_well(serving: Stage) -> None:
    routing = serving.routing(serving.proxied(settled(BLUE)))
    serving.image = "nginx:1.22"
    serving.proxy = serving.another_command()
    serving.proxy.renew(routing, (serving.name(),))
    assert serving.proxy.capabilities().version.startswith("1.22")
    assert serving.release() == "blue"
    assert serving.engine.find(f"{serving.project}-proxy-replaced") is None


def test_an_image_that_refuses_the_configuration_never_takes_over(
    serving: Stage, text_with: Callable[[str, str], None]
) -> None:
    before, routing = workers(serving), serving.routing(serving.proxied(settled(BLUE)))
    serving.image = "nginx:1.26"
    text_with("server_tokens off;", "server_tokens off; no_such_directive on;")
    with pytest.raises(ProxyError, match='nginx refuses the new configuration: unknown directive "no_such_directive"'):
        serving.another_command().renew(routing, (serving.name(),))
    assert workers(serving) == before
    assert serving.release() == "blue"


def test_where_the_new_ports_are_taken_the_old_container_serves_again(
    serving: Stage, free_port: Callable[[], int]
) -> None:
    before = serving.engine.find(f"{serving.project}-proxy")
    mine, serving.port = serving.port, free_port()
    serving.client.start(holder(serving))
    routing = serving.routing(serving.proxied(settled(BLUE)))
    with pytest.raises(ProxyError, match=r"(already allocated|already in use).*; the proxy of before serves again"):
        serving.proxy.renew(routing, (serving.name(),))
    serving.port = mine
    found = serving.engine.find(f"{serving.project}-proxy")
    assert before
    assert found
    assert (found.id, found.running) == (before.id, True)
    assert serving.proxy.view().generation == 1
    assert serving.release() == "blue"
    assert serving.ask_inside(serving.name(), 3000, serving.name()) == "200 blue", "it has its names again"


def test_requests_end_and_idle_connections_hold_nothing_up_when_a_proxy_is_replaced(
    serving: Stage, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that the workers of before have end first; the grace is for those that came in later."""
    idle = HTTPConnection("127.0.0.1", serving.port, timeout=20)
    idle.request("GET", "/", headers={"Host": HOST})
    idle.getresponse().read()
    aliases = (serving.name(),)
    before = serving.port
    serving.port = free_port()
    routing = serving.routing(serving.proxied(settled(BLUE)))
    stopped: list[float] = []
    stop = serving.engine.stop

    def timed(name: str, grace: float) -> None:
        answers.append(later.submit(slow, before))
        time.sleep(0.5)
        began = time.monotonic()
        stop(name, grace)
        stopped.append(time.monotonic() - began)

    def slow(port: int) -> int:
        return httpx.get(f"http://127.0.0.1:{port}/slow?ms=3000", headers={"Host": HOST}, timeout=20).status_code

    with ThreadPoolExecutor() as later:
        answers = [later.submit(slow, before)]
        monkeypatch.setattr(serving.engine, "stop", timed)
        serving.proxy.renew(routing, aliases)
        assert [answer.result() for answer in answers] == [200, 200]
    idle.close()
    assert 2 < stopped[0] < 4, "as long as the request that came in last, and no longer"
    assert serving.release() == "blue"


def test_a_container_of_somebody_else_under_the_proxys_name_is_refused(stage: Stage) -> None:
    made = stage.client.create_container("bluegreen-python:3", name=f"{stage.project}-proxy")["Id"]
    try:
        with pytest.raises(ProxyError, match="is taken by a container that is not this project's"):
            stage.proxy.view()
    finally:
        stage.client.remove_container(made)


def test_a_port_of_the_host_that_is_taken_is_told_and_the_next_start_succeeds(stage: Stage) -> None:
    stage.client.start(other := holder(stage))
    services = (Proxied(stage.name(), 3000, (route(),)),)
    with pytest.raises(EngineError, match=r"port is already allocated|address already in use"):
        stage.up(*services)
    stage.client.remove_container(other, force=True)
    stage.up(*services)
    assert stage.ask().status == 503


def holder(stage: Stage) -> str:
    ports = stage.client.create_host_config(port_bindings={80: ("127.0.0.1", stage.port)})
    made = stage.client.create_container(
        "bluegreen-python:3", ["sleep", "99"], ports=[80], host_config=ports, labels={LABEL: stage.project}
    )
    return str(made["Id"])


def test_the_state_holds_five_generations_after_many(serving: Stage) -> None:
    for number in range(7):
        serving.prepare(settled(BLUE), gzip=bool(number % 2))
    kept = sorted(path.name for path in (serving.state / "nginx/generations").iterdir())
    assert kept == [f"{number:06d}" for number in range(4, 9)]
    assert json.loads((serving.state / "nginx/current/manifest.json").read_text())["generation"] == 8


def test_what_an_nginx_can_do_is_known_of_an_image_and_not_of_its_tag(stage: Stage) -> None:
    repository = stage.project
    stage.image = f"{repository}:stable"
    try:
        stage.client.tag("nginx:1.26", repository, "stable")
        stage.proxy = stage.another_command()
        stage.start(BLUE)
        stage.up(stage.proxied(settled(BLUE)))
        assert stage.another_command().capabilities().version.startswith("1.26.")
        stage.client.tag("nginx:1.30", repository, "stable")
        assert stage.another_command().capabilities().version.startswith("1.26."), "it runs still"
        stage.engine.remove(f"{stage.project}-proxy")
        assert stage.another_command().capabilities().version.startswith("1.30.")
        stage.up(stage.proxied(settled(BLUE)))
        stage.client.tag("nginx:1.22", repository, "stable")
        stage.engine.stop(f"{stage.project}-proxy", 1)
        stage.up(stage.proxied(settled(BLUE)))
        assert stage.another_command().capabilities().version.startswith("1.22.")
        assert stage.release() == "blue"
    finally:
        stage.engine.remove(f"{stage.project}-proxy")
        stage.client.remove_image(stage.image)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.22", (False, False, False)), ("1.26", (False, False, True)), ("1.30", (True, True, True))],
)
def test_what_an_nginx_can_do_is_asked_of_it_once(
    stage: Stage, version: str, expected: tuple[bool, bool, bool]
) -> None:
    stage.image = f"nginx:{version}"
    found = stage.another_command().capabilities()
    assert found.version.startswith(f"{version}.")
    assert (found.resolve, found.keepalive_min_timeout, found.http2_directive) == expected
    stage.engine = DockerEngine(stage.client, "nobody", "no-network")
    assert stage.another_command().capabilities() == found


def test_an_image_without_nginx_is_told(stage: Stage) -> None:
    stage.image = "bluegreen-python:3"
    with pytest.raises((ProxyError, EngineError), match="nginx"):
        stage.another_command().capabilities()
