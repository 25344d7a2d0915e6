"""`kill -9` at any moment of an import loses and doubles nothing. JOURNEYSCORE_KILLS=200 kills 200 times."""

import os
import random

import pytest

from tests.actions.kill_run import STEPS, Kill, Trial

RANDOM_KILLS = int(os.environ.get("JOURNEYSCORE_KILLS", "3"))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(trial: Trial, step: str) -> None:
    once = step in ("Imports.begin", "Imports.end", "Spool.clear", "EventLog.compact", "write_refused")
    kill = Kill(step, "before" if len(step) % 2 else "after", 1 if once else 4)
    assert trial.kill(kill) == ("had ended" if step == "Imports.end" and kill.when == "after" else "killed")


@pytest.mark.parametrize("number", range(RANDOM_KILLS))
def test_killed_at_any_moment(trial: Trial, number: int) -> None:
    assert trial.kill(Kill(delay=random.uniform(0, trial.seconds)))


def test_it_can_be_told_when_something_was_lost(trial: Trial) -> None:
    honest = trial.expected["log"]
    assert isinstance(honest, list)
    trial.expected["log"] = honest[1:]
    try:
        with pytest.raises(AssertionError, match="log is not as it should be"):
            trial.kill(Kill("Imports.land", "before", 2))
    finally:
        trial.expected["log"] = honest
