"""Who owes an answer is told in time, and nobody is asked again who has given one (P10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import Actor
from dure.base.accounts import grant, open_account
from dure.base.models import OutboxMessage
from dure.movement.calls import drive_reads, drives
from dure.movement.calls.models import Support
from dure.movement.calls.types import NewDrive
from dure.movement.people import actions as people
from dure.operations import drives as operation
from dure.operations import guardians, messages
from tests.movement.matching.farm import ORGANISER, Farm, made
from tests.operations.sending import NOW, House, queue, states

DAY = timedelta(days=1)


def organiser(name: str, area_path: str) -> None:
    account_id = open_account(email=f"{name}@example.org", name=name)
    grant(account_id=account_id, role="organiser", area_path=area_path)


@pytest.fixture
def code(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> str:
    """A drive in Naju that has its names today; Yuna organises the province, Taeho the country, Sora elsewhere."""
    monkeypatch.setattr(drives, "SUPPORT_WANTED", 1)
    organiser("yuna", "/KR/16/")
    organiser("taeho", "/KR/")
    organiser("sora", "/KE/")
    new = NewDrive(made("drive"), "Clear it", "Now.", farm.areas["Naju"], "Minji", "minji@example.org")
    proposed = drives.propose(new=new, now=NOW)
    drives.confirm(token=drive_reads.token_of(Support.objects.get().key), now=NOW)
    return proposed.code


def told(days: int) -> list[tuple[str, str]]:
    """Who is written to by the chores of a day from now, twice over, and under which heading."""
    house, at = House(), NOW + days * DAY
    for _ in range(2):
        operation.remind(at)
        house.send(now=at)
    letters = [one for one in house.email.sent if "/drives/name/" not in one.link]
    return [(one.address.partition("@")[0], one.subject) for one in letters]


def test_the_nearest_organiser_hears_of_an_answer_they_owe_and_all_hear_once_it_is_late(code: str) -> None:
    assert told(0) == [("yuna", "Your answer is awaited")]
    assert told(5) == []
    assert told(drives.ANSWER_DAYS - 2) == [("yuna", "Your answer is awaited")]
    assert sorted(told(drives.ANSWER_DAYS + 1)) == [
        ("taeho", "An answer is overdue"),
        ("yuna", "An answer is overdue"),
    ]
    assert told(drives.ANSWER_DAYS + 3) == []
    assert len(told(drives.ANSWER_DAYS + 8)) == 2


def test_the_letter_leads_to_where_it_is_answered(code: str) -> None:
    house = House()
    operation.remind(NOW)
    house.send()

    (letter,) = [one for one in house.email.sent if one.address == "yuna@example.org"]
    assert letter.link.endswith(f"/desk/harvest/drives/{code}/")
    assert "Clear it" not in letter.body  # a stranger's words stay on the page


def test_who_has_answered_is_asked_no_more(code: str) -> None:
    drives.decide(actor=ORGANISER, code=code, opens=False, answer="Not this year.", now=NOW)

    assert told(drives.ANSWER_DAYS + 1) == []


def asked_of_guardian() -> list[str]:
    rows = OutboxMessage.objects.filter(kind="guardian_request").order_by("pk")
    return list(rows.values_list("state", flat=True))


@pytest.fixture
def eunho(farm: Farm) -> int:
    """Eunho is 15; the letter to the guardian went today."""
    person_id = farm.person("Eunho", birth_year=2010, guardian_email="parent@people.example")
    queue(person_id, "guardian_request", "guardian-request:eunho")
    House().send()
    assert asked_of_guardian() == ["sent"]
    return person_id


def test_a_guardian_who_does_not_answer_is_asked_once_more(eunho: int) -> None:
    house = House()
    for days in (1, 3, 4, 5, 20, 60):
        guardians.ask_again(NOW + days * DAY)
        house.send(now=NOW + days * DAY)

    assert [one.address for one in house.email.sent] == ["parent@people.example"]


@pytest.mark.parametrize("agrees", [True, False])
def test_a_guardian_who_has_answered_is_left_in_peace(eunho: int, agrees: bool) -> None:
    guardian = Actor(guardian_of=eunho)
    if agrees:
        people.guardian_agrees(actor=guardian, person_id=eunho, now=NOW + DAY)
    else:
        guardians.withdraw_consent(actor=guardian, person_id=eunho, now=NOW + DAY)

    assert guardians.ask_again(NOW + 5 * DAY) == 0
    assert asked_of_guardian() == (["sent"] if agrees else [])


def test_notices_go_when_they_have_had_their_time_and_those_of_calls_with_their_call(farm: Farm) -> None:
    minji = farm.person("Minji")
    queue(minji, "thanks", "old")
    queue(minji, "call", "call:1:1", call="hands")
    House().send()
    later = NOW + timedelta(days=messages.NOTICES_KEPT_DAYS, hours=1)
    queue(minji, "thanks", "waits", now=later)

    assert messages.forget(NOW + timedelta(days=messages.NOTICES_KEPT_DAYS - 1)) == 0
    assert messages.forget(later) == 1

    assert states() == [("call", "sent"), ("thanks", "queued")]
