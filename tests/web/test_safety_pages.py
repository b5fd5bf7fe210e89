"""Pages of safety, each story through its own door."""

from __future__ import annotations

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.matching import actions as matching
from dure.movement.safety import reads
from dure.movement.safety.models import HomeCall, Incident, StandDown
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

pytestmark = pytest.mark.usefixtures("db")
SAFETY = "/desk/harvest/safety/"


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def sent(client: Client, address: str, **data: object) -> str:
    answer = client.post(address, data, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_link_of_the_letter_leads_to_one_button_and_opening_it_says_nothing(cast: Cast) -> None:
    minji = Client()
    page = shown(minji, cast.link("Minji") + "?safe=1")

    assert "I am safe" in page
    assert HomeCall.objects.get(pk=cast.home_call_id).state == "waiting"  # mail programs open links
    page = sent(minji, f"/my/safe/{cast.home_call_id}/", act="help", words="By the old mill.")
    assert "You asked for help" in page
    assert "By the old mill." in shown(visitor("organiser", cast), f"{SAFETY}search/{cast.home_call_id}/")
    assert "1 person asks for help" in shown(visitor("organiser", cast), SAFETY)
    page = sent(minji, f"/my/safe/{cast.home_call_id}/", act="safe")
    assert "Nobody is waiting for you" in page
    assert "Everybody is known to be safe" in shown(visitor("organiser", cast), SAFETY)


def test_a_captain_says_who_is_safe_and_writes_down_what_was_done(cast: Cast) -> None:
    captain, home = visitor("captain", cast), f"/captain/{cast.teams['North']}/safe/"

    assert "choose somebody first" in sent(captain, home, act="safe")
    assert "Written down" in sent(captain, home, act="note", call=cast.home_call_id, words="I ring her.")
    assert "1 of your crew is safe" in sent(captain, home, act="safe", call=cast.home_call_id)
    call = reads.home_call(SYSTEM, cast.home_call_id)
    assert [(step.kind, step.by) for step in call.steps] == [("noted", "Captain"), ("safe", "Captain")]
    other = visitor("other captain", cast).post(home, {"act": "safe", "call": cast.home_call_id})
    assert other.status_code == 404


def test_who_asks_for_help_without_a_shift_stands_on_the_desk_and_on_no_crew_s_page(cast: Cast) -> None:
    HomeCall.objects.filter(pk=cast.home_call_id).update(placement=None, post=None, team=None, state="help")
    organiser, home = visitor("organiser", cast), f"{SAFETY}search/{cast.home_call_id}/"

    assert "no shift near" in shown(organiser, SAFETY)
    assert "Call them" in shown(organiser, home)
    assert "minji@example.org" in sent(organiser, home, act="number")
    minji = Client()
    assert "The organisers are told" in shown(minji, cast.link("Minji"))
    assert "Your call for help" in shown(minji, "/my/safe/")
    for other, status in (("captain", 403), ("other organiser", 404), ("anonymous", 302)):
        assert visitor(other, cast).get(home).status_code == status
    captain = visitor("captain", cast).post(
        f"/captain/{cast.teams['North']}/safe/", {"act": "safe", "call": cast.home_call_id}
    )
    assert captain.status_code == 404
    assert "Nobody is waiting for you" in sent(minji, f"/my/safe/{cast.home_call_id}/", act="safe")


def test_an_organiser_looks_up_a_number_writes_and_ends_the_search(cast: Cast) -> None:
    organiser, home = visitor("organiser", cast), f"{SAFETY}search/{cast.home_call_id}/"

    assert "minji@example.org" not in shown(organiser, home)
    page = sent(organiser, home, act="number")
    assert "minji@example.org" in page
    assert "looked up how to reach them" in page
    assert organiser.post(home, {"act": "close", "words": ""}).status_code == 422
    assert "This search has ended" in sent(organiser, home, act="close", words="She is with her brother.")
    assert "no longer" not in shown(organiser, home)


def test_an_area_is_stood_down_after_a_look_and_ended(cast: Cast) -> None:
    matching.check_in_many(placement_ids=[cast.placements["Minji"]], at=NOW)
    organiser, new = visitor("organiser", cast), f"{SAFETY}stand-down/"
    asked = {"area": "/KR/13/suwon/", "why": "The dam may break.", "client_id": made("web flood")}

    page = sent(organiser, new, **asked)
    assert "Stand Suwon down?" in page
    assert "1 checked in" in page
    assert StandDown.objects.filter(ended_at=None).count() == 0
    for _ in range(2):  # pressed twice
        page = sent(organiser, new, **asked, sure="1")
    one = StandDown.objects.get(ended_at=None)
    assert "Suwon is stood down" in page
    assert OutboxMessage.objects.filter(kind="stood_down_out", person_id=cast.people["Minji"]).count() == 1
    figures = organiser.get(f"{new}{one.pk}/figures.json").json()
    assert figures == {"waiting": 1, "help": 0, "safe": 0, "closed": 0, "count": 1, "over_left": 0}
    assert "Suwon is stood down" in shown(visitor("captain", cast), f"/captain/{cast.teams['North']}/safe/")
    assert "The dam may break." in shown(visitor("volunteer", cast), "/my/safe/")
    assert organiser.post(new, {**asked, "client_id": made("second"), "sure": "1"}).status_code == 409
    assert organiser.post(new, {**asked, "area": "/KE/"}).status_code == 422
    regional = visitor("organiser", cast)
    assert regional.post(f"{new}{one.pk}/", {"words": ""}).status_code == 422
    assert "not stood down any more" in sent(organiser, f"{new}{one.pk}/", words="The water falls.")


def test_incidents_are_told_by_who_was_there_and_followed_up_on_the_desk(cast: Cast) -> None:
    told = {
        "client_id": made("told"),
        "where": cast.posts["North"],
        "kind": "injury",
        "severity": "serious",
        "happened_at": "2026-10-06T09:00",
        "people_hurt": 1,
        "words": "A fall from the cart.",
    }
    assert "Thank you for telling us" in sent(visitor("volunteer", cast), "/my/incident/", **told)
    organiser = visitor("organiser", cast)
    sent(
        organiser,
        f"{SAFETY}incidents/new/",
        **{**told, "client_id": made("desk"), "where": f"team-{cast.teams['Hill']}", "words": "A bad road."},
    )
    one = Incident.objects.get(key=made("told"))
    at = f"{SAFETY}incidents/{one.pk}/"
    assert "A fall from the cart." in shown(organiser, at)
    sent(
        organiser,
        at,
        act="follow_up",
        client_id=made("f"),
        owner=cast.accounts["organiser"],
        due_on="2026-10-09",
    )
    sent(organiser, at, act="hurt", client_id=made("h"), name="Minji", hurt="Wrist")
    page = sent(organiser, at, act="note", client_id=made("n"), words="Doctor seen.")
    assert "Organiser looks after it, by 9 Oct 2026" in page
    assert "Minji" in page
    assert "Closed." in sent(organiser, at, act="close", client_id=made("c"), words="Healed.")
    public = shown(Client(), "/c/harvest/")
    assert "people hurt" in public
    assert "3 incidents reported" in public
    assert "Minji" not in public
