"""The decision, as a table: what is seen, what is under way, what comes next."""

from collections.abc import Mapping
from dataclasses import replace

from bluegreen.decide.actions import (
    Abandon,
    Action,
    Commit,
    Cutover,
    Finish,
    Leave,
    Occupancy,
    Prepare,
    Retire,
    RunHook,
    RunReleaseCommand,
    Start,
    Stop,
    Wait,
)
from bluegreen.decide.next_step import decide
from bluegreen.decide.seen import QUIET_POLLS, Seen
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Role, State
from bluegreen.model.deployment import Deployment, Direction, Move, Outcome, Request, Verb
from bluegreen.model.hooks import Hook
from bluegreen.model.ports import Tally, Verdict
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

BLUE, GREEN = Color.BLUE, Color.GREEN
HEALTHY, WAITING, SICK = Verdict(healthy=True), Verdict(), Verdict(failed="exited with status 1")
NOW = 1000.0


def release(number: int, service: str = "server", **more: object) -> Release:
    values = {"name": service, "image": f"{service}:{number}", "port": 3000, **more}
    return Release(f"{service}{number}", Service.model_validate(values), Image(f"{service}:{number}", "sha256:1"), "")


def worker(number: int, **more: object) -> Release:
    return release(number, "worker", kind="worker", port=None, **more)


def container(of: Release, color: Color, state: State = State.RUNNING) -> Container:
    return Container(
        f"{of.name}-{color}",
        "id",
        Role.APP,
        state,
        of.name,
        color,
        of.id,
        address=f"10.0.0.{2 if color is BLUE else 3}",
    )


def move(old: Release | None, new: Release, color: Color = GREEN) -> Move:
    return Move(old, new, color)


V1, V2 = release(1), release(2)
W1, W2 = worker(1), worker(2)
SERVER = move(V1, V2)
WORKER = move(W1, W2)
OLD, NEW = container(V1, BLUE), container(V2, GREEN)
PREPARED = {"server": Occupancy.prepared(GREEN, BLUE)}
SETTLED = {"server": Occupancy.settled(GREEN)}
BACK = {"server": Occupancy.settled(BLUE)}
NAMED = frozenset({("server", BLUE), ("server", GREEN)})


def deployment(
    *moves: Move, verb: Verb = Verb.DEPLOY, committed: float | None = None, bake: float = 10.0
) -> Deployment:
    return Deployment("d", verb, moves or (SERVER,), bake, committed_at=committed)


def seen(*containers: Container, live: Color | None = BLUE, **more: object) -> Seen:
    base = Seen(NOW, containers or (OLD,), {"server": live} if live else {})
    return replace(base, **more)  # type: ignore[arg-type]


def verdicts(new: Verdict) -> Mapping[tuple[str, Color], Verdict]:
    return {("server", GREEN): new}


def steps(facts: Seen, wanted: Deployment | None = None) -> tuple[Action, ...]:
    return decide(facts, wanted or deployment())


def turned(outcome_time: float | None = None, **more: object) -> Deployment:
    base = deployment(committed=outcome_time, **more)  # type: ignore[arg-type]
    return replace(base, direction=Direction.BACK, reason="it failed", turned_at=NOW)


class TestBeforeTheCutover:
    def test_a_new_release_starts_in_the_other_color(self) -> None:
        assert steps(seen()) == (Start(SERVER),)

    def test_the_release_command_runs_before_anything_starts(self) -> None:
        commanded = move(V1, release(2, release_command={"command": ["migrate"]}))
        (action,) = steps(seen(), deployment(commanded))
        assert isinstance(action, RunReleaseCommand)

    def test_a_release_command_that_succeeded_does_not_run_again(self) -> None:
        commanded = move(V1, release(2, release_command={"command": ["migrate"]}))
        assert steps(seen(commands_done=frozenset({"server2"})), deployment(commanded)) == (Start(commanded),)

    def test_release_commands_run_one_at_a_time(self) -> None:
        first = move(V1, release(2, release_command={"command": ["migrate"]}))
        second = move(W1, worker(2, release_command={"command": ["migrate"]}))
        assert len(steps(seen(), deployment(first, second))) == 1

    def test_nginx_is_prepared_while_the_new_color_boots(self) -> None:
        assert steps(seen(OLD, NEW, verdicts=verdicts(WAITING))) == (Prepare(PREPARED, settle=False),)

    def test_it_waits_for_health_once_nginx_is_prepared(self) -> None:
        (action,) = steps(seen(OLD, NEW, verdicts=verdicts(WAITING), prepared=PREPARED))
        assert action == Wait("health", 1.0, "server")

    def test_healthy_and_prepared_is_cut_over(self) -> None:
        assert steps(seen(OLD, NEW, verdicts=verdicts(HEALTHY), prepared=PREPARED)) == (Cutover({"server": GREEN}),)

    def test_healthy_and_to_be_held_is_held(self) -> None:
        held = replace(deployment(), hold=True)
        facts = seen(OLD, NEW, verdicts=verdicts(HEALTHY), prepared=PREPARED)
        assert steps(facts, held) == (Finish(Outcome.HELD),)
        assert steps(replace(facts, prepared=None), held) == (Prepare(PREPARED, settle=False),)
        assert steps(replace(facts, verdicts=verdicts(WAITING)), held) == (Wait("health", 1.0, "server"),)

    def test_what_is_held_can_be_aborted(self) -> None:
        held = replace(deployment(), hold=True, held_at=NOW)
        assert steps(seen(OLD, NEW, request=Request.ABORT), held) == (Abandon("aborted on request"),)

    def test_healthy_but_not_prepared_is_not_cut_over(self) -> None:
        assert steps(seen(OLD, NEW, verdicts=verdicts(HEALTHY))) == (Prepare(PREPARED, settle=False),)

    def test_a_service_never_deployed_gets_its_first_color_the_same_way(self) -> None:
        first = deployment(move(None, V2))
        facts = seen(NEW, live=None, verdicts=verdicts(WAITING))
        assert decide(facts, first) == (Prepare({"server": Occupancy((), (GREEN,))}, settle=False),)

    def test_a_failed_probe_turns_back(self) -> None:
        assert steps(seen(OLD, NEW, verdicts=verdicts(SICK))) == (Abandon("server: exited with status 1"),)

    def test_a_signal_turns_back(self) -> None:
        assert steps(seen(OLD, NEW, request=Request.INTERRUPT)) == (Abandon("interrupted"),)

    def test_abort_turns_back(self) -> None:
        assert steps(seen(OLD, NEW, request=Request.ABORT)) == (Abandon("aborted on request"),)

    def test_what_an_earlier_run_left_in_the_color_leaves_nginx_first_and_goes_then(self) -> None:
        stray = container(release(7), GREEN)
        assert steps(seen(OLD, stray)) == (Prepare(BACK, settle=True),)
        assert steps(seen(OLD, stray, prepared=BACK)) == (Retire("server", GREEN, ("server-green",)),)

    def test_a_dead_leftover_of_the_same_release_goes_too(self) -> None:
        dead = container(V2, GREEN, State.EXITED)
        assert steps(seen(OLD, dead, prepared=BACK)) == (Retire("server", GREEN, ("server-green",)),)

    def test_a_warm_color_of_the_wanted_release_is_kept_and_watched(self) -> None:
        assert steps(seen(OLD, NEW)) == (Start(SERVER),)


class TestHooks:
    def due(self, *containers: Container, **more: object) -> Seen:
        return replace(seen(*containers), hooks_due=frozenset(Hook), **more)  # type: ignore[arg-type]

    def test_pre_deploy_is_before_everything(self) -> None:
        assert steps(self.due()) == (RunHook(Hook.PRE_DEPLOY),)

    def test_one_that_failed_before_the_cutover_turns_back(self) -> None:
        for hook in (Hook.PRE_DEPLOY, Hook.SMOKE):
            facts = seen(OLD, NEW, verdicts=verdicts(HEALTHY), hooks_failed={hook: "ended with status 1"})
            assert steps(facts) == (Abandon(f"the hook {hook} ended with status 1"),)

    def test_smoke_waits_for_health_and_is_before_the_cutover_and_the_hold(self) -> None:
        smoke = frozenset({Hook.SMOKE})
        waiting = seen(OLD, NEW, verdicts=verdicts(WAITING), prepared=PREPARED, hooks_due=smoke)
        assert steps(waiting) == (Wait("health", 1.0, "server"),)
        healthy = replace(waiting, verdicts=verdicts(HEALTHY))
        assert steps(healthy) == (RunHook(Hook.SMOKE),)
        assert steps(healthy, replace(deployment(), hold=True)) == (RunHook(Hook.SMOKE),)

    def test_a_worker_that_stops_first_has_nothing_to_try_before(self) -> None:
        first = move(W1, worker(2, strategy="stop-first"))
        facts = replace(seen(container(W1, BLUE)), live={}, hooks_due=frozenset({Hook.SMOKE}))
        assert steps(facts, deployment(first)) == (Commit(),)

    def after(self, **more: object) -> Seen:
        facts = seen(OLD, NEW, live=GREEN, verdicts=verdicts(HEALTHY), prepared=PREPARED)
        return replace(facts, **more)  # type: ignore[arg-type]

    def test_post_cutover_follows_the_record_of_the_cutover(self) -> None:
        facts = self.after(hooks_due=frozenset({Hook.POST_CUTOVER}))
        assert steps(facts) == (Commit(),)
        assert steps(facts, deployment(committed=NOW)) == (RunHook(Hook.POST_CUTOVER),)

    def test_post_cutover_that_failed_turns_back(self) -> None:
        facts = self.after(hooks_failed={Hook.POST_CUTOVER: "ended with status 1"})
        assert steps(facts, deployment(committed=NOW)) == (Abandon("the hook post_cutover ended with status 1"),)

    def test_the_last_one_says_how_it_ends(self) -> None:
        due = frozenset({Hook.POST_DEPLOY, Hook.ON_FAILURE})
        facts = seen(NEW, live=GREEN, quiet=QUIET_POLLS, prepared=SETTLED, hooks_due=due)
        done = RunHook(Hook.POST_DEPLOY, Outcome.DEPLOYED)
        assert steps(facts, deployment(committed=NOW - 10)) == (done,)
        facts = seen(OLD, prepared=BACK, hooks_due=due)
        assert steps(facts, turned()) == (RunHook(Hook.ON_FAILURE, Outcome.FAILED, "it failed"),)
        stuck = replace(self.after(hooks_due=due), verdicts=verdicts(SICK))
        (action,) = steps(stuck, deployment(committed=NOW, verb=Verb.ROLLBACK))
        assert action == RunHook(Hook.ON_FAILURE, Outcome.STUCK, "server: exited with status 1")


class TestSeveralServices:
    STORE1, STORE2 = release(1, "store"), release(2, "store", depends_on={"server": {}})
    STORE = Move(STORE1, STORE2, GREEN)

    def both(self, verdicts: Mapping[tuple[str, Color], Verdict] | None = None, **more: object) -> Seen:
        known = verdicts or {}
        new = [each for each in (NEW, container(self.STORE2, GREEN)) if (each.service, GREEN) in known]
        facts = seen(OLD, container(self.STORE1, BLUE), *new, live=BLUE, verdicts=known, **more)
        return replace(facts, live={"server": BLUE, "store": BLUE})

    def test_a_dependency_starts_first(self) -> None:
        assert decide(self.both(), deployment(SERVER, self.STORE)) == (Start(SERVER),)

    def test_one_that_depends_on_a_start_follows_at_once(self) -> None:
        facts = self.both(verdicts={("server", GREEN): WAITING})
        assert decide(facts, deployment(SERVER, self.STORE)) == (Start(self.STORE),)

    def test_one_that_depends_on_health_waits_for_it(self) -> None:
        strict = Move(self.STORE1, release(2, "store", depends_on={"server": {"condition": "service_healthy"}}), GREEN)
        waiting = decide(self.both(verdicts={("server", GREEN): WAITING}), deployment(SERVER, strict))
        assert Start(strict) not in waiting
        facts = self.both(verdicts={("server", GREEN): HEALTHY})
        assert decide(facts, deployment(SERVER, strict)) == (Start(strict),)

    def test_independent_services_start_side_by_side(self) -> None:
        free = Move(self.STORE1, release(2, "store"), GREEN)
        assert decide(self.both(), deployment(SERVER, free)) == (Start(SERVER), Start(free))

    def test_one_rename_moves_all(self) -> None:
        prepared = {name: Occupancy.prepared(GREEN, BLUE) for name in ("server", "store")}
        verdicts = {("server", GREEN): HEALTHY, ("store", GREEN): HEALTHY}
        facts = self.both(verdicts=verdicts, prepared=prepared)
        assert decide(facts, deployment(SERVER, self.STORE)) == (Cutover({"server": GREEN, "store": GREEN}),)

    def test_one_that_fails_keeps_all_back(self) -> None:
        verdicts = {("server", GREEN): HEALTHY, ("store", GREEN): SICK}
        assert decide(self.both(verdicts=verdicts), deployment(SERVER, self.STORE)) == (
            Abandon("store: exited with status 1"),
        )


class TestAfterTheCutover:
    def after(self, *containers: Container, **more: object) -> Seen:
        facts = seen(*(containers or (OLD, NEW)), live=GREEN, verdicts=verdicts(HEALTHY), prepared=PREPARED)
        return replace(facts, **more)  # type: ignore[arg-type]

    def test_what_nginx_serves_is_recorded(self) -> None:
        assert steps(self.after()) == (Commit(),)

    def test_it_bakes(self) -> None:
        (action,) = steps(self.after(), deployment(committed=NOW - 4))
        assert isinstance(action, Wait)
        assert (action.step, action.detail) == ("bake", "6 s to go")

    def test_after_the_bake_the_old_color_leaves_the_text(self) -> None:
        facts = self.after(flowing="2 connections")
        assert steps(facts, deployment(committed=NOW - 10)) == (Prepare(SETTLED, settle=True),)

    def test_then_it_drains(self) -> None:
        facts = self.after(flowing="2 connections", prepared=SETTLED)
        (action,) = steps(facts, deployment(committed=NOW - 10))
        assert isinstance(action, Wait)
        assert (action.step, action.detail) == ("drain", "2 connections")

    def test_the_drain_is_bounded(self) -> None:
        late = deployment(committed=NOW - V2.service.drain_timeout)
        facts = self.after(flowing="2 connections", prepared=SETTLED)
        assert steps(facts, late) == (Retire("server", BLUE, ("server-blue",)),)

    def test_a_drained_color_goes_only_when_it_left_the_text(self) -> None:
        done = deployment(committed=NOW - 10)
        assert steps(self.after(quiet=QUIET_POLLS), done) == (Prepare(SETTLED, settle=True),)
        settled = self.after(quiet=QUIET_POLLS, prepared=SETTLED)
        assert steps(settled, done) == (Retire("server", BLUE, ("server-blue",)),)

    def test_with_the_old_color_gone_it_is_finished(self) -> None:
        facts = self.after(NEW, quiet=QUIET_POLLS, prepared=SETTLED)
        assert steps(facts, deployment(committed=NOW - 10)) == (Finish(Outcome.DEPLOYED),)

    def test_death_in_the_bake_turns_back(self) -> None:
        facts = self.after(verdicts=verdicts(SICK))
        assert steps(facts, deployment(committed=NOW)) == (Abandon("server: exited with status 1"),)

    def test_what_is_not_there_any_more_turns_back_however_well_it_was(self) -> None:
        facts = self.after(OLD)
        (action,) = steps(facts, deployment(committed=NOW))
        assert action == Abandon("server: 1 of 1 new containers were removed")

    def test_too_many_errors_turn_back(self) -> None:
        facts = self.after(tallies={("server", GREEN): Tally(100, 6)})
        (action,) = steps(facts, deployment(committed=NOW))
        assert action == Abandon("server: 6 of 100 answers failed (6.0%; the limit is 5.0%)")

    def test_too_few_answers_say_nothing(self) -> None:
        facts = self.after(tallies={("server", GREEN): Tally(19, 19)})
        assert isinstance(steps(facts, deployment(committed=NOW))[0], Wait)

    def test_with_the_old_color_gone_earlier_errors_stop_nothing(self) -> None:
        facts = self.after(NEW, tallies={("server", GREEN): Tally(100, 50)}, quiet=QUIET_POLLS, prepared=SETTLED)
        assert steps(facts, deployment(committed=NOW - 10)) == (Finish(Outcome.DEPLOYED),)

    def test_a_retirement_that_was_cut_short_is_finished_whatever_errors_there_were(self) -> None:
        stopped, errors = container(V1, BLUE, State.EXITED), {("server", GREEN): Tally(100, 50)}
        facts = self.after(stopped, NEW, tallies=errors, quiet=QUIET_POLLS, prepared=SETTLED)
        done = deployment(committed=NOW - 10)
        assert steps(facts, done) == (Retire("server", BLUE, ("server-blue",)),)
        (action,) = steps(replace(facts, named=NAMED), done)
        assert isinstance(action, Finish)
        assert action.outcome is Outcome.STUCK

    def test_where_the_old_worker_has_gone_already_errors_come_too_late(self) -> None:
        facts = self.after(
            OLD, NEW, container(W2, GREEN), tallies={("server", GREEN): Tally(100, 50)}, quiet=QUIET_POLLS,
            prepared=SETTLED, verdicts={("server", GREEN): HEALTHY, ("worker", GREEN): HEALTHY},
        )  # fmt: skip
        done = deployment(SERVER, WORKER, committed=NOW - 10)
        assert steps(facts, done) == (Retire("server", BLUE, ("server-blue",)),)

    def test_errors_within_the_limit_are_borne(self) -> None:
        facts = self.after(tallies={("server", GREEN): Tally(100, 5)})
        assert isinstance(steps(facts, deployment(committed=NOW))[0], Wait)

    def test_rollback_on_request_turns_back(self) -> None:
        facts = self.after(request=Request.ROLLBACK)
        assert steps(facts, deployment(committed=NOW)) == (Abandon("rolled back on request"),)

    def test_rollback_on_request_comes_too_late_once_the_old_color_stops(self) -> None:
        stopped = container(V1, BLUE, State.EXITED)
        facts = self.after(stopped, NEW, request=Request.ROLLBACK, quiet=QUIET_POLLS, prepared=SETTLED)
        assert steps(facts, deployment(committed=NOW - 10)) == (Retire("server", BLUE, ("server-blue",)),)

    def test_a_signal_leaves_what_serves(self) -> None:
        assert steps(self.after(request=Request.INTERRUPT), deployment(committed=NOW)) == (Leave(),)

    def test_a_rollback_is_never_rolled_back(self) -> None:
        facts = self.after(verdicts=verdicts(SICK))
        (action,) = steps(facts, deployment(committed=NOW, verb=Verb.ROLLBACK))
        assert action == Finish(Outcome.STUCK, "server: exited with status 1")

    def test_with_the_old_color_taken_away_nothing_turns_back(self) -> None:
        facts = self.after(NEW, verdicts=verdicts(SICK), named=NAMED)
        (action,) = steps(facts, deployment(committed=NOW))
        assert action == Finish(Outcome.STUCK, "server: exited with status 1")

    def test_with_the_old_color_retired_there_is_nothing_to_choose(self) -> None:
        facts = self.after(NEW, verdicts=verdicts(SICK), prepared=SETTLED, named=frozenset({("server", GREEN)}))
        assert steps(facts, deployment(committed=NOW - 10)) == (Finish(Outcome.DEPLOYED),)

    def test_a_first_release_that_fails_is_left_to_a_person(self) -> None:
        facts = self.after(NEW, verdicts=verdicts(SICK))
        (action,) = steps(facts, deployment(move(None, V2), committed=NOW))
        assert action == Finish(Outcome.STUCK, "server: exited with status 1")

    def test_a_run_that_takes_over_watches_the_new_color_again(self) -> None:
        assert steps(self.after(verdicts={}), deployment(committed=NOW)) == (Start(SERVER),)

    def test_a_run_that_takes_over_after_the_old_color_went_needs_no_watch(self) -> None:
        facts = self.after(NEW, verdicts={}, quiet=QUIET_POLLS, prepared=SETTLED)
        assert steps(facts, deployment(committed=NOW - 10)) == (Finish(Outcome.DEPLOYED),)


class TestWorkers:
    OLD_WORKER, NEW_WORKER = container(W1, BLUE), container(W2, GREEN)
    STOP_FIRST = move(W1, worker(2, strategy="stop-first"))

    def together(self, *workers: Container, new: Verdict | None = None) -> Seen:
        known = {("server", GREEN): HEALTHY} | ({("worker", GREEN): new} if new else {})
        return replace(seen(OLD, NEW, *workers, live=GREEN), verdicts=known, prepared=PREPARED)

    def test_a_worker_waits_for_the_cutover_of_the_web_services(self) -> None:
        assert steps(seen(OLD, self.OLD_WORKER), deployment(SERVER, WORKER)) == (Start(SERVER),)

    def test_a_worker_starts_after_the_cutover(self) -> None:
        facts = self.together(self.OLD_WORKER)
        assert steps(facts, deployment(SERVER, WORKER, committed=NOW)) == (Start(WORKER),)

    def test_stop_first_stops_the_old_worker_before(self) -> None:
        facts = self.together(self.OLD_WORKER)
        wanted = deployment(SERVER, self.STOP_FIRST, committed=NOW)
        assert steps(facts, wanted) == (Stop("worker", ("worker-blue",)),)
        stopped = self.together(container(W1, BLUE, State.EXITED))
        assert steps(stopped, wanted) == (Start(self.STOP_FIRST),)

    def test_a_worker_that_stays_sick_takes_the_web_services_back(self) -> None:
        facts = self.together(self.OLD_WORKER, self.NEW_WORKER, new=SICK)
        wanted = deployment(SERVER, WORKER, committed=NOW)
        assert steps(facts, wanted) == (Abandon("worker: exited with status 1"),)

    def test_on_the_way_back_a_stopped_worker_starts_again(self) -> None:
        stopped = container(W1, BLUE, State.EXITED)
        facts = replace(self.together(stopped, self.NEW_WORKER, new=SICK), live={"server": BLUE})
        wanted = replace(turned(NOW), moves=(SERVER, self.STOP_FIRST))
        assert steps(facts, wanted) == (Stop("worker", ("worker-green",)),), "two of them never work at once"
        alone = replace(facts, containers=(OLD, NEW, stopped, container(W2, GREEN, State.EXITED)))
        assert steps(alone, wanted) == (Start(Move(self.STOP_FIRST.new, W1, BLUE)),)

    def test_a_worker_alone_overlaps_before_its_commit(self) -> None:
        alone = deployment(WORKER)
        facts = replace(seen(self.OLD_WORKER), live={})
        assert steps(facts, alone) == (Start(WORKER),)
        healthy = replace(facts, containers=(self.OLD_WORKER, self.NEW_WORKER), verdicts={("worker", GREEN): HEALTHY})
        assert steps(healthy, alone) == (Commit(),)

    def test_a_worker_alone_that_must_stop_first_commits_first(self) -> None:
        facts = replace(seen(self.OLD_WORKER), live={})
        assert steps(facts, deployment(self.STOP_FIRST)) == (Commit(),)


class TestTheWayBack:
    def test_traffic_goes_back_first(self) -> None:
        facts = seen(OLD, NEW, live=GREEN, prepared=PREPARED, named=NAMED)
        assert steps(facts, turned(NOW)) == (Cutover({"server": BLUE}, back=True),)

    def test_where_nginx_names_the_new_color_alone_it_learns_of_the_old_one_before_the_rename(self) -> None:
        """Else the traffic would stay where it is, and the new color go while it is asked."""
        facts = seen(OLD, NEW, live=GREEN, named=frozenset({("server", GREEN)}))
        assert steps(facts, turned(NOW)) == (Prepare({"server": Occupancy.prepared(BLUE, GREEN)}, settle=False),)

    def test_it_is_not_sent_to_what_is_not_there(self) -> None:
        (action,) = steps(seen(NEW, live=GREEN), turned(NOW))
        assert action == Finish(Outcome.STUCK, "it failed; the old release is not there to go back to")

    def test_the_new_color_drains_before_it_goes(self) -> None:
        (action,) = steps(seen(OLD, NEW, flowing="1 connection"), turned(NOW))
        assert isinstance(action, Wait)
        assert action.step == "drain"

    def test_what_never_served_needs_no_drain(self) -> None:
        facts = seen(OLD, NEW, flowing="1 connection", named=NAMED)
        assert steps(facts, turned()) == (Prepare(BACK, settle=True),)

    def test_nginx_is_told_nothing_where_it_names_nothing_that_goes(self) -> None:
        facts = seen(OLD, NEW, named=frozenset({("server", BLUE)}))
        assert steps(facts, turned()) == (Retire("server", GREEN, ("server-green",)),)

    def test_the_new_color_leaves_the_text_then_goes(self) -> None:
        assert steps(seen(OLD, NEW, prepared=BACK), turned()) == (Retire("server", GREEN, ("server-green",)),)

    def test_before_the_cutover_it_ends_as_failed(self) -> None:
        assert steps(seen(OLD, prepared=BACK), turned()) == (Finish(Outcome.FAILED, "it failed"),)

    def test_after_the_cutover_it_ends_as_rolled_back(self) -> None:
        facts = seen(OLD, prepared=BACK, quiet=QUIET_POLLS)
        assert steps(facts, turned(NOW)) == (Finish(Outcome.ROLLED_BACK, "it failed"),)
