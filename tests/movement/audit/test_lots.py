"""Audit: the lot decides what is checked and who checks it, and anybody can run it again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.accounts import open_account
from dure.engine.log import checkpoint as signed
from dure.engine.log.note import parse_verifier_key
from dure.engine.lots import (
    SURCHARGE,
    NoCheckerFromElsewhere,
    Origin,
    Recount,
    assign_checkers,
    commitment_opens,
    draw,
    factor,
)
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.audit import actions, reads
from dure.movement.audit.errors import (
    DayNotOver,
    LotCommittedBefore,
    LotNotOutput,
    LotTooLate,
    LotUnsigned,
    RecountByOwn,
    RecountedBefore,
)
from dure.movement.audit.types import LotFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Kind
from tests.movement.ledger.village import DAY, LATER, NOW, Village, record_all, request

SEED = bytes(range(32))
EVENING = NOW + timedelta(hours=6)
DAY_LONG = timedelta(days=1)


def committed(village: Village, count: int = 4, day: date = DAY, now: datetime = NOW) -> LotFacts:
    return actions.commit_lot(
        campaign_id=village.campaign_id,
        indicator_id=village.output,
        day=day,
        seed=SEED,
        count=count,
        now=now,
    )


def worked(village: Village, count: int = 40) -> None:
    """A day's output of two regions, signed; with what must not be drawn among it."""
    teams = ("North", "Hill", "South", "Plain")
    record_all(
        [
            village.entry(
                number, kind=Kind.OUTPUT, team=teams[number % 4], quantity_milli=1000 * (1 + number % 7)
            )
            for number in range(count)
        ]
    )
    record_all([village.entry(500, kind=Kind.HOURS), village.entry(501, kind=Kind.GOODS_IN)])
    record_all([village.entry(502, kind=Kind.OUTPUT, day=DAY + timedelta(days=1))])
    ledger.withdraw(index=0, client_id=request(600), now=LATER)
    ledger.correct(index=1, difference_milli=-2000, client_id=request(601), now=LATER)
    ledger.correct(index=2, difference_milli=-1000, client_id=request(602), now=LATER)
    ledger.sign_checkpoint(now=LATER)


@pytest.fixture
def drawn(village: Village) -> LotFacts:
    lot = committed(village)
    worked(village)
    return actions.draw_lot(lot_id=lot.id, now=EVENING)


def test_the_seed_is_hidden_until_the_draw_and_opens_the_commitment_then(village: Village) -> None:
    before = committed(village)
    assert before.seed is None
    assert reads.lot_public(before.id).lot == before
    worked(village)

    after = actions.draw_lot(lot_id=before.id, now=EVENING)

    assert after.seed == SEED
    assert after.commitment == before.commitment
    assert commitment_opens(after.commitment, SEED)


def test_eligible_is_the_output_that_still_stands(village: Village, drawn: LotFacts) -> None:
    eligible = [entry.index for entry in reads.lot_public(drawn.id).eligible]

    # 0 was withdrawn and 1 corrected to nothing; hours (40) and goods (41) are not eligible. 42 is of another day.
    assert eligible == [*range(2, 40), 42]
    assert drawn.eligible_count == 39
    assert drawn.drawn_count == 4
    assert drawn.log_size is not None
    claims = ledger_reads.claims(village.output, 0, drawn.log_size)
    # 2 claimed 3000 and was corrected by -1000; an integer on both databases.
    assert (claims[0].index, claims[0].claimed_milli) == (2, 2000)
    assert type(claims[0].claimed_milli) is int


def test_anybody_runs_the_draw_again_from_public_data(village: Village, drawn: LotFacts) -> None:
    public = reads.lot_public(drawn.id)
    name, key = parse_verifier_key(ledger_reads.public_key())
    state = signed.verify(public.checkpoint_note, name, key)
    assert public.lot.seed is not None
    assert commitment_opens(public.lot.commitment, public.lot.seed)
    assert (state.size, state.root) == (public.lot.log_size, public.lot.log_root)

    again = draw(
        seed=public.lot.seed,
        log_root=state.root,
        eligible=[entry.index for entry in public.eligible],
        count=public.lot.wanted_count,
    )
    checkers = assign_checkers(
        seed=public.lot.seed,
        log_root=state.root,
        drawn=again.indices,
        checkers={
            str(one.team_id): Origin(one.region_path, frozenset({str(one.team_id)}))
            for one in public.checkers
        },
        entries={
            one.entry_index: Origin(one.area_path, frozenset({str(one.team_id)})) for one in public.draws
        },
    )

    assert again.indices == tuple(one.entry_index for one in public.draws)
    assert again.chances == tuple(one.chance for one in public.draws)
    assert [(one.entry, int(one.checker)) for one in checkers] == [
        (one.entry_index, one.checker_team_id) for one in public.draws
    ]


def test_what_is_recorded_later_does_not_change_the_public_draw(village: Village, drawn: LotFacts) -> None:
    before = reads.lot_public(drawn.id)
    record_all([village.entry(700, kind=Kind.OUTPUT), village.entry(701, kind=Kind.OUTPUT, team="South")])
    assert (drawn.from_size, drawn.log_size) == (0, 46)
    ledger.withdraw(index=before.draws[0].entry_index, client_id=request(702), now=EVENING)
    ledger.sign_checkpoint(now=EVENING)

    assert reads.lot_public(drawn.id) == before
    assert actions.draw_lot(lot_id=drawn.id, now=EVENING) == drawn


def test_what_is_recorded_after_the_draw_falls_into_the_next_lot(village: Village, drawn: LotFacts) -> None:
    """Late, for the day whose lot was drawn: nothing escapes by waiting for the draw."""
    late = record_all([village.entry(700 + number, kind=Kind.OUTPUT) for number in range(3)], now=EVENING)
    tomorrow = EVENING + DAY_LONG
    nothing_new = committed(village, day=DAY + 2 * DAY_LONG, now=tomorrow)
    lot = committed(village, count=10, day=DAY + DAY_LONG, now=EVENING)
    ledger.sign_checkpoint(now=tomorrow)

    second = actions.draw_lot(lot_id=lot.id, now=tomorrow)
    third = actions.draw_lot(lot_id=nothing_new.id, now=tomorrow + DAY_LONG)

    lots = [reads.lot_public(one.id) for one in (drawn, second, third)]
    ranges = [(public.lot.from_size, public.lot.log_size) for public in lots]
    assert ranges == [(0, 46), (46, 49), (49, 49)]
    first, later, last = ([entry.index for entry in public.eligible] for public in lots)
    assert later == [receipt.index for receipt in late]
    assert not set(first) & set(later)
    assert last == []
    assert {one.day for one in reads.draws_for(SYSTEM, village.campaign_id) if one.lot_id == second.id} == {
        DAY
    }
    both = reads.factor(village.output)
    assert both is not None
    assert (both.eligible, both.drawn) == (39 + 3, 4 + 3)


def test_a_lot_is_not_drawn_before_its_day(village: Village) -> None:
    lot = committed(village, day=DAY + DAY_LONG)
    worked(village)

    with pytest.raises(DayNotOver):
        actions.draw_lot(lot_id=lot.id, now=EVENING)

    assert reads.lots(village.campaign_id) == [lot]
    assert actions.draw_lot(lot_id=lot.id, now=EVENING + DAY_LONG).drawn_at == EVENING + DAY_LONG


def test_checkers_come_from_another_region(village: Village, drawn: LotFacts) -> None:
    regions = {village.teams[name]: ("13" if name in ("North", "Hill") else "03") for name in village.teams}

    for one in reads.lot_public(drawn.id).draws:
        assert regions[one.checker_team_id] != regions[one.team_id]


def test_every_entry_has_a_chance_of_at_least_half_a_percent(village: Village) -> None:
    lot = committed(village, count=1)
    worked(village, count=401)

    drawn = actions.draw_lot(lot_id=lot.id, now=EVENING)

    assert drawn.eligible_count is not None
    assert drawn.eligible_count > 200
    assert drawn.drawn_count == 2
    assert all(one.chance >= Fraction(1, 200) for one in reads.lot_public(lot.id).draws)


def test_a_lot_needs_a_commitment_in_time_and_a_log_signed_after_it(village: Village) -> None:
    with pytest.raises(LotTooLate):
        actions.commit_lot(
            campaign_id=village.campaign_id,
            indicator_id=village.output,
            day=DAY - timedelta(days=1),
            seed=SEED,
            count=1,
            now=NOW,
        )
    assert reads.lots(village.campaign_id) == []
    record_all([village.entry(1, kind=Kind.OUTPUT), village.entry(2, kind=Kind.OUTPUT, team="South")])
    ledger.sign_checkpoint(now=NOW - timedelta(minutes=1))
    lot = committed(village)
    with pytest.raises(LotUnsigned):
        actions.draw_lot(lot_id=lot.id, now=EVENING)
    assert reads.lots(village.campaign_id) == [lot]


def test_a_lot_can_not_be_committed_anew(village: Village) -> None:
    lot = committed(village)
    assert committed(village) == lot

    for seed, count in ((bytes(32), 4), (SEED, 5)):
        with pytest.raises(LotCommittedBefore):
            actions.commit_lot(
                campaign_id=village.campaign_id,
                indicator_id=village.output,
                day=DAY,
                seed=seed,
                count=count,
                now=NOW,
            )


def test_only_output_is_drawn_and_a_count_is_a_count(village: Village) -> None:
    for indicator_id, count, refusal in (
        (village.hours, 1, LotNotOutput),
        (10**6, 1, LotNotOutput),
        (village.output, 0, BadInput),
    ):
        with pytest.raises(refusal):
            actions.commit_lot(
                campaign_id=village.campaign_id,
                indicator_id=indicator_id,
                day=DAY,
                seed=SEED,
                count=count,
                now=NOW,
            )


def test_without_a_team_from_elsewhere_nothing_is_drawn(village: Village) -> None:
    lot = committed(village)
    record_all([village.entry(number, kind=Kind.OUTPUT, team="North") for number in range(5)])
    ledger.sign_checkpoint(now=LATER)

    with pytest.raises(NoCheckerFromElsewhere):
        actions.draw_lot(lot_id=lot.id, now=EVENING)

    assert reads.lots(village.campaign_id) == [lot]
    assert reads.factor(village.output) is None


def test_a_lot_over_an_empty_day_draws_nothing(village: Village) -> None:
    lot = committed(village)
    ledger.sign_checkpoint(now=LATER)

    drawn = actions.draw_lot(lot_id=lot.id, now=EVENING)

    assert (drawn.eligible_count, drawn.drawn_count) == (0, 0)
    nothing = reads.factor(village.output)
    assert nothing is not None
    assert nothing.estimate is None


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
