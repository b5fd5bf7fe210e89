"""Drives: proposed by anyone, supported by name, answered by an organiser within a stated time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.errors import CommandReused
from dure.base.models import OutboxMessage
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.calls import actions as calls_actions
from dure.movement.calls import drive_reads, drives, reads
from dure.movement.calls.errors import DriveAnswered, DriveBad, DriveEarly, DriveOver, SupportGone
from dure.movement.calls.models import Drive, Support
from dure.movement.calls.types import DriveFacts, NewDrive
from dure.operations.drives import letter_for
from tests.movement.calls.conftest import NOW, SEED, Call

DAY = timedelta(days=1)
STRANGER = Actor(account_id=5, grants=(Grant("organiser", area_path="/KE/"),))
ORGANISER = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/"),))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "SUPPORT_WANTED", 3)


def new_drive(call: Call, **other: object) -> NewDrive:
    new = NewDrive(
        client_id=uuid5(SEED, "drive"),
        title="Clear the stream",
        text="It floods the lower fields each summer.",
        area_id=call.area_id,
        name="Minji",
        email="minji@example.org",
    )
    return replace(new, **other)  # type: ignore[arg-type]  # any field


def token(name: str) -> str:
    return drive_reads.token_of(Support.objects.get(name=name).key)


def proposed(call: Call) -> DriveFacts:
    made = drives.propose(new=new_drive(call), now=NOW)
    drives.confirm(token=token("Minji"), now=NOW)
    return drive_reads.drive(made.code)


def supported(drive: DriveFacts, *names: str, at: datetime = NOW, **other: object) -> DriveFacts:
    for name in names:
        drives.support(
            code=drive.code,
            client_id=uuid5(SEED, f"support {name}"),
            name=name,
            email=f"{name.lower()}@example.org",
            now=at,
            **other,  # type: ignore[arg-type]  # any option
        )
        drives.confirm(token=token(name), now=at)
    return drive_reads.drive(drive.code)


def test_a_proposal_is_seen_once_its_proposer_confirmed_it(call: Call) -> None:
    made = drives.propose(new=new_drive(call), now=NOW)

    assert made == drives.propose(new=new_drive(call), now=NOW)
    assert drive_reads.drives() == []
    for ask in (
        drive_reads.drive,
        lambda code: drives.support(code=code, client_id=SEED, name="B", email="b@c.de", now=NOW),
    ):
        with pytest.raises(NotFound):
            ask(made.code)
    drives.confirm(token=token("Minji"), now=NOW)
    drives.confirm(token=token("Minji"), now=NOW)

    (shown,) = drive_reads.drives()
    assert (shown.state, shown.support_count, shown.gathers_until) == ("gathering", 1, date(2026, 12, 1))
    with pytest.raises(CommandReused):
        drives.propose(new=new_drive(call, title="Something else"), now=NOW)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "See https://example.org"}, "title"),
        ({"text": "write to me@example.org"}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"title": "Clear\r\nBcc: all"}, "title"),
        ({"title": "Clear\x0b"}, "title"),
        ({"text": "It floods.\x08"}, "text"),
        ({"name": "<b>"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"area_id": 10**9}, "area_id"),
        ({"language": "?"}, "language"),
    ],
)
def test_a_proposal_that_does_not_fit_is_told_what(call: Call, other: dict[str, object], field: str) -> None:
    with pytest.raises(DriveBad) as no:
        drives.propose(new=new_drive(call, **other), now=NOW)

    assert str(no.value.facts["first"]).startswith(field)
    assert not Drive.objects.exists()


def test_enough_confirmed_names_bring_an_answer_by_a_date(call: Call) -> None:
    drive = proposed(call)
    supported(drive, "Bora")
    drives.support(code=drive.code, client_id=UUID(int=1), name="Chul", email="chul@example.org", now=NOW)
    assert drive_reads.drive(drive.code).state == "gathering"  # Chul has not confirmed

    drives.confirm(token=token("Chul"), now=NOW + DAY)

    waiting = drive_reads.drive(drive.code)
    assert (waiting.state, waiting.support_count, waiting.answer_by) == ("waiting", 3, date(2026, 10, 17))
    assert not waiting.is_late(date(2026, 10, 17))
    assert waiting.is_late(date(2026, 10, 18))


def test_one_address_is_one_name_and_nobody_is_told(call: Call) -> None:
    drive = supported(proposed(call), "Bora")
    again = {"code": drive.code, "client_id": UUID(int=2), "name": "B.", "email": " BORA@example.org "}

    drives.support(**again, now=NOW)  # type: ignore[arg-type]  # as named

    assert Support.objects.count() == 2
    assert OutboxMessage.objects.filter(kind="drive_confirm").count() == 2


def test_two_of_a_family_sign_with_one_form(call: Call) -> None:
    drive = proposed(call)
    for name in ("Bora", "Chul"):
        drives.support(
            code=drive.code, client_id=UUID(int=3), name=name, email=f"{name}@example.org", now=NOW
        )

    assert {row.name for row in Support.objects.all()} == {"Minji", "Bora", "Chul"}


def test_a_name_is_taken_back_at_once(call: Call) -> None:
    drive = supported(proposed(call), "Bora")
    held = token("Bora")

    drives.take_back(token=held)

    assert drive_reads.drive(drive.code).support_count == 1
    assert not Support.objects.filter(name="Bora").exists()
    assert not OutboxMessage.objects.filter(facts__support_id__isnull=False).exclude(
        facts__support_id__in=list(Support.objects.values_list("pk", flat=True))
    )
    for act in (drives.take_back, drive_reads.support_facts):
        with pytest.raises(SupportGone):
            act(token=held)
    with pytest.raises(SupportGone):
        drive_reads.support_facts(token="made.up")


def test_an_organiser_opens_it_as_a_call_and_its_supporters_are_told(call: Call) -> None:
    drive = supported(proposed(call), "Bora", "Chul")
    drives.support(code=drive.code, client_id=UUID(int=3), name="Dal", email="dal@example.org", now=NOW)

    answered = drives.decide(
        actor=ORGANISER, code=drive.code, opens=True, answer="Yes.", campaign_id=call.campaign.id, now=NOW
    )

    assert (answered.state, answered.appeal_code) == ("opened", drive.code)
    assert reads.taking(drive.code, NOW).title == "Clear the stream"
    told = OutboxMessage.objects.filter(kind="drive_answer")
    names = Support.objects.filter(pk__in=[row.facts["support_id"] for row in told])
    assert {row.name for row in names} == {"Minji", "Bora", "Chul"}  # Dal never confirmed
    letters = [letter_for("drive_answer", row.facts) for row in told]
    said = {letter.address: letter.subject + letter.body for letter in letters if letter}
    assert said.keys() == {f"{name}@example.org" for name in ("minji", "bora", "chul")}
    assert drive.title not in "".join(said.values())  # a stranger's words stay on the page
    with pytest.raises(DriveAnswered):
        drives.decide(actor=ORGANISER, code=drive.code, opens=False, answer="No.", now=NOW)
    with pytest.raises(DriveOver):
        supported(drive, "Eun")
    with pytest.raises(DriveOver):
        drives.confirm(token=token("Dal"), now=NOW)


def test_no_is_an_answer_with_words(call: Call) -> None:
    drive = proposed(call)

    def decide(actor: Actor = ORGANISER, **other: Any) -> DriveFacts:
        no: dict[str, Any] = {"opens": False, "answer": "The farmers do it.", "now": NOW}
        return drives.decide(actor=actor, code=drive.code, **no | other)

    for actor in (STRANGER, ANONYMOUS):
        with pytest.raises(NotFound):
            decide(actor)
    for bad in ({"answer": " "}, {"answer": "x" * 1001}, {"opens": True}):
        with pytest.raises(BadInput):
            decide(**bad)

    assert decide().state == "declined"
    assert drive_reads.drive(drive.code).answer == "The farmers do it."


def test_words_nobody_should_have_to_read_are_deleted_and_the_answer_stays(call: Call) -> None:
    drive = proposed(call)
    plain: dict[str, Any] = {"actor": ORGANISER, "code": drive.code, "answer": "It insults.", "now": NOW}
    with pytest.raises(BadInput):
        drives.decide(opens=True, takes_down=True, campaign_id=call.campaign.id, **plain)

    down = drives.decide(opens=False, takes_down=True, **plain)

    assert (down.state, down.title, down.text, down.answer) == ("declined", "", "", "It insults.")


def test_an_unconfirmed_proposal_has_no_answer_yet(call: Call) -> None:
    made = drives.propose(new=new_drive(call), now=NOW)

    with pytest.raises(DriveEarly):
        drives.decide(actor=SYSTEM, code=made.code, opens=False, answer="No.", now=NOW)


def test_drives_of_ones_own_places_with_the_owed_answer_first(call: Call) -> None:
    waiting = supported(proposed(call), "Bora", "Chul")
    other = drives.propose(
        new=new_drive(call, client_id=uuid5(SEED, "other"), name="Eun", email="eun@example.org"), now=NOW
    )
    drives.confirm(token=token("Eun"), now=NOW)

    mine = drive_reads.drives_for(ORGANISER, "/KR/")

    assert [one.code for one in mine] == [waiting.code, other.code]
    assert drive_reads.drives_for(STRANGER, "/KR/") == []
    assert drive_reads.drives_for(ORGANISER, "/KE/") == []


def test_names_are_shown_by_ten_who_agreed(call: Call) -> None:
    drive = supported(proposed(call), *(f"Name{letter}" for letter in "abcdefghi"), shows_name=True)
    assert drive_reads.names_under(drive.code) == []

    supported(drive, "Namej", shows_name=True)

    assert len(drive_reads.names_under(drive.code)) == 10
    assert "Minji" not in drive_reads.names_under(drive.code)


def test_what_has_had_its_time_goes_with_its_addresses(call: Call) -> None:
    drive = proposed(call)
    drives.support(code=drive.code, client_id=UUID(int=4), name="Chul", email="chul@example.org", now=NOW)
    drives.propose(
        new=new_drive(call, client_id=uuid5(SEED, "never"), name="Eun", email="eun@example.org"), now=NOW
    )

    drives.lapse(now=NOW + 8 * DAY)
    assert {row.name for row in Support.objects.all()} == {"Minji"}
    assert Drive.objects.count() == 1

    drives.lapse(now=NOW + 61 * DAY)
    drives.lapse(now=NOW + 61 * DAY)
    assert drive_reads.drives() == []
    (told,) = OutboxMessage.objects.filter(kind="drive_answer")
    letter = letter_for("drive_answer", told.facts)
    assert letter is not None
    assert letter.subject == "The drive you supported has ended"

    drives.lapse(now=NOW + 92 * DAY)
    assert not Support.objects.exists()


def test_addresses_under_an_answered_drive_go_after_a_month(call: Call) -> None:
    drive = proposed(call)
    drives.decide(actor=SYSTEM, code=drive.code, opens=False, answer="No.", now=NOW)

    drives.lapse(now=NOW + 29 * DAY)
    assert Support.objects.count() == 1
    drives.lapse(now=NOW + 31 * DAY)

    assert not Support.objects.exists()
    assert drive_reads.drive(drive.code).state == "declined"


def test_the_letter_that_asks_to_confirm_leads_to_the_name(call: Call) -> None:
    drives.propose(new=new_drive(call), now=NOW)
    (row,) = OutboxMessage.objects.filter(kind="drive_confirm")

    letter = letter_for("drive_confirm", row.facts)

    assert letter is not None
    assert letter.address == "minji@example.org"
    assert letter.link.endswith(f"/drives/name/{token('Minji')}/")
    Support.objects.all().delete()
    assert letter_for("drive_confirm", row.facts) is None


def test_a_stranger_who_wrote_an_address_down_takes_no_name_of_its_owner_back(call: Call) -> None:
    drive = supported(proposed(call), "Bora")
    stranger = call.sign_up(
        "stranger", given_name="Bora", email="bora@example.org", unconfirmed=True
    ).person_id

    calls_actions.forget_person(person_id=stranger)

    assert drive_reads.drive(drive.code).support_count == 2
    own = call.sign_up("own", given_name="Bora", email="bora@example.org").person_id
    calls_actions.forget_person(person_id=own)
    assert drive_reads.drive(drive.code).support_count == 1


def test_a_name_confirmed_and_taken_back_at_once_counts_for_nobody(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = proposed(call)
    drives.support(code=drive.code, client_id=SEED, name="Chul", email="chul@example.org", now=NOW)
    held, read = token("Chul"), drive_reads.support_of_token

    def read_before_it_is_confirmed(text: str) -> Support:
        row = read(text)
        monkeypatch.undo()
        drives.confirm(token=text, now=NOW)
        return row

    monkeypatch.setattr(drive_reads, "support_of_token", read_before_it_is_confirmed)
    drives.take_back(token=held)

    assert drive_reads.drive(drive.code).support_count == 1
