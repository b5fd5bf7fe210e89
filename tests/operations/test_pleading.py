"""Who owes an answer about a target hears of it in time, and who asked hears the answer (P10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base import accounts
from dure.base.access import actor_of
from dure.base.models import OutboxMessage
from dure.movement.campaigns import pleas
from dure.movement.campaigns.types import PleaFacts
from dure.operations import owed, pleading
from tests.movement.standings.valley import NOW, Valley, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley(db: None) -> Valley:
    return build()


def _asked(valley: Valley) -> PleaFacts:
    sora = valley.organiser("Sora", "Jeonnam")
    return pleas.plead(
        actor=sora, target_id=valley.targets["Naju"], wanted_milli=1_500_000, why="Hail.", now=NOW
    )


def _told() -> list[tuple[object, object]]:
    rows = OutboxMessage.objects.filter(kind=owed.OWED).order_by("pk")
    return [(row.facts["account_id"], row.facts["is_late"]) for row in rows]


def test_the_answer_is_asked_for_at_once_before_its_day_and_weekly_after_it(valley: Valley) -> None:
    asked = _asked(valley)
    assert asked.answer_by == date(2026, 10, 20)
    sora = accounts.account_id_of(email="sora@example.org")
    for _ in range(3):
        pleading.remind(NOW)
    assert _told() == [(sora, False)], "once, however often the chore runs"
    pleading.remind(NOW + timedelta(days=8))
    assert len(_told()) == 2
    bora = valley.organiser("Bora", "Korea")
    pleading.remind(NOW + timedelta(days=11))
    assert (bora.account_id, True) in _told(), "late: all above hear of it"
    late = len(_told())
    pleading.remind(NOW + timedelta(days=12))
    assert len(_told()) == late
    pleading.remind(NOW + timedelta(days=18))
    assert len(_told()) > late


def test_what_was_answered_is_asked_for_no_more_and_who_asked_is_written_to(valley: Valley) -> None:
    asked = _asked(valley)
    bora = valley.organiser("Bora", "Korea")
    pleas.answer(actor=bora, plea_id=asked.id, agrees=False, words="We need it.", now=NOW)
    assert pleading.remind(NOW) == 0
    notice = OutboxMessage.objects.get(kind=pleas.ANSWERED)
    letter = pleading.letter_for(notice.facts)
    assert letter is not None
    assert (letter.address, letter.subject) == ("sora@example.org", "Your target stands")
    assert letter.link.endswith("/c/harvest/plan/")
    accounts.close_account(account_id=actor_of(account_id=asked.asked_by_id).account_id or 0)
    assert pleading.letter_for(notice.facts) is None
