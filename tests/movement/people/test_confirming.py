"""A contact is shown to be somebody's own with a code that only its letters carry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import actor_of
from dure.kernel.refusals import NotFound
from dure.movement.people import actions, confirming, reads
from dure.movement.people.errors import CodeWrong, LinkGone
from dure.movement.people.on_day import person_on_day
from tests.movement.people.cast import DAY, DAY_END, DAY_START, NOW, Enrol, New, key_of

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 9, 8)


def confirm(person_id: int, code: str) -> tuple[int, ...]:
    return confirming.confirm(actor=actor_of(person_id=person_id), person_id=person_id, code=code, now=NOW)


def is_placeable(person_id: int, area_path: str = "/KR/") -> bool:
    bounds = {"day": DAY, "day_start": DAY_START, "day_end": DAY_END}
    listed = person_id in reads.placeable(area_path=area_path, **bounds).person.tolist()  # type: ignore[arg-type]
    alone = person_on_day(person_id, **bounds) is not None  # type: ignore[arg-type]  # a table of arguments
    assert listed == alone
    return listed


def test_the_unconfirmed_are_placed_nowhere_until_they_give_their_code(enrol: Enrol) -> None:
    minji = enrol("minji", unconfirmed_until=UNTIL)
    assert not is_placeable(minji)
    assert confirming.lapses_on(minji) == UNTIL

    assert confirm(minji, confirming.code(minji)) == (minji,)

    assert is_placeable(minji)
    assert confirming.lapses_on(minji) is None


def test_giving_the_code_twice_changes_nothing(enrol: Enrol) -> None:
    minji = enrol("minji", unconfirmed_until=UNTIL)
    code = confirming.code(minji)
    confirm(minji, code)

    assert confirm(minji, code) == ()


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}-{1} ", "code: {0}{1}."])
def test_a_code_counts_however_it_is_typed(enrol: Enrol, typed: str) -> None:
    minji = enrol("minji", unconfirmed_until=UNTIL)
    code = confirming.code(minji)
    assert len(code) == confirming.CODE_DIGITS

    assert confirm(minji, typed.format(code[:4], code[4:])) == (minji,)


def test_digits_of_other_scripts_are_digits() -> None:
    assert confirming.as_typed("１２３٤५৬ 78") == "12345678"


def test_a_wrong_code_and_another_persons_code_are_refused(enrol: Enrol) -> None:
    minji, chul = enrol("minji", unconfirmed_until=UNTIL), enrol("chul", unconfirmed_until=UNTIL)

    for wrong in (
        "",
        "00000000",
        confirming.code(chul),
        confirming.code(minji)[:-1],
        "²²²²²²²²",
        "x" * 9_999,
    ):
        with pytest.raises(CodeWrong):
            confirm(minji, wrong)
    assert confirming.unconfirmed([minji, chul]) == {minji, chul}


def test_nobody_confirms_for_another(enrol: Enrol) -> None:
    minji, chul = enrol("minji", unconfirmed_until=UNTIL), enrol("chul")

    with pytest.raises(NotFound):
        confirming.confirm(
            actor=actor_of(person_id=chul), person_id=minji, code=confirming.code(minji), now=NOW
        )
    assert confirming.unconfirmed([minji]) == {minji}


def test_the_code_sent_to_the_number_says_nothing_of_the_address(enrol: Enrol) -> None:
    minji = enrol("minji", phone="010 2345 6789", unconfirmed_until=UNTIL)
    before = reads.contact_of(minji)
    assert before is not None
    assert before.kind == "email"

    confirm(minji, confirming.code(minji, kind="sms"))

    # What was shown is written to from now on; the address may be a stranger's.
    after = reads.contact_of(minji)
    assert after is not None
    assert (after.kind, after.address) == ("sms", "+821023456789")


def test_a_code_for_a_contact_that_was_not_given_is_none(enrol: Enrol) -> None:
    minji = enrol("minji", unconfirmed_until=UNTIL)

    with pytest.raises(CodeWrong):
        confirm(minji, confirming.code(minji, kind="sms"))


def test_one_code_confirms_a_household_of_one_contact(enrol: Enrol) -> None:
    home = key_of("household")
    same = {"email": "family@people.example", "group_key": home, "unconfirmed_until": UNTIL}
    minji, chul = enrol("minji", **same), enrol("chul", **same)
    friend = enrol("friend", **(same | {"email": "friend@people.example"}))
    stranger = enrol("stranger", **(same | {"group_key": None}))

    assert confirm(chul, confirming.code(chul)) == (minji, chul)

    assert confirming.unconfirmed([minji, chul, friend, stranger]) == {friend, stranger}


def test_a_letters_link_carries_the_code_and_dies_with_the_other_links(enrol: Enrol) -> None:
    minji = enrol("minji", unconfirmed_until=UNTIL)
    token, code = confirming.token(minji), confirming.code(minji)
    assert confirming.of_token(token) == (minji, code)
    assert confirming.of_token(confirming.token(minji, kind="sms"))[1] == confirming.code(minji, kind="sms")

    # The receipt's link is no letter's link, nor the other way round.
    with pytest.raises(LinkGone):
        confirming.of_token(reads.private_link_token(minji))
    with pytest.raises(LinkGone):
        reads.person_of_token(token)

    actions.revoke_links(person_id=minji)
    with pytest.raises(LinkGone):
        confirming.of_token(token)
    with pytest.raises(CodeWrong):
        confirm(minji, code)


def test_whose_contact_is_known_otherwise_is_confirmed_in_one_go(enrol: Enrol) -> None:
    ids = [enrol(name, unconfirmed_until=UNTIL) for name in ("minji", "chul")] + [enrol("dora")]

    assert confirming.confirm_many(person_ids=ids) == 2
    assert confirming.unconfirmed(ids) == frozenset()


def test_only_whose_day_is_over_lapses_and_a_code_in_time_comes_first(enrol: Enrol) -> None:
    late, prompt = enrol("late", unconfirmed_until=UNTIL), enrol("prompt", unconfirmed_until=UNTIL)
    enrol("known")
    assert confirming.lapsing(before=UNTIL) == ()
    found = confirming.lapsing(before=UNTIL + timedelta(days=1))
    assert found == (late, prompt)
    confirm(prompt, confirming.code(prompt))

    held = confirming.claim_lapsed(person_ids=found, before=UNTIL + timedelta(days=1))
    assert held == (late,)
    with pytest.raises(CodeWrong):
        confirm(late, "12345678")
    assert confirming.erase_lapsed(person_ids=held) == 1
    assert reads.names([late, prompt]) == {prompt: "Prompt"}


def test_the_day_of_lapsing_is_no_part_of_what_was_registered(new: New) -> None:
    first = actions.register_many(rows=[new("minji", unconfirmed_until=UNTIL)], now=NOW)
    again = actions.register_many(
        rows=[new("minji", unconfirmed_until=UNTIL + timedelta(days=1))], now=NOW + timedelta(days=1)
    )

    assert again.ids == first.ids
    assert again.known == 1
