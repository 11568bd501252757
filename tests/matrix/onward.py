"""What a person types after a command that was killed, failed or interrupted: two ways for each."""

from collections.abc import Callable

from bluegreen.model.deployment import Verb
from bluegreen.model.hooks import Hook
from tests.matrix.oracle import serving, sound
from tests.matrix.scenarios import ABORT, DEPLOY_2, FIX, HOLD, HOOKS, PROMOTE, ROLLBACK, Scenario
from tests.matrix.site import Ran, Site

Way = Callable[[Site, Scenario], None]


def deployed(site: Site, scenario: Scenario) -> None:
    """Deploy; it ends in the new state."""
    done = site.run(*DEPLOY_2)
    assert done.status == 0, done
    sound(site, scenario, "shop:2")
    _commands_ran_once(site, scenario)
    _hooks_ran(site, scenario)


def rolled_back(site: Site, scenario: Scenario) -> None:
    """Go back by exactly one release, or be refused where there is none to go back to."""
    wanted = {scenario.new: scenario.old, scenario.old: scenario.earlier}[_leaving(site, scenario)]
    done = site.run(*ROLLBACK)
    if done.status:
        _refused(done, "no earlier release")
        assert not wanted, f"not back at {wanted}: {done}"
        assert "shop-proxy-test" not in site.engine.processes
        deployed(site, scenario)
    else:
        sound(site, scenario, wanted)


def promoted(site: Site, scenario: Scenario) -> None:
    """Hold, unless it is held or serves already, and promote."""
    _done_or_refused(site.run(*HOLD), "holds server")
    _done_or_refused(site.run(*PROMOTE), "no deployment is held")
    sound(site, scenario, "shop:2")


def aborted(site: Site, scenario: Scenario) -> None:
    """Call it off; where it serves already, go back by one release; where nothing had begun, hold it first."""
    done = site.run(*ABORT)
    if done.status:
        _refused(done, "to go back")
        if _leaving(site, scenario) == scenario.new:
            rolled_back(site, scenario)
        else:
            assert [site.run(*words).status for words in (HOLD, ABORT)] == [0, 0]
    sound(site, scenario, scenario.old)


def mended_and_deployed(site: Site, scenario: Scenario) -> None:
    """Have the doctor mend it, then deploy."""
    _mended(site)
    deployed(site, scenario)


def mended_and_rolled_back(site: Site, scenario: Scenario) -> None:
    """Have the doctor mend it, then go back."""
    _mended(site)
    rolled_back(site, scenario)


WAYS: dict[tuple[str, ...], tuple[Way, Way]] = {
    **dict.fromkeys((HOLD, PROMOTE, ABORT), (promoted, aborted)),
    FIX: (mended_and_deployed, mended_and_rolled_back),
}


def ways(scenario: Scenario) -> tuple[Way, Way]:
    """Return the two ways to go on from a scenario's command; each mends all."""
    return WAYS.get(scenario.command, (deployed, rolled_back))


def _mended(site: Site) -> None:
    done = site.run(*FIX)
    assert done.status == 0, done
    again = site.run("doctor")
    assert again.status == 0, again


def _leaving(site: Site, scenario: Scenario) -> str:
    """The image that a rollback is to leave: what a deployment that was left is to bring, else what serves."""
    with site.ledger() as ledger:
        left = ledger.unfinished()
    if left:
        move = left.moves[0]
        leaving = move.new if left.verb is Verb.DEPLOY else move.old
        return leaving.image.ref if leaving else ""
    return serving(site, scenario)


def _done_or_refused(done: Ran, words: str) -> None:
    if done.status:
        _refused(done, words)


def _refused(done: Ran, words: str) -> None:
    assert done.status == 2, done
    assert words in done.text, done


def _commands_ran_once(site: Site, scenario: Scenario) -> None:
    """Once for each release; once more where the kill came between its start and its end, and then told."""
    runs = sum(change.verb == "run" and change.name == "server-release-command" for change in site.engine.changes)
    most = scenario.migrations + any("was cut short" in line for line in site.said)
    assert runs <= most, f"{runs} runs: {site.said}"


def _hooks_ran(site: Site, scenario: Scenario) -> None:
    """Whichever was cut short ran again."""
    if scenario.more == HOOKS:
        ran = {told["BLUEGREEN_HOOK"] for told in site.hooks.told if "shop:2" in told["BLUEGREEN_IMAGES"]}
        assert ran >= set(Hook) - {Hook.ON_FAILURE}, ran
