"""What may be taken back, and what waits for a second person: once, by whom it is for, in time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from dure.base import approving, outbox, undoing
from dure.base.access import ANONYMOUS, Actor, Grant
from dure.base.approving import LAPSES_AFTER
from dure.base.errors import ApprovalOver, ApprovalOwn, UndoneAlready, UndoOver
from dure.base.models import WaitingAct
from dure.base.outbox import NewNotice
from dure.kernel.refusals import NotAllowed, NotFound

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
SORA, DAL, NARI = (Actor(account_id=n, grants=(Grant("organiser", "/KR/"),)) for n in (1, 2, 3))
ELSEWHERE = Actor(account_id=4, grants=(Grant("organiser", "/KE/"),))
pytestmark = pytest.mark.django_db


def noted(*, until: datetime | None = UNTIL, kind: str = "call_off") -> UUID:
    return undoing.note(
        kind=kind,
        account_id=1,
        campaign_id=5,
        facts={"post_ids": [8]},
        about="8 posts",
        now=NOW,
        until=until,
    )


def test_an_act_is_undone_once_in_time_and_by_who_did_it() -> None:
    first, second, third = noted(), noted(), noted(until=None, kind="import")
    listed = undoing.last(actor=SORA, campaign_id=5, now=NOW)
    assert {one.id for one in listed} == {first, second, third}
    assert [one.id for one in undoing.last(actor=SORA, campaign_id=5, now=UNTIL)] == [third]
    assert [one.id for one in undoing.last(actor=SORA, campaign_id=5, now=NOW, kinds=["import"])] == [third]
    assert undoing.last(actor=DAL, campaign_id=5, now=NOW) == []
    assert undoing.last(actor=ANONYMOUS, campaign_id=5, now=NOW) == []

    assert undoing.take(first, actor=SORA, now=NOW).facts == {"post_ids": [8]}
    with pytest.raises(UndoneAlready):
        undoing.take(first, actor=SORA, now=NOW)
    with pytest.raises(UndoOver):
        undoing.take(second, actor=SORA, now=UNTIL)
    for stranger in (DAL, ANONYMOUS):
        with pytest.raises(NotFound):
            undoing.take(third, actor=stranger, now=NOW)
    assert undoing.take(third, actor=SORA, now=NOW + timedelta(days=9)).undone_at == NOW + timedelta(days=9)


def test_what_waits_for_the_end_of_that_time_is_finished_once() -> None:
    first, second, _ = noted(), noted(), noted(until=None)
    undoing.take(second, actor=SORA, now=NOW)
    assert undoing.due(now=NOW, kinds=["call_off"]) == []
    assert not undoing.finish(first, now=NOW)
    assert [(one.id, by) for one, by in undoing.due(now=UNTIL, kinds=["call_off"])] == [(first, 1)]
    assert undoing.finish(first, now=UNTIL)
    assert not undoing.finish(first, now=UNTIL)
    assert undoing.due(now=UNTIL, kinds=["call_off", "import"]) == []


def test_a_notice_that_may_be_undone_is_held_until_then() -> None:
    outbox.queue(notice=NewNotice(7, "called_off", "off:7"), now=NOW, not_before=UNTIL)
    assert outbox.claim(now=UNTIL - timedelta(seconds=1), count_max=9) == []
    assert [one.kind for one in outbox.claim(now=UNTIL, count_max=9)] == ["called_off"]


def asked(actor: Actor = SORA, subject: str = "2026-11-23", now: datetime = NOW) -> UUID:
    return approving.ask(
        actor=actor,
        kind="publish",
        subject=subject,
        campaign_id=5,
        area_path="/KR/",
        facts={"day": subject},
        about="the match of Monday",
        now=now,
    ).id


def test_a_second_person_approves_once_and_never_their_own() -> None:
    act_id = asked()
    assert asked(DAL) == act_id, "asked for by another while it waits: one act"
    with pytest.raises(ApprovalOwn):
        approving.approve(actor=SORA, act_id=act_id, now=NOW)
    for stranger in (ELSEWHERE, ANONYMOUS):
        with pytest.raises(NotFound):
            approving.approve(actor=stranger, act_id=act_id, now=NOW)
    assert [one.id for one in approving.waiting(actor=DAL, campaign_id=5, now=NOW)] == [act_id]
    assert approving.waiting(actor=ELSEWHERE, campaign_id=5, now=NOW) == []

    done = approving.approve(actor=DAL, act_id=act_id, now=NOW)
    assert (done.state, done.decided_by, done.asked_by) == ("approved", 2, 1)
    with pytest.raises(ApprovalOver, match="approved"):
        approving.approve(actor=NARI, act_id=act_id, now=NOW)
    assert approving.waiting(actor=DAL, campaign_id=5, now=NOW) == []
    assert [one.id for one in approving.decided(actor=NARI, campaign_id=5)] == [act_id]
    with pytest.raises(NotAllowed):
        asked(ANONYMOUS)


def test_what_waits_ends_with_a_no_by_who_asked_or_by_itself() -> None:
    first, second, third = (asked(subject=f"2026-11-2{n}") for n in range(3))
    assert approving.decline(actor=DAL, act_id=first, words=" Rain. ", now=NOW).said == "Rain."
    with pytest.raises(NotAllowed):
        approving.take_back(actor=DAL, act_id=second, now=NOW)
    assert approving.take_back(actor=SORA, act_id=second, now=NOW).state == "taken_back"
    late = NOW + LAPSES_AFTER
    with pytest.raises(ApprovalOver, match="lapsed"):
        approving.approve(actor=DAL, act_id=third, now=late)
    assert asked(subject="2026-11-22", now=late) != third, "what lapsed may be asked for anew"


def test_the_database_lets_nobody_approve_their_own() -> None:
    row = {"kind": "close", "campaign_id": 5, "area_path": "/KR/", "facts": {}, "about": "", "asked_by": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingAct.objects.create(
            pk=uuid4(), **row, asked_at=NOW, lapses_at=UNTIL, state="approved", decided_by=1
        )
