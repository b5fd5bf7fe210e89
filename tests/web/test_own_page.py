"""What volunteers say of themselves, who reads their name, where their link was opened, and their calendar."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage, RoleGrant
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as placements
from dure.movement.people import actions as people
from dure.movement.people import confirming, openings, reaching, reads
from dure.movement.people.models import Contact, LinkOpening, Person, TeamNumber
from dure.movement.people.types import SKILL, NewCredential
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def accept(cast: Cast) -> None:
    """Bora takes the seat beside Minji."""
    matching.accept(actor=SYSTEM, offer_id=cast.offers["Bora"], request_id=made("bora"), now=NOW)


def with_whom(cast: Cast) -> list[str]:
    return placements.crew_names(SYSTEM, cast.placements["Minji"])


def test_the_crew_reads_first_names_of_adults_who_do_not_mind(bora: Client, cast: Cast) -> None:
    accept(cast)
    assert with_whom(cast) == ["Bora"]
    assert "I am here" in bora.get("/my/").text  # the shift begins in two hours
    # Who would rather not be named is there all the same.
    Person.objects.filter(pk=cast.people["Minji"]).update(hides_name=True)
    assert "nobody who is named here so far" in bora.get("/my/").text

    bora.post("/my/data/name/", {"hides": "yes"})
    assert with_whom(cast) == []
    assert "Your captain, and nobody else." in bora.get("/my/data/").text

    bora.post("/my/data/name/", {"hides": "no"})
    Person.objects.filter(pk=cast.people["Bora"]).update(birth_year=2009)
    assert with_whom(cast) == []
    assert "Names of those under 18 are shown to nobody else" in bora.get("/my/data/").text


def test_one_press_closes_every_other_browser_and_makes_old_links_worthless(cast: Cast) -> None:
    mine, strangers = Client(), Client(headers={"User-Agent": FIREFOX})
    old = cast.link("Minji")
    feed = re.search(r"/calendar/[^<]+", _opened(mine, old).get("/my/data/").text)
    assert feed is not None
    _opened(strangers, old)
    assert "Firefox, Android" in mine.get("/my/data/").text

    answer = mine.post("/my/data/link/", follow=True)

    assert "every other browser is closed" in answer.text
    assert strangers.get("/my/").status_code == 404
    assert Client().get(old).status_code == 404
    assert Client().get(feed[0]).status_code == 404
    assert Client().get(cast.link("Minji"), follow=True).status_code == 200
    assert OutboxMessage.objects.filter(person_id=cast.people["Minji"], kind="link").count() == 1


def _opened(client: Client, link: str) -> Client:
    client.get(link)
    return client


def test_opening_the_link_again_in_one_browser_is_noted_once_and_forgotten_in_time(cast: Cast) -> None:
    client = _opened(_opened(Client(), cast.link("Minji")), cast.link("Minji"))
    assert LinkOpening.objects.count() == 1

    with time_machine.travel(NOW + openings.KEPT + timedelta(days=1), tick=False):
        assert openings.forget(NOW + openings.KEPT + timedelta(days=1)) == 1
    assert client.get("/my/").status_code == 200


def test_a_calendar_program_reads_the_shifts_and_nothing_else(minji: Client, cast: Cast) -> None:
    address = re.search(r"/calendar/[^<]+", minji.get("/my/data/").text)
    assert address is not None
    program = Client()
    answer = program.get(address[0])

    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Cut rice"
    assert program.get("/my/").status_code == 404
    assert "Bring:" in str(event["description"])
    Person.objects.filter(pk=cast.people["Minji"]).update(language="ko")
    assert "가져올 것" in program.get(address[0]).text

    minji.post(f"/my/placements/{cast.placements['Minji']}/withdraw/")
    assert Calendar.from_ical(program.get(address[0]).content).walk("VEVENT") == []


def test_what_somebody_can_do_is_said_anew_and_what_was_shown_stays(minji: Client, cast: Cast) -> None:
    person_id = cast.people["Minji"]
    shown = NewCredential(kind=SKILL, code="first-aid", evidence="card seen by Chul")
    people.add_credentials(rows=[(person_id, shown)])
    for skills in (["cooking", "plumbing"], ["plumbing"]):
        sent = {"skills": skills, "languages": ["ko", "en"], "physical": "1", "refuses": ["care"]}
        assert minji.post("/my/about/", sent).status_code == 302

    person = reads.person(actor=SYSTEM, person_id=person_id)
    held = {one.code: one.evidence for one in person.credentials if one.kind == SKILL}
    assert held == {"first-aid": "card seen by Chul", "plumbing": "own word"}
    assert (person.languages, person.physical_max, person.refuses) == (("en", "ko"), 1, ("care",))
    assert "card seen by Chul" in minji.get("/my/about/").text


def test_hours_are_said_day_by_day_and_other_days_stay(minji: Client, cast: Cast) -> None:
    page = minji.get("/my/hours/").text
    days = re.findall(r'name="(2026-10-\d\d)"', page)
    assert len(days) == 14
    sent = dict.fromkeys(days, "") | {"2026-10-09": "morning", "2026-10-10": "evening"}
    assert minji.post("/my/hours/", sent).status_code == 302
    assert minji.post("/my/hours/", sent | {"2026-10-09": "own"}).status_code == 422

    # A page that was opened before midnight asks about a day that is over, and not about the last one.
    assert minji.post("/my/hours/", {"2026-10-04": "", "2026-10-07": ""}).status_code == 302

    free = minji.get("/my/data/export.json").json()["person"]["free"]
    assert {"from": "2026-10-08T21:00:00+00:00", "to": "2026-10-09T04:00:00+00:00"} in free
    assert {"from": "2026-10-10T08:00:00+00:00", "to": "2026-10-10T15:00:00+00:00"} in free
    assert len(free) == 2
    assert 'value="morning" selected' in minji.get("/my/hours/").text


def test_a_town_of_the_campaign_is_taken_as_the_new_start(minji: Client, cast: Cast) -> None:
    icheon = cast.areas["Icheon"]
    assert minji.post("/my/hours/town/", {"town": icheon}).status_code == 302
    assert minji.post("/my/hours/town/", {"town": "999"}).status_code == 422

    assert reads.person(actor=SYSTEM, person_id=cast.people["Minji"]).area_id == icheon


def test_a_consent_is_taken_back_and_given_again_each_with_its_receipt(minji: Client, cast: Cast) -> None:
    for answer in ("yes", "no", "yes"):
        minji.post("/my/data/consents/messages/", {"answer": answer})
    receipts = [
        one
        for one in reads.person(actor=SYSTEM, person_id=cast.people["Minji"]).consents
        if one.purpose == "messages"
    ]

    assert [one.withdrawn_at is None for one in receipts].count(True) == 1
    assert len(receipts) >= 2
    assert minji.post("/my/data/consents/nothing/", {"answer": "yes"}).status_code == 422


def test_letters_go_by_the_contact_and_in_the_language_somebody_chose(
    minji: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = cast.people["Minji"]
    email = Contact.objects.get(person_id=person_id, kind="email")
    Contact.objects.create(
        person_id=person_id, kind="sms", cipher=email.cipher, contact_hash=b"n" * 32, shown_at=NOW
    )
    Contact.objects.filter(pk=email.pk).update(shown_at=NOW)
    assert set(reaching.reach([person_id])[person_id].contacts) == {"email", "sms"}

    by_sms = {"language": "ko", "channel": "sms"}
    assert minji.post("/my/news/letters/", by_sms).status_code == 422  # this site sends none
    monkeypatch.setattr(settings, "SMS_URL", "https://sms.example.org/")
    assert minji.post("/my/news/letters/", by_sms).status_code == 302

    reached = reaching.reach([person_id])[person_id]
    assert (set(reached.contacts), reached.language) == ({"sms"}, "ko")
    assert minji.post("/my/news/letters/", {"language": "ko", "channel": "chat"}).status_code == 422


def test_the_crew_calls_a_captain_who_said_so_near_the_day_and_not_after(
    minji: Client, bora: Client, captain: Client, cast: Cast
) -> None:
    address = f"/captain/{cast.teams['North']}/number/"
    assert captain.post(address, {"number": "no number"}).status_code == 422
    captain.post(address, {"number": "010-1234-5678"})

    assert b"1234" not in bytes(TeamNumber.objects.get().cipher)
    assert 'href="tel:+821012345678"' in minji.get("/my/").text
    assert "+8210" not in bora.get("/my/").text  # only offered so far
    with time_machine.travel(NOW - timedelta(days=3), tick=False):
        assert "+8210" not in visitor("volunteer", cast).get("/my/").text
    assert visitor("other captain", cast).get(address).status_code == 404

    grant = RoleGrant.objects.filter(account_id=cast.accounts["captain"], team_id=cast.teams["North"])
    grant.update(until=NOW - timedelta(hours=1))  # a deputy whose time is over
    assert "+8210" not in minji.get("/my/").text
    grant.update(until=None)
    captain.post(address, {"take_back": "1"})
    assert "+8210" not in minji.get("/my/").text


@pytest.mark.parametrize("address", ["/me/0.1.nobody/", "/my/"])
def test_who_lost_their_link_is_led_to_a_new_one(db: None, address: str) -> None:
    page = Client().get(address)

    assert page.status_code == 404
    assert 'href="/link/"' in page.text.split("<main")[1].split("</main")[0]


def test_the_unconfirmed_have_no_calendar(cast: Cast) -> None:
    client = visitor("volunteer", cast)
    address = re.search(r"/calendar/[^<]+", client.get("/my/data/").text)
    assert address is not None
    Person.objects.filter(pk=cast.people["Minji"]).update(lapses_on=NOW.date() + timedelta(days=2))
    assert confirming.lapses_on(cast.people["Minji"]) is not None

    assert Client().get(address[0]).status_code == 404
