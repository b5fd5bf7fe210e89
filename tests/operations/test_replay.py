"""A surge lived through again: by the rooms' own actions, the same for the same seed, on an empty database only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dure.base.access import SYSTEM
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.operations import simulate
from dure.operations.simulate import replay
from dure.operations.simulate.errors import ReplayElsewhere
from dure.operations.simulate.stage import set_stage
from dure.simulation.surge import ENGLAND_2020, Scenario

# England's call at the smallest size that says something, and only its first days.
FIRST_DAYS: Scenario = replace(
    ENGLAND_2020.scaled(0.0004),
    days=3,
    arrival_shares=(1.0,),
    tasks=15,
    first_work_day=2,
    ramp_days=1,
    checked_per_day=100,
)
# The keys of the issue, which whoever reads the JSON counts on.
KEYS = {
    *("signed_up", "answered_1h_share", "silent_24h", "dates_kept_share", "tasks", "tasks_filled_share"),
    *("people_served", "accepted", "accepted_unused_14d_share", "first_task_hours", "placed_share"),
    "longest_wait_days",
}


def lasting(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in found.items()
        if name not in {"cpu_seconds", "wall_seconds", "peak_rss_gb"}
    }


@pytest.fixture
def days(db: None) -> list[str]:
    return []


def test_the_first_days_of_a_surge_leave_nobody_without_an_answer(
    days: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "TICK_BUSY_MINUTES", 60)
    found = replay(FIRST_DAYS, seed=3, tell=days.append)

    assert set(found) >= KEYS
    assert found["signed_up"] == FIRST_DAYS.signed_up
    assert found["answered_1h_share"] == 1
    assert found["silent_24h"] == 0
    assert found["tasks"] == 15
    assert 0 < found["people_served"] <= 15  # type: ignore[operator]
    assert len(days) == FIRST_DAYS.days
    (campaign,) = campaigns.campaigns(SYSTEM)
    assert campaign.synthetic_label
    tally = calls.tally(campaign.id)
    assert tally.signed_up_count >= FIRST_DAYS.signed_up
    assert tally.unanswered_count == 0
    # What is said by day is what the rooms hold.
    assert found["by_day"][-1]["signed_up"] == found["signed_up"]  # type: ignore[index]


def test_a_replay_keeps_away_from_a_movement_that_is_there(db: None) -> None:
    set_stage(FIRST_DAYS, seed=3)
    with pytest.raises(ReplayElsewhere, match="DURE_HOME"):
        replay(FIRST_DAYS, seed=3)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_a_hundredth_of_england_keeps_the_promises(db: None) -> None:
    """P1 and P2 at a hundredth; the full size is `dure simulate england-2020 --scale 1`."""
    found = replay(ENGLAND_2020.scaled(0.01), seed=1)
    assert found["silent_24h"] == 0
    assert found["answered_1h_share"] >= 0.99  # type: ignore[operator]
    assert found["dates_kept_share"] >= 0.9  # type: ignore[operator]
    assert found["tasks_filled_share"] >= 0.98  # type: ignore[operator]
