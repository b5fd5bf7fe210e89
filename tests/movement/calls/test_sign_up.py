"""Signing up: once, with every fault named, with an honest answer, and without telling who is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid5

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.models import OutboxMessage
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.calls import actions, intake, reads
from dure.movement.calls.errors import (
    AnswerBad,
    AppealBad,
    AppealOver,
    AppealReused,
    SignUpBad,
    SignUpEnded,
    SignUpReused,
)
from dure.movement.calls.models import Answer, SignUp
from dure.movement.calls.types import AnswerFacts, NewSignUp, SignedUp
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.errors import CampaignClosed, CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from tests.movement.calls.conftest import INCOMPLETE, NOW, RESERVE, SEED, Call


def fields(no: pytest.ExceptionInfo[SignUpBad]) -> list[str]:
    found = no.value.facts["problems"]
    if not isinstance(found, tuple):
        raise TypeError(found)
    return [problem.field for problem in found]


def test_a_sign_up_gives_a_private_page_and_a_dated_answer(call: Call) -> None:
    receipt = call.sign_up()

    assert people_reads.person_of_token(receipt.link_token) == receipt.person_id
    assert receipt.answer == INCOMPLETE
    minji = Actor(person_id=receipt.person_id)
    standing = reads.answer_for(minji, receipt.person_id, call.campaign.id)
    assert standing is not None
    assert (standing.answer, standing.given_at) == (INCOMPLETE, NOW)
    facts = people_reads.person(actor=minji, person_id=receipt.person_id)
    assert (facts.given_name, facts.area_id, facts.home_lat) == ("Minji", call.area_id, 35.03)  # rounded


def test_a_reserve_answer_carries_its_date(call: Call) -> None:
    assert call.sign_up(first_answer=RESERVE).answer.by_date == date(2026, 10, 9)


def test_one_notice_confirms_and_holds_no_address(call: Call) -> None:
    receipt = call.sign_up()

    (notice,) = OutboxMessage.objects.all()
    assert (notice.kind, notice.person_id) == ("sign_up", receipt.person_id)
    assert notice.facts["by_date"] == "2026-10-05"
    assert "minji" not in str(notice.facts).lower()


def test_sending_twice_signs_up_once(call: Call) -> None:
    assert call.sign_up() == call.sign_up()

    assert SignUp.objects.count() == 1
    assert Answer.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_sending_again_later_tells_the_answer_as_it_stands(call: Call) -> None:
    first = call.sign_up()
    actions.answer(
        person_id=first.person_id, campaign_id=call.campaign.id, kind="placed",
        reason="You have a post.", by_date=date(2026, 10, 6), now=NOW,
    )  # fmt: skip

    assert call.sign_up().answer.kind == "placed"


def test_an_id_with_other_details_is_refused(call: Call) -> None:
    call.sign_up()

    with pytest.raises(SignUpReused) as no:
        call.sign_up(given_name="Bora")

    assert "Minji" not in str(no.value)
    assert SignUp.objects.count() == 1


def test_a_known_address_gets_the_same_answer_as_a_new_one(call: Call) -> None:
    first, second = call.sign_up("one"), call.sign_up("two")

    assert first.person_id != second.person_id
    assert first.answer == second.answer
    kinds = OutboxMessage.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["sign_up", "sign_up"]


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("given_name", {"given_name": " "}),
        ("given_name", {"given_name": "x" * 81}),
        ("given_name", {"given_name": "Win! https://example.org"}),
        ("given_name", {"given_name": "Min\nji"}),
        ("email", {"email": "minji"}),
        ("email", {"email": "minji@" + "x" * 250 + ".org"}),
        ("birth_year", {"birth_year": 2027}),
        ("birth_year", {"birth_year": 1800}),
        ("birth_year", {"birth_year": 2012}),
        ("guardian_email", {"birth_year": 2010}),
        ("guardian_email", {"birth_year": 2008}),  # may turn 18 later this year
        ("guardian_email", {"birth_year": 2010, "guardian_email": "mother"}),
        ("guardian_email", {"birth_year": 2010, "guardian_email": "MINJI@example.org"}),
        ("area_id", {"area_id": 0}),
        ("travel_limit_m", {"travel_limit_m": -1}),
        ("travel_limit_m", {"travel_limit_m": 300_001}),
        ("physical_max", {"physical_max": 4}),
        ("languages", {"languages": ("x" * 41,)}),
        ("skills", {"skills": ("",)}),
        ("refuses", {"refuses": tuple(str(n) for n in range(51))}),
        ("prefers", {"prefers": ("kitchen",), "refuses": ("Kitchen",)}),
        ("free_spans[0]", {"free_spans": ((NOW, NOW),)}),
        ("free_spans[0]", {"free_spans": ((datetime(2026, 10, 5), NOW),)}),  # noqa: DTZ001 - what is refused
        ("free_spans", {"free_spans": ((NOW, NOW.replace(hour=9)),) * 401}),
        ("consent", {"consent": False}),
    ],
)
def test_a_form_that_does_not_fit_is_refused(call: Call, field: str, other: dict[str, Any]) -> None:
    with pytest.raises(SignUpBad) as no:
        call.sign_up("minji", INCOMPLETE, **other)

    assert fields(no) == [field]
    assert "minji@" not in str(no.value).lower()
    assert not SignUp.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_all_problems_of_a_form_are_told_at_once(call: Call) -> None:
    with pytest.raises(SignUpBad) as no:
        call.sign_up(given_name="", email="x", consent=False, area_id=0)

    assert fields(no) == ["given_name", "email", "consent", "area_id"]
    assert no.value.facts["count"] == 4


def test_codes_are_kept_as_an_import_keeps_them(call: Call) -> None:
    """A post that asks for first-aid is not missed by whoever wrote "First Aid"."""
    minji = call.sign_up("minji", skills=("First Aid", "first_aid"), languages=("KO",)).person_id

    kept = people_reads.person(actor=SYSTEM, person_id=minji)
    assert [one.code for one in kept.credentials] == ["first-aid"]
    assert kept.languages == ("ko",)


def test_a_guardian_is_asked_for_a_minor_only(call: Call) -> None:
    minor = call.sign_up("haneul", birth_year=2010, guardian_email="parent@example.org")
    call.sign_up("minji", guardian_email="somebody@example.org")

    asked = OutboxMessage.objects.filter(kind="guardian_request")
    assert [notice.person_id for notice in asked] == [minor.person_id]


def test_a_first_answer_must_be_honest(call: Call) -> None:
    for bad in (
        AnswerFacts("reserve", "Later.", date(2026, 10, 1)),
        AnswerFacts("reserve", " ", date(2026, 10, 9)),
        AnswerFacts("maybe", "Later.", date(2026, 10, 9)),  # type: ignore[arg-type]  # what is refused
    ):
        with pytest.raises(AnswerBad):
            call.sign_up(first_answer=bad)
    assert not SignUp.objects.exists()


def test_nobody_signs_up_for_a_closed_or_ended_campaign(call: Call) -> None:
    ended = datetime(2026, 11, 9, 15, tzinfo=UTC)  # the 10th in Seoul
    with pytest.raises(AppealOver):
        actions.sign_up(
            client_id=SEED, appeal_code="hands", form=call.form(), first_answer=RESERVE, now=ended
        )
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")
    with pytest.raises(AppealOver):
        call.sign_up()
    with pytest.raises(AppealOver):
        actions.sign_up_many(appeal_code="hands", rows=[], now=NOW)

    assert not SignUp.objects.exists()


def test_a_receipt_outlives_the_campaign(call: Call) -> None:
    receipt = call.sign_up()
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    assert call.sign_up() == receipt


def test_an_unknown_call_is_not_found(call: Call) -> None:
    with pytest.raises(NotFound):
        actions.sign_up(client_id=SEED, appeal_code="other", form=call.form(), first_answer=RESERVE, now=NOW)
    assert reads.appeal_of(10**9) is None


def test_leaving_keeps_the_count_and_a_late_repeat_brings_nobody_back(call: Call) -> None:
    receipt = call.sign_up()
    actions.forget_person(person_id=receipt.person_id)
    people.erase(person_id=receipt.person_id)

    with pytest.raises(SignUpEnded):
        call.sign_up()

    assert reads.tally(call.campaign.id).signed_up_count == 1
    assert not Answer.objects.exists()
    assert SignUp.objects.get().fingerprint == ""


def test_erasing_alone_ends_a_sign_up_too(call: Call) -> None:
    people.erase(person_id=call.sign_up().person_id)

    with pytest.raises(SignUpEnded):
        call.sign_up()
    assert not Answer.objects.exists()


def test_the_mark_of_a_sign_up_is_keyed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    call.sign_up()
    monkeypatch.setattr(intake, "_pepper", lambda: b"another data folder")

    with pytest.raises(SignUpReused):
        call.sign_up()


def test_registered_people_are_signed_up_in_bulk_once(call: Call) -> None:
    ids = [call.person(name) for name in ("bora", "chul")]
    rows = [NewSignUp(uuid5(SEED, f"row {person_id}"), person_id) for person_id in ids]

    assert actions.sign_up_many(appeal_code="hands", rows=rows, now=NOW) == SignedUp(2, 0)
    assert actions.sign_up_many(appeal_code="hands", rows=rows, now=NOW) == SignedUp(0, 2)
    with pytest.raises(SignUpReused):
        swapped = NewSignUp(rows[0].client_id, ids[1])
        actions.sign_up_many(appeal_code="hands", rows=[swapped], now=NOW)

    assert reads.people_of(call.campaign.id) == tuple(sorted(ids))
    assert reads.tally(call.campaign.id).signed_up_count == 4


def test_a_call_is_opened_once_by_who_organises(call: Call) -> None:
    bora = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/"),))
    chul = Actor(account_id=2, grants=(Grant("organiser", area_path="/KR/16/"),))

    def ask(actor: Actor, code: str = "hands", title: str = "Lend a hand") -> int:
        return actions.open_appeal(
            actor=actor, campaign_id=call.campaign.id, code=code, title=title, text="Come.", now=NOW
        ).id

    assert ask(bora) == call.appeal.id
    with pytest.raises(AppealReused):
        ask(bora, title="Other words")
    for actor in (chul, ANONYMOUS):
        with pytest.raises(NotAllowed):
            ask(actor, code="more")
    with pytest.raises(AppealBad) as no:
        ask(bora, code="no spaces", title="")
    assert no.value.facts["count"] == 2
    newest = ask(bora, code="more")
    found = reads.appeal_of(call.campaign.id)
    assert found is not None
    assert found.id == newest
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")
    with pytest.raises(CampaignClosed):
        ask(bora, code="late")


def test_a_draft_calls_nobody(draft: CampaignFacts) -> None:
    with pytest.raises(CampaignNotOpen):
        actions.open_appeal(
            actor=SYSTEM, campaign_id=draft.id, code="hands", title="Lend a hand", text="Come.", now=NOW
        )
