"""Reasons for a visit: a copied sheet is named to its auditors, honest figures and strangers' questions are not."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.movement.audit import reads
from dure.movement.audit.reads import VISIT_FROM_P
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind
from tests.movement.ledger.village import DAY, LATER, Village, record_all, request

SOUTH = Actor(grants=(Grant("auditor", "/KR/03/"),))
NORTH = Actor(grants=(Grant("auditor", "/KR/13/"),))


@pytest.fixture
def reported(village: Village) -> Village:
    """Twelve reports of each team in kilograms and grams. Plain wrote the same figure ten times."""
    weighed = Random(7)  # noqa: S311 - synthetic figures
    rows = []
    for place, team in enumerate(("North", "Hill", "South", "Plain")):
        for number in range(12):
            copied = team == "Plain" and number < 10
            milli = 61_237 if copied else weighed.randrange(40_000, 90_000)
            rows.append(village.entry(20 * place + number, kind=Kind.OUTPUT, team=team, quantity_milli=milli))
    record_all(rows)
    return village


def test_a_copied_sheet_is_a_reason_to_go_and_look(reported: Village) -> None:
    (reason,) = reads.visit_reasons(SOUTH, reported.campaign_id, DAY)

    assert (reason.team_id, reason.indicator_id, reason.day) == (
        reported.teams["Plain"],
        reported.output,
        DAY,
    )
    assert 0 < reason.p < VISIT_FROM_P
    assert reason.reasons[0] == "10 of 12 unrounded reports give exactly 61.237"
    assert reads.visit_reasons(SYSTEM, reported.campaign_id, DAY) == [reason]


def test_only_auditors_of_the_area_are_told(reported: Village) -> None:
    strangers = (
        ANONYMOUS,
        NORTH,
        Actor(grants=(Grant("organiser", "/KR/"),)),
        Actor(grants=(Grant("captain", team_id=reported.teams["Plain"]),)),
    )
    for stranger in strangers:
        assert reads.visit_reasons(stranger, reported.campaign_id, DAY) == []


def test_a_day_has_its_own_reasons(reported: Village) -> None:
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert reads.visit_reasons(SOUTH, reported.campaign_id, day) == []


def test_correcting_a_copied_sheet_does_not_hide_it(reported: Village) -> None:
    before = reads.visit_reasons(SOUTH, reported.campaign_id, DAY)
    for number, index in enumerate(range(36, 46)):
        ledger.correct(index=index, difference_milli=number + 1, client_id=request(900 + number), now=LATER)

    assert reads.visit_reasons(SOUTH, reported.campaign_id, DAY) == before
