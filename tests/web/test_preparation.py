"""My preparation and the vetting desk, page to page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.vetting import actions, reads
from dure.movement.vetting.types import NewSession
from tests.web.cast import NOW, TODAY, Cast
from tests.web.visitors import visitor

PICTURE = b"\x89PNG\r\n\x1a\n of a passport"


@pytest.fixture
def vetter(cast: Cast) -> Client:
    return visitor("vetter", cast)


def invite(cast: Cast, *steps: str, name: str = "Minji") -> int:
    person_id = cast.people[name]
    actions.invite(campaign_id=cast.campaign_id, person_ids=[person_id], steps=steps, now=NOW)
    return person_id


def state(person_id: int, step: str) -> str:
    return next(one.state for one in reads.steps_of(SYSTEM, person_id) if one.step == step)


def test_a_picture_goes_from_the_volunteer_to_the_vetter_and_is_gone_afterwards(
    minji: Client, vetter: Client, cast: Cast
) -> None:
    person_id = invite(cast, "identity")
    assert "One step is yours to do" in minji.get("/my/preparation/").text

    sent = minji.post(
        "/my/preparation/identity/", {"paper": SimpleUploadedFile("me.png", PICTURE)}, follow=True
    )
    assert "Your part is done" in sent.text
    desk = vetter.get("/vetting/harvest/?step=identity").text
    assert "Minji, Suwon" in desk
    paper = vetter.get(f"/vetting/harvest/identity/{person_id}/")
    assert (paper.content, paper["Content-Type"]) == (PICTURE, "image/png")
    assert paper["Content-Disposition"].startswith("attachment")

    done = vetter.post(
        "/vetting/harvest/identity/look/", {"person": person_id, "evidence": "passport"}, follow=True
    )
    assert "1 person is through." in done.text
    assert vetter.get(f"/vetting/harvest/identity/{person_id}/").status_code == 404
    assert "You are ready" in minji.get("/my/preparation/").text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Send a picture, or write where"),
        ({"paper": SimpleUploadedFile("x.exe", b"MZ\x90")}, "none of these kinds"),
        ({"paper": SimpleUploadedFile("big.png", PICTURE + bytes(1_500_001))}, "at most 1500 kB"),
        ({"own_words": "a" * 201}, "at most 200"),
    ],
    ids=["nothing", "a program", "too large", "too many words"],
)
def test_what_cannot_be_taken_stands_beside_its_field(
    minji: Client, cast: Cast, sent: dict[str, object], says: str
) -> None:
    person_id = invite(cast, "identity")

    answer = minji.post("/my/preparation/identity/", sent)

    assert answer.status_code == 422
    assert says in answer.text
    assert state(person_id, "identity") == "invited"


def test_a_step_that_is_only_said_needs_a_yes(minji: Client, cast: Cast) -> None:
    person_id = invite(cast, "clearance")

    assert minji.post("/my/preparation/clearance/", {"own_words": "hm"}).status_code == 422
    minji.post("/my/preparation/clearance/", {"agreed": "on"})

    assert state(person_id, "clearance") == "handed_in"


def test_the_second_look_is_somebody_elses(
    minji: Client, vetter: Client, organiser: Client, cast: Cast
) -> None:
    person_id = invite(cast, "record_check")
    minji.post("/my/preparation/identity/", {"own_words": "I show it at the town hall"})
    vetter.post("/vetting/harvest/identity/look/", {"person": person_id, "evidence": "passport"})
    minji.post("/my/preparation/record_check/", {"own_words": "certificate 7"})
    address = "/vetting/harvest/record_check/look/"

    vetter.post(address, {"person": person_id, "evidence": "register"})
    assert "seen by you" in vetter.get("/vetting/harvest/?step=record_check").text
    assert vetter.post(address, {"person": person_id, "look": "second"}).status_code == 409
    assert state(person_id, "record_check") == "seen"

    organiser.post(address, {"person": person_id, "look": "second"})
    assert state(person_id, "record_check") == "passed"


def test_what_is_sent_back_says_why(minji: Client, vetter: Client, cast: Cast) -> None:
    person_id = invite(cast, "identity")
    minji.post("/my/preparation/identity/", {"own_words": "soon"})

    vetter.post("/vetting/harvest/identity/back/", {"person": person_id, "why": "Please send a picture."})

    assert "It came back to you: Please send a picture." in minji.get("/my/preparation/").text


def test_a_briefing_is_planned_chosen_and_called_off(minji: Client, vetter: Client, cast: Cast) -> None:
    # Her briefing of today is good for 60 days; a first-aid training she has none.
    person_id = invite(cast, "skill:first-aid")
    planned = {
        "client_id": UUID(int=5),
        "step": "skill:first-aid",
        "town": cast.areas["Suwon"],
        "place": "Fire station",
        "starts_at": f"{TODAY + timedelta(days=3)}T18:00",
        "seats": 1,
    }
    assert vetter.post("/vetting/harvest/sessions/", planned | {"seats": ""}).status_code == 422
    vetter.post("/vetting/harvest/sessions/", planned)
    (session,) = reads.sessions(cast.campaign_id, now=NOW)
    assert session.starts_at == NOW.replace(hour=9, minute=0) + timedelta(days=3)  # 18:00 in Seoul

    assert "Fire station" in minji.get("/my/preparation/").text
    booked = minji.post(f"/my/sessions/{session.id}/", follow=True)
    assert "You have a seat" in booked.text
    assert state(person_id, "skill:first-aid") == "handed_in"

    off = vetter.post(f"/vetting/harvest/sessions/{session.id}/off/", follow=True)
    assert "1 person is told" in off.text
    assert state(person_id, "skill:first-aid") == "invited"


def test_rather_not_leaves_nothing(minji: Client, cast: Cast) -> None:
    person_id = invite(cast, "identity")

    minji.post("/my/preparation/identity/no/")

    assert reads.steps_of(SYSTEM, person_id) == []


def test_what_everybody_needs_is_left_undone_or_taken_back_not_refused(minji: Client, cast: Cast) -> None:
    person_id = invite(cast, "skill:first-aid")
    assert "Rather not" in minji.get("/my/preparation/").text
    actions.let_go(actor=SYSTEM, person_id=person_id, step="skill:first-aid")
    renewed_at = NOW + timedelta(days=40)  # her cover ends in twenty days then
    actions.invite(campaign_id=cast.campaign_id, person_ids=[person_id], steps=("cover",), now=renewed_at)
    assert "Rather not" not in minji.get("/my/preparation/").text

    minji.post("/my/preparation/cover/", {"agreed": "on"})
    assert "Take it back" in minji.get("/my/preparation/").text
    minji.post("/my/preparation/cover/no/")
    assert reads.steps_of(SYSTEM, person_id) == []


def test_a_training_that_is_planned_takes_nobodys_certificate_away(minji: Client, cast: Cast) -> None:
    invite(cast, "skill:first-aid")
    form = 'action="/my/preparation/skill:first-aid/"'
    assert form in minji.get("/my/preparation/").text
    new = NewSession(
        UUID(int=9),
        cast.campaign_id,
        cast.areas["Suwon"],
        "skill:first-aid",
        NOW + timedelta(days=2),
        "Hall",
        5,
    )
    actions.plan_session(actor=SYSTEM, new=new, now=NOW)

    assert form in minji.get("/my/preparation/").text


def test_a_vetter_of_one_region_sees_nobody_of_another(cast: Cast, vetter: Client) -> None:
    chul = invite(cast, "identity", name="Chul")
    actions.hand_in(actor=SYSTEM, person_ids=[chul], step="identity", now=NOW)

    assert "Chul" not in vetter.get("/vetting/harvest/?step=identity").text
    answer = vetter.post(
        "/vetting/harvest/identity/look/", {"person": chul, "evidence": "passport"}, follow=True
    )
    assert "0 people are through" in answer.text
    assert state(chul, "identity") == "handed_in"


def test_nobody_ticked_is_said(vetter: Client) -> None:
    assert vetter.post("/vetting/harvest/identity/look/", {"evidence": "x"}).status_code == 422


def test_a_session_of_another_campaign_is_not_called_off_here(vetter: Client, cast: Cast) -> None:
    assert vetter.post("/vetting/harvest/sessions/999/off/").status_code == 404
    new = NewSession(
        UUID(int=8), cast.campaign_id, cast.areas["Jeonju"], "briefing", NOW + timedelta(days=2), "Hall", 5
    )
    session = actions.plan_session(actor=SYSTEM, new=new, now=NOW)
    assert vetter.post(f"/vetting/harvest/sessions/{session.id}/off/").status_code == 403
