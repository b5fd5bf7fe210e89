"""Audit: the lot decides what is checked and who checks it, and anybody can run it again."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from dure.base.access import SYSTEM
from dure.engine.log import checkpoint as signed
from dure.engine.log.note import parse_verifier_key
from dure.engine.lots import (
    NoCheckerFromElsewhere,
    Origin,
    assign_checkers,
    commitment_opens,
    draw,
)
from dure.kernel.refusals import BadInput
from dure.movement.audit import actions, reads
from dure.movement.audit.errors import (
    DayNotOver,
    LotCommittedBefore,
    LotNotOutput,
    LotTooLate,
    LotUnsigned,
)
from dure.movement.audit.types import LotFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Kind
from tests.movement.audit.lots import EVENING, SEED, committed, worked
from tests.movement.ledger.village import DAY, LATER, NOW, Village, record_all, request

DAY_LONG = timedelta(days=1)


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
