"""Recording: each entry once, refused by name where a rule says no, sums always those of the entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.refusals import NotFound
from dure.movement.ledger import actions, reads
from dure.movement.ledger.errors import EntryReused
from dure.movement.ledger.types import Grade, Kind, NewEntry, RollupRow
from tests.movement.ledger.village import DAY, LATER, NOW, Village, record, record_all, request


def sums(village: Village, indicator_id: int) -> RollupRow:
    (row,) = [row for row in reads.rollups(village.campaign_id) if row.indicator_id == indicator_id]
    return row


def test_entries_get_the_next_places_in_the_order_handed_in(village: Village) -> None:
    first = record_all([village.entry(number) for number in range(3)])
    second = record_all([village.entry(number, team="South") for number in (3, 4)])

    assert [receipt.index for receipt in first + second] == [0, 1, 2, 3, 4]
    assert reads.size() == 5
    assert reads.verify() == []


def test_asking_twice_gets_one_entry_and_one_receipt(village: Village) -> None:
    entry = village.entry(1, person="Minji")
    first = record(entry)

    again = record(entry, now=LATER)

    assert again.receipts == first.receipts
    assert (first.known_count, again.known_count) == (0, 1)
    assert reads.size() == 1
    assert sums(village, village.hours).quantity_milli == 8000


def test_the_same_entry_twice_in_one_batch_stands_once(village: Village) -> None:
    entry = village.entry(1)

    recorded = record(entry, village.entry(2), entry)

    assert [receipt.index for receipt in recorded.receipts] == [0, 1, 0]
    assert recorded.known_count == 1
    assert sums(village, village.hours).n == 2


@pytest.mark.parametrize(
    "other",
    [
        {"quantity_milli": 7999},
        {"work_day": DAY + timedelta(days=1)},
        {"note": "another"},
        {"person_id": None},
        {"grade": Grade.WITNESSED},
        {"kind": Kind.SAVING},
    ],
)
def test_an_id_used_for_other_facts_is_refused_by_name(village: Village, other: dict[str, object]) -> None:
    entry = village.entry(1, person="Minji")
    record_all([entry])
    changed: NewEntry = replace(entry, **other)  # type: ignore[arg-type]  # fields vary by case

    recorded = record(changed, village.entry(2))

    (refused,) = recorded.refused
    assert (refused.row, refused.client_id) == (0, request(1))
    assert isinstance(refused.refusal, EntryReused)
    assert str(request(1)) in str(refused.refusal)
    assert [receipt.index for receipt in recorded.receipts] == [1]


def test_an_id_with_other_facts_in_one_batch_is_refused_and_the_first_stays(village: Village) -> None:
    recorded = record(village.entry(1), village.entry(1, quantity_milli=1))

    assert [refused.row for refused in recorded.refused] == [1]
    assert sums(village, village.hours).quantity_milli == 8000


def test_another_person_under_the_same_id_is_refused(village: Village) -> None:
    record_all([village.entry(1, person="Minji"), village.entry(2, person="Bora")])

    recorded = record(village.entry(1, person="Bora"))

    assert [refused.refusal.code for refused in recorded.refused] == ["entry_reused"]


def refusals(village: Village) -> dict[str, NewEntry]:
    hours = village.entry(1)
    pointed = village.about(2, 0, Kind.CORRECTION, -1000, hours)
    return {
        "zero hours": village.entry(9, quantity_milli=0),
        "negative hours": village.entry(9, quantity_milli=-1),
        "more than a figure can be": village.entry(9, quantity_milli=10**15 + 1),
        "hours on an output indicator": replace(village.entry(9), indicator_id=village.output),
        "an unknown indicator": replace(village.entry(9), indicator_id=10**6),
        "a long note": village.entry(9, note="x" * 501),
        "a null character": village.entry(9, note="a\x00b"),
        "a recount without the lot": replace(village.entry(9), grade=Grade.RECOUNTED),
        "a correction of nothing": replace(pointed, points_at=None),
        "a correction of what isn't there": replace(pointed, points_at=77),
        "a correction by zero": replace(pointed, quantity_milli=0),
        "a correction below zero": replace(pointed, quantity_milli=-8001),
        "a correction in another team": replace(pointed, team_id=village.teams["South"]),
        "a correction on another day": replace(pointed, work_day=DAY + timedelta(days=1)),
        "a correction with a person": replace(pointed, person_id=1),
        "a withdrawal with a quantity": replace(pointed, kind=Kind.WITHDRAWAL),
        "a confirmation below zero": replace(pointed, kind=Kind.CONFIRMATION, grade=Grade.WITNESSED),
        "a confirmation without a grade": replace(pointed, kind=Kind.CONFIRMATION, quantity_milli=1),
        "pointing from hours": replace(village.entry(9), points_at=0),
    }


REFUSED_AS = {
    "zero hours": "entry_sign_wrong",
    "negative hours": "entry_sign_wrong",
    "more than a figure can be": "entry_too_much",
    "hours on an output indicator": "indicator_unfit",
    "an unknown indicator": "indicator_unfit",
    "a long note": "entry_note_too_long",
    "a null character": "bad_input",
    "a recount without the lot": "bad_input",
    "a correction of nothing": "entry_unknown",
    "a correction of what isn't there": "entry_unknown",
    "a correction by zero": "entry_sign_wrong",
    "a correction below zero": "entry_below_zero",
    "a correction in another team": "entry_elsewhere",
    "a correction on another day": "entry_elsewhere",
    "a correction with a person": "bad_input",
    "a withdrawal with a quantity": "entry_sign_wrong",
    "a confirmation below zero": "entry_sign_wrong",
    "a confirmation without a grade": "entry_malformed",
    "pointing from hours": "bad_input",
}


def test_what_can_not_be_is_refused_by_name_and_leaves_nothing(village: Village) -> None:
    record_all([village.entry(1)])
    before = reads.rollups(village.campaign_id)
    answers = {}

    for name, entry in refusals(village).items():
        recorded = record(entry)
        answers[name] = recorded.refused[0].refusal.code if recorded.refused else "recorded"

    assert answers == REFUSED_AS
    assert reads.size() == 1
    assert reads.rollups(village.campaign_id) == before
    assert reads.verify() == []


def test_good_rows_are_kept_when_others_are_refused(village: Village) -> None:
    recorded = record(
        village.entry(1), village.entry(2, quantity_milli=-5), village.entry(3), village.entry(4, note="\x00")
    )

    assert [receipt.client_id for receipt in recorded.receipts] == [request(1), request(3)]
    assert [refused.row for refused in recorded.refused] == [1, 3]
    assert sums(village, village.hours).n == 2


def test_a_correction_changes_the_total_and_keeps_the_first_entry(village: Village) -> None:
    record_all([village.entry(1)])

    actions.correct(index=0, difference_milli=-3000, client_id=request(2), now=LATER, note="half a day")
    actions.correct(index=0, difference_milli=500, client_id=request(3), now=LATER)

    first, *corrections = reads.entries(SYSTEM, village.campaign_id)
    assert (first.quantity_milli, first.standing_milli, first.is_withdrawn) == (8000, 5500, False)
    assert [entry.quantity_milli for entry in corrections] == [-3000, 500]
    assert sums(village, village.hours).quantity_milli == 5500
    assert sums(village, village.hours).n == 1
    assert reads.verify() == []


def test_two_corrections_in_one_batch_see_each_other(village: Village) -> None:
    entry = village.entry(1)
    record_all([entry])

    recorded = record(
        village.about(2, 0, Kind.CORRECTION, -5000, entry), village.about(3, 0, Kind.CORRECTION, -5000, entry)
    )

    assert [refused.refusal.code for refused in recorded.refused] == ["entry_below_zero"]
    assert sums(village, village.hours).quantity_milli == 3000


def test_a_withdrawal_takes_back_whatever_is_left(village: Village) -> None:
    record_all([village.entry(1), village.entry(2, quantity_milli=2000)])
    actions.correct(index=0, difference_milli=-3000, client_id=request(3), now=LATER)

    taken = actions.withdraw(index=0, client_id=request(4), now=LATER)

    assert actions.withdraw(index=0, client_id=request(4), now=LATER) == taken
    row = sums(village, village.hours)
    assert (row.n, row.quantity_milli) == (1, 2000)
    assert reads.entries(SYSTEM, village.campaign_id)[0].is_withdrawn
    assert [
        refused.refusal.code
        for entry in (
            village.about(5, 0, Kind.CORRECTION, 1, village.entry(1)),
            village.about(6, 0, Kind.WITHDRAWAL, 0, village.entry(1)),
        )
        for refused in record(entry).refused
    ] == ["entry_withdrawn", "entry_withdrawn"]
    assert reads.verify() == []


def test_a_recount_stands_beside_the_claim_and_never_in_it(village: Village) -> None:
    record_all([village.entry(1, kind=Kind.OUTPUT, quantity_milli=10_000)])

    actions.confirm(index=0, found_milli=9000, grade=Grade.RECOUNTED, client_id=request(2), now=LATER)

    row = sums(village, village.output)
    assert (row.n, row.quantity_milli) == (1, 10_000)
    assert (row.n_recounted, row.recounted_milli, row.recounted_claim_milli) == (1, 9000, 10_000)
    assert reads.entries(SYSTEM, village.campaign_id)[0].proved == Grade.RECOUNTED


def test_a_correction_after_the_recount_does_not_improve_what_was_found(village: Village) -> None:
    record_all([village.entry(1, kind=Kind.OUTPUT, quantity_milli=10_000)])
    actions.confirm(index=0, found_milli=9000, grade=Grade.RECOUNTED, client_id=request(2), now=LATER)

    actions.correct(index=0, difference_milli=-1000, client_id=request(3), now=LATER)
    actions.withdraw(index=0, client_id=request(4), now=LATER)

    row = sums(village, village.output)
    assert (row.n, row.quantity_milli) == (0, 0)
    assert (row.n_recounted, row.recounted_milli, row.recounted_claim_milli) == (1, 9000, 10_000)
    assert reads.verify() == []


def test_each_grade_of_proof_is_given_once(village: Village) -> None:
    entry = village.entry(1, kind=Kind.OUTPUT)
    record_all([entry])
    actions.confirm(index=0, found_milli=8000, grade=Grade.WITNESSED, client_id=request(2), now=LATER)
    actions.confirm(index=0, found_milli=8000, grade=Grade.SECOND_SOURCE, client_id=request(3), now=LATER)
    again = replace(village.about(4, 0, Kind.CONFIRMATION, 1, entry), grade=Grade.WITNESSED)

    recorded = record(again)

    assert [refused.refusal.code for refused in recorded.refused] == ["entry_confirmed_before"]
    assert sums(village, village.output).n_recounted == 0
    assert reads.entries(SYSTEM, village.campaign_id)[0].proved == Grade.SECOND_SOURCE


def test_goods_that_leave_are_counted_apart_from_goods_that_came(village: Village) -> None:
    record_all(
        [
            village.entry(1, kind=Kind.GOODS_IN, quantity_milli=5000),
            village.entry(2, kind=Kind.GOODS_OUT, quantity_milli=2000),
        ]
    )
    actions.correct(index=1, difference_milli=-500, client_id=request(3), now=LATER, grade=Grade.WITNESSED)

    row = sums(village, village.goods)
    assert (row.n, row.quantity_milli, row.out_milli) == (1, 5000, 1500)
    assert reads.verify() == []


def test_only_the_person_sees_what_they_contributed(village: Village) -> None:
    record_all([village.entry(1, person="Minji"), village.entry(2, person="Bora")])
    actions.correct(index=0, difference_milli=-1000, client_id=request(3), now=LATER)
    minji, bora = village.people["Minji"], village.people["Bora"]

    mine = reads.entries_of_person(Actor(person_id=minji), minji)

    assert [(entry.index, entry.standing_milli) for entry in mine] == [(0, 7000), (2, 0)]
    assert reads.entries_of_person(Actor(guardian_of=minji), minji) == mine
    for stranger in (ANONYMOUS, Actor(person_id=bora)):
        with pytest.raises(NotFound):
            reads.entries_of_person(stranger, minji)


def test_entries_are_seen_where_rights_reach(village: Village) -> None:
    record_all(
        [village.entry(1, team="North"), village.entry(2, team="Hill"), village.entry(3, team="South")]
    )

    def seen(actor: Actor) -> list[int]:
        return [entry.index for entry in reads.entries(actor, village.campaign_id)]

    assert seen(SYSTEM) == [0, 1, 2]
    assert seen(Actor(grants=(Grant("organiser", "/KR/13/"),))) == [0, 1]
    assert seen(Actor(grants=(Grant("auditor", "/KR/03/"),))) == [2]
    assert seen(Actor(grants=(Grant("captain", team_id=village.teams["Hill"]),))) == [1]
    assert seen(Actor(grants=(Grant("recipient", "/KR/"),))) == []
    assert seen(ANONYMOUS) == []


def test_forgetting_a_person_changes_no_total_and_no_proof(village: Village) -> None:
    record_all([village.entry(1, person="Minji"), village.entry(2, person="Bora")])
    signed = actions.sign_checkpoint(now=NOW)
    before = (reads.rollups(village.campaign_id), reads.proof(0), reads.entries(SYSTEM, village.campaign_id))
    minji = village.people["Minji"]

    assert actions.forget_person(person_id=minji) == 1

    assert reads.verify() == []
    after = (reads.rollups(village.campaign_id), reads.proof(0), reads.entries(SYSTEM, village.campaign_id))
    assert after == before
    assert reads.latest_checkpoint() == signed
    assert reads.entries_of_person(SYSTEM, minji) == []
    # What is said later about a forgotten person's entry still fits.
    actions.correct(index=0, difference_milli=-1, client_id=request(3), now=LATER)
    assert reads.verify() == []
