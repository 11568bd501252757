"""How fast attempts follow one another."""

from bluegreen.health.pace import Pace


def test_pauses_start_short_and_back_off_to_the_interval() -> None:
    pace = Pace(0.0523)
    assert [round(pace.after(ok=False), 4) for _ in range(6)] == [0.05, 0.0505, 0.051, 0.0515, 0.052, 0.0523]


def test_what_becomes_ready_is_found_within_a_hundredth_of_the_time_that_it_took() -> None:
    pace, waited = Pace(1.0), 0.0
    for _ in range(300):
        pause = pace.after(ok=False)
        assert pause <= 0.05 + waited / 100 + 1e-9
        waited += pause


def test_a_change_of_the_outcome_starts_anew() -> None:
    pace = Pace(1.0)
    for _ in range(9):
        pace.after(ok=False)
    assert [round(pace.after(ok=ok), 4) for ok in (True, True, False)] == [0.05, 0.0505, 0.05]


def test_an_interval_shorter_than_the_first_pause_is_kept() -> None:
    assert Pace(0.01).after(ok=True) == 0.01
