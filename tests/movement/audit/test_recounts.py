"""Recounts: who may count again, what that writes into the ledger, and what it takes off."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.accounts import open_account
from dure.engine.lots import (
    SURCHARGE,
    Recount,
    factor,
)
from dure.kernel.refusals import NotFound
from dure.movement.audit import actions, reads
from dure.movement.audit.errors import (
    RecountByOwn,
    RecountedBefore,
)
from dure.movement.audit.types import LotFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Kind
from tests.movement.audit.lots import EVENING, committed, worked
from tests.movement.ledger.village import Village, request


def test_a_recount_is_a_confirmation_in_the_ledger_once(village: Village, drawn: LotFacts) -> None:
    auditor = Actor(
        account_id=open_account(email="sora@example.org", name="Sora"), grants=(Grant("auditor", "/KR/"),)
    )
    one = reads.draws_for(auditor, village.campaign_id)[0]

    def recount(found_milli: int, number: int) -> int:
        return actions.record_recount(
            actor=auditor, draw_id=one.id, found_milli=found_milli, client_id=request(number), now=EVENING
        ).confirmation_index

    size = ledger_reads.size()
    index = recount(one.claimed_milli, 800)

    assert recount(one.claimed_milli, 800) == index
    for found_milli, number in ((one.claimed_milli, 801), (one.claimed_milli - 1, 800)):
        with pytest.raises(RecountedBefore):
            recount(found_milli, number)
    assert ledger_reads.size() == size + 1
    said = ledger_reads.entries(SYSTEM, village.campaign_id)[index]
    assert (said.kind, said.points_at, said.quantity_milli) == (
        Kind.CONFIRMATION,
        one.entry_index,
        one.claimed_milli,
    )
    assert reads.draws_for(auditor, village.campaign_id)[0].found_milli == one.claimed_milli
    assert ledger_reads.verify() == []


def test_strangers_neither_see_draws_nor_recount(village: Village) -> None:
    lot = committed(village, count=22)
    worked(village)
    actions.draw_lot(lot_id=lot.id, now=EVENING)
    everything = reads.draws_for(SYSTEM, village.campaign_id)
    strangers = (
        ANONYMOUS,
        Actor(grants=(Grant("organiser", "/KR/"),)),
        *(Actor(grants=(Grant("captain", team_id=team_id),)) for team_id in village.teams.values()),
    )
    for stranger in strangers:
        assert reads.draws_for(stranger, village.campaign_id) == []
        for one in everything:
            with pytest.raises(NotFound):
                actions.record_recount(
                    actor=stranger, draw_id=one.id, found_milli=1, client_id=request(810), now=EVENING
                )
    south = Actor(grants=(Grant("auditor", "/KR/03/"),))
    mine = reads.draws_for(south, village.campaign_id)
    assert {one.area_id for one in mine} == {village.areas["Jeonju"]}
    # 22 of 39 were drawn, and no region has more than 21: both are among them.
    assert 0 < len(mine) < len(everything)


@pytest.mark.parametrize("own", ["captains its team", "organises its region", "organises the country"])
def test_nobody_recounts_what_is_their_own(village: Village, drawn: LotFacts, own: str) -> None:
    account_id = open_account(email="sora@example.org", name="Sora")
    auditor = Grant("auditor", "/KR/")
    one = reads.draws_for(SYSTEM, village.campaign_id)[0]
    region = {village.areas["Jeonju"]: "/KR/03/"}.get(one.area_id, "/KR/13/")
    elsewhere = {"/KR/03/": "/KR/13/", "/KR/13/": "/KR/03/"}[region]
    theirs = {
        "captains its team": Grant("captain", team_id=one.team_id),
        "organises its region": Grant("organiser", region),
        "organises the country": Grant("organiser", "/KR/"),
    }[own]
    others = (Grant("captain", team_id=one.checker_team_id), Grant("organiser", elsewhere))
    size = ledger_reads.size()

    def recount(*grants: Grant) -> int:
        return actions.record_recount(
            actor=Actor(account_id=account_id, grants=(auditor, *grants)),
            draw_id=one.id,
            found_milli=one.claimed_milli,
            client_id=request(850),
            now=EVENING,
        ).confirmation_index

    with pytest.raises(RecountByOwn):
        recount(theirs)
    assert ledger_reads.size() == size
    assert reads.draws_for(SYSTEM, village.campaign_id)[0].found_milli is None
    assert recount(*others) == size


def test_verified_is_unknown_until_somebody_has_counted(village: Village, drawn: LotFacts) -> None:
    unknown = reads.factor(village.output)
    assert unknown is not None
    assert (unknown.estimate, unknown.lower, unknown.checked, unknown.drawn) == (None, None, 0, 4)

    for number, one in enumerate(reads.draws_for(SYSTEM, village.campaign_id)):
        actions.record_recount(
            actor=SYSTEM,
            draw_id=one.id,
            found_milli=one.claimed_milli * 9 // 10,
            client_id=request(820 + number),
            now=EVENING,
        )

    known = reads.factor(village.output)
    assert known is not None
    assert known.checked == 4
    assert known.estimate is not None
    assert known.lower is not None
    assert abs(known.estimate - Fraction(9, 10)) < Fraction(1, 1000)
    assert known.lower < known.estimate


def test_correcting_a_drawn_claim_before_the_checkers_come_changes_no_factor(
    village: Village, drawn: LotFacts
) -> None:
    draws = reads.draws_for(SYSTEM, village.campaign_id)
    caught = draws[0]
    ledger.correct(
        index=caught.entry_index,
        difference_milli=1 - caught.claimed_milli,
        client_id=request(830),
        now=EVENING,
    )
    for number, one in enumerate(draws):
        found = 1 if one == caught else one.claimed_milli
        actions.record_recount(
            actor=SYSTEM, draw_id=one.id, found_milli=found, client_id=request(840 + number), now=EVENING
        )

    as_drawn = [
        Recount(one.claimed_milli, 1 if one == caught else one.claimed_milli, one.chance) for one in draws
    ]
    assert reads.factor(village.output) == factor(as_drawn, eligible=39)


def test_recounts_take_off_the_team_they_are_about_and_a_late_correction_saves_nothing(
    village: Village,
) -> None:
    # So many of forty entries that no team is left out, whatever the salts make of the lot.
    lot = committed(village, count=30)
    worked(village)
    actions.draw_lot(lot_id=lot.id, now=EVENING)
    draws = reads.draws_for(SYSTEM, village.campaign_id)
    silent, late = draws[0], next(one for one in draws if one.team_id != draws[0].team_id)
    ledger.correct(
        index=late.entry_index, difference_milli=1 - late.claimed_milli, client_id=request(850), now=EVENING
    )
    assert reads.deductions(village.output) == {}
    for number, one in enumerate((silent, late)):
        actions.record_recount(
            actor=SYSTEM, draw_id=one.id, found_milli=1, client_id=request(860 + number), now=EVENING
        )

    off = reads.deductions(village.output)

    assert off[silent.team_id].milli == round((silent.claimed_milli - 1) * SURCHARGE / silent.chance)
    missing = late.claimed_milli - 1
    assert off[late.team_id].milli == round(missing * SURCHARGE / late.chance - missing)
    assert off[silent.team_id].is_short
    assert off[late.team_id].is_short
    assert set(off) == {silent.team_id, late.team_id}
