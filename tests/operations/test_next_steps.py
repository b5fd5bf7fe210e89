"""One useful next step: a table of standings and what a team could do next."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dure.movement.people.types import TeamFacts
from dure.movement.practices.types import PracticeFacts
from dure.movement.standings.types import Change, Figure, Grade, TeamStanding, Verified
from dure.operations.next_steps import choose

FIGURE = Figure(
    claimed_milli=500_000,
    plan_milli=1_000_000,
    claimed_percent=Decimal(50),
    verified=Verified(None, None, None, 0, 0, is_projected=True),
    verified_percent=None,
    lower_percent=None,
    n_entries=None,
    n_recounted=None,
    expected_milli=500_000,
    days_ahead=Decimal(0),
    baseline_milli=None,
    growth_milli=None,
    growth_percent=None,
    capacity_percent=None,
    opens_review=False,
    denominator=None,
    withheld=None,
)


def team(number: int, name: str, kind: str = "pickers") -> TeamFacts:
    return TeamFacts(number, name, area_id=1, area_path="/KR/", kind=kind, area_name="Korea")


def standing(number: int, name: str, grade: Grade, **facts: object) -> TeamStanding:
    made = TeamStanding(team(number, name), FIGURE, grade, "not_told_apart", None, None)
    return replace(made, **facts)  # type: ignore[arg-type]  # a table of facts


def practice(number: int, by: TeamFacts, adopted_by: tuple[TeamFacts, ...] = ()) -> PracticeFacts:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    return PracticeFacts(number, 1, by, "Two to a row", "…", None, None, at, adopted_by)


HERON, CRANE, STORK = standing(1, "Heron", "B"), standing(2, "Crane", "A"), standing(3, "Stork", "C")
FELL = Change("less", Decimal(-40), Decimal(-60), Decimal(-20), None)
LATE = replace(FIGURE, days_ahead=Decimal("-3.5"))


@pytest.mark.parametrize(
    ("own", "like", "written", "code", "other"),
    [
        (replace(HERON, figure=replace(FIGURE, withheld="above_105")), [], [], "held", None),
        (replace(HERON, figure=replace(FIGURE, claimed_milli=0)), [], [], "report", None),
        (replace(HERON, reason="recounts_short"), [CRANE], [], "correct", None),
        (STORK, [CRANE], [practice(1, CRANE.team)], "practice", None),
        (STORK, [CRANE, HERON], [], "ask_help", "Crane"),
        (STORK, [HERON], [], "ask_organiser", None),
        (STORK, [CRANE], [practice(1, CRANE.team, (STORK.team,))], "ask_help", "Crane"),
        (STORK, [CRANE], [practice(1, team(9, "Swan", "drivers"))], "ask_help", "Crane"),
        (replace(HERON, change=FELL, figure=LATE), [CRANE], [], "ask_help", "Crane"),
        (replace(HERON, change=FELL), [CRANE], [], "challenge", "Crane"),
        (CRANE, [HERON, STORK], [], "offer_help", "Stork"),
        (CRANE, [HERON], [], "write_up", None),
        (CRANE, [HERON], [practice(1, CRANE.team)], "challenge", "Heron"),
        (HERON, [CRANE], [], "challenge", "Crane"),
        (HERON, [], [], "keep_on", None),
    ],
)
def test_the_next_step(
    own: TeamStanding,
    like: list[TeamStanding],
    written: list[PracticeFacts],
    code: str,
    other: str | None,
) -> None:
    step = choose(own, like, written)
    assert (step.code, step.other.name if step.other else None) == (code, other)


def test_the_practice_of_a_team_like_it_comes_first() -> None:
    far, near = practice(1, team(9, "Swan")), practice(2, CRANE.team)
    assert choose(STORK, [CRANE], [far, near]).practice == near


def test_whom_it_has_a_challenge_with_already_is_not_challenged_again() -> None:
    assert choose(HERON, [CRANE, STORK], [], challenged=[2]).other == STORK.team
    assert choose(HERON, [CRANE], [], challenged=[2]).code == "keep_on"
