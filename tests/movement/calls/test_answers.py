"""Answers: one stands, each change is told once, a kept silence is found, and a no leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.models import OutboxMessage
from dure.kernel.must import Broken
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions, answering_columns, reads
from dure.movement.calls.answering_columns import answer_columns
from dure.movement.calls.errors import AnswerBad
from dure.movement.calls.models import Answer
from dure.movement.calls.types import ANSWER_KINDS, Answered, AnswerFacts, CallTally
from dure.movement.people import actions as people
from tests.movement.calls.conftest import INCOMPLETE, NOW, RESERVE, Call, told

LATER = NOW + timedelta(days=1)
OFFERED = AnswerFacts("offered", "A post near you.", date(2026, 10, 4))


def give(call: Call, answer: AnswerFacts, *person_ids: int) -> Answered:
    answers = told(*((person_id, answer) for person_id in person_ids))
    return answer_columns(campaign_id=call.campaign.id, answers=answers, now=LATER)


def stands(call: Call, person_id: int) -> AnswerFacts | None:
    found = reads.answer_for(SYSTEM, person_id, call.campaign.id)
    return found.answer if found else None


def test_a_new_answer_supersedes_the_standing_one(call: Call) -> None:
    minji, bora = call.person("minji"), call.person("bora")

    assert give(call, RESERVE, minji) == Answered(given_count=1, unchanged_count=0)

    assert stands(call, minji) == RESERVE
    assert stands(call, bora) == INCOMPLETE
    history = Answer.objects.filter(person_id=minji).order_by("pk").values_list("kind", "stands")
    assert list(history) == [("incomplete", False), ("reserve", True)]


def test_an_unchanged_answer_is_not_written_again(call: Call) -> None:
    minji, bora = call.person("minji"), call.person("bora")
    give(call, RESERVE, minji)
    before = Answer.objects.count(), OutboxMessage.objects.count()

    assert give(call, RESERVE, minji, bora) == Answered(given_count=1, unchanged_count=1)
    assert give(call, RESERVE, minji, bora) == Answered(given_count=0, unchanged_count=2)

    assert (Answer.objects.count(), OutboxMessage.objects.count()) == (before[0] + 1, before[1] + 1)


def test_each_changed_answer_is_told_once(call: Call) -> None:
    minji = call.person("minji")
    placed = AnswerFacts("placed", "You have a post.", date(2026, 10, 6))
    for answer in (RESERVE, RESERVE, placed, RESERVE):
        give(call, answer, minji)

    kinds = OutboxMessage.objects.filter(kind__startswith="answer").order_by("pk")
    assert [notice.kind for notice in kinds] == ["answer_reserve", "answer_placed", "answer_reserve"]
    assert [notice.facts["by_date"] for notice in kinds] == ["2026-10-09", "2026-10-06", "2026-10-09"]


def test_an_offer_is_told_by_its_own_notice(call: Call) -> None:
    give(call, OFFERED, call.person("minji"))

    assert not OutboxMessage.objects.filter(kind__startswith="answer").exists()


def test_a_moved_date_is_a_changed_answer(call: Call) -> None:
    minji = call.person("minji")
    give(call, RESERVE, minji)

    assert give(call, replace(RESERVE, by_date=date(2026, 10, 12)), minji).given_count == 1


def test_who_declined_and_who_was_never_asked_leave_the_same_rows(call: Call) -> None:
    asked, spared = call.person("asked"), call.person("spared")
    give(call, OFFERED, asked)
    give(call, RESERVE, asked, spared)  # the day is settled, without a word on who said no

    def rows(person_id: int) -> list[tuple[object, ...]]:
        answers = Answer.objects.filter(person_id=person_id).order_by("pk")
        notices = OutboxMessage.objects.filter(person_id=person_id).order_by("pk")
        return [
            *answers.values_list("kind", "reason", "by_date", "given_at", "stands"),
            *notices.values_list("kind", "facts", "state", "send_after"),
        ]

    assert rows(asked) == rows(spared)


def test_an_answer_is_for_its_person_and_their_guardian_only(call: Call) -> None:
    minji, bora = call.person("minji"), call.person("bora")

    for actor in (Actor(person_id=minji), Actor(guardian_of=minji), SYSTEM):
        assert reads.answer_for(actor, minji, call.campaign.id) is not None
    organiser = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/"),))
    for actor in (Actor(person_id=bora), Actor(guardian_of=bora), organiser, ANONYMOUS):
        with pytest.raises(NotFound):
            reads.answer_for(actor, minji, call.campaign.id)


def test_one_dishonest_answer_stops_all(call: Call) -> None:
    minji, bora = call.person("minji"), call.person("bora")
    rows = told((minji, RESERVE), (bora, replace(RESERVE, by_date=date(2026, 10, 2))))

    with pytest.raises(AnswerBad) as no:
        answer_columns(campaign_id=call.campaign.id, answers=rows, now=LATER)

    assert "2026-10-02 has passed" in str(no.value)
    assert stands(call, minji) == INCOMPLETE


def test_two_answers_to_one_person_at_once_are_a_fault_of_the_caller(call: Call) -> None:
    minji = call.person("minji")

    with pytest.raises(Broken):
        give(call, RESERVE, minji, minji)


def test_whoever_left_is_passed_over(call: Call) -> None:
    minji, gone = call.person("minji"), call.person("gone")
    actions.forget_person(person_id=gone)
    people.erase(person_id=gone)

    assert give(call, RESERVE, minji, gone) == Answered(given_count=1, unchanged_count=0)

    assert stands(call, minji) == RESERVE
    assert not Answer.objects.filter(person_id=gone).exists()


def test_a_write_that_somebody_crossed_is_tried_again(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    minji = call.person("minji")
    write = answering_columns._write
    tries: list[int] = []

    def write_late(*given: object) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("somebody left")
        return write(*given)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(answering_columns, "_write", write_late)

    assert give(call, RESERVE, minji).given_count == 1
    assert (len(tries), stands(call, minji)) == (2, RESERVE)


def test_the_database_lets_one_answer_stand(call: Call) -> None:
    minji = call.person("minji")
    give(call, RESERVE, minji)

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(person_id=minji).update(stands=True)


def test_silence_is_found_before_and_after_a_date_passes(call: Call) -> None:
    minji, bora, chul = call.person("minji"), call.person("bora"), call.person("chul")
    give(call, RESERVE, bora)
    Answer.objects.filter(person_id=chul).delete()

    assert reads.silent_since(call.campaign.id, NOW) == (chul,)
    # The 5th is still running in Seoul until 15:00 UTC.
    assert reads.silent_since(call.campaign.id, datetime(2026, 10, 5, 14, 59, tzinfo=UTC)) == (chul,)
    assert reads.silent_since(call.campaign.id, datetime(2026, 10, 5, 15, tzinfo=UTC)) == (minji, chul)
    assert reads.silent_since(call.campaign.id, datetime(2026, 10, 20, tzinfo=UTC)) == (minji, bora, chul)


def test_whoever_left_is_not_silent(call: Call) -> None:
    minji = call.person("minji")
    actions.forget_person(person_id=minji)
    people.erase(person_id=minji)

    assert reads.silent_since(call.campaign.id, datetime(2026, 10, 20, tzinfo=UTC)) == ()


def test_the_tally_counts_standing_answers_by_kind(call: Call) -> None:
    minji, bora, chul = call.person("minji"), call.person("bora"), call.person("chul")
    give(call, RESERVE, minji, bora)
    Answer.objects.filter(person_id=chul).delete()

    assert reads.tally(call.campaign.id) == CallTally(
        signed_up_count=3,
        unanswered_count=1,
        by_kind=dict.fromkeys(ANSWER_KINDS, 0) | {"reserve": 2},
    )


def test_answering_many_takes_few_queries(
    call: Call, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [call.person(f"p{number}") for number in range(60)]

    with django_assert_max_num_queries(12):
        assert give(call, RESERVE, *ids).given_count == 60
    with django_assert_max_num_queries(4):
        assert give(call, RESERVE, *ids).unchanged_count == 60
    with django_assert_max_num_queries(3):
        assert reads.silent_since(call.campaign.id, LATER) == ()
