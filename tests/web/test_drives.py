"""Proposing a drive, putting a name under it, taking it back, answering it."""

from __future__ import annotations

import pytest
from django.test import Client

from dure.movement.calls import drive_reads
from dure.movement.calls.models import Drive, Support
from tests.web.cast import Cast, made
from tests.web.visitors import visitor


@pytest.fixture
def anybody(cast: Cast) -> Client:
    return Client()


def token(name: str) -> str:
    return drive_reads.token_of(Support.objects.get(name=name).key)


def proposal(cast: Cast, **other: object) -> dict[str, object]:
    return {
        "client_id": made("a proposal"),
        "title": "Mend the bridge",
        "text": "Two days of work for ten.",
        "town": cast.areas["Suwon"],
        "name": "Dal",
        "email": "dal@example.org",
    } | other


def support(name: str, **other: object) -> dict[str, object]:
    return {
        "client_id": made("support", name),
        "name": name,
        "email": f"{name.lower()}@example.org",
    } | other


def test_anyone_proposes_and_it_is_read_once_confirmed(cast: Cast, anybody: Client) -> None:
    for _ in range(2):  # pressed twice
        sent = anybody.post("/drives/propose/", proposal(cast))
        assert sent.headers["Location"] == "/drives/proposed/"
    code = Drive.objects.get(title="Mend the bridge").code
    assert anybody.get(f"/drives/{code}/").status_code == 404

    asked = anybody.get(f"/drives/name/{token('Dal')}/")
    assert "Do you propose this?" in asked.text
    assert anybody.get(f"/drives/{code}/").status_code == 404  # looking confirms nothing
    anybody.post(f"/drives/name/{token('Dal')}/", {"act": "confirm"})

    assert "Mend the bridge" in anybody.get("/drives/").text
    assert "Fewer than 10 names so far" in anybody.get(f"/drives/{code}/").text
    assert "Dal" not in anybody.get(f"/drives/{code}/").text


@pytest.mark.parametrize(
    "other", [{"title": "https://example.org"}, {"text": ""}, {"email": "x"}, {"name": "<b>"}, {"town": 0}]
)
def test_a_proposal_that_does_not_fit_is_marked(
    cast: Cast, anybody: Client, other: dict[str, object]
) -> None:
    sent = anybody.post("/drives/propose/", proposal(cast, **other))

    assert sent.status_code == 422
    assert 'class="wrong"' in sent.text
    assert not Drive.objects.filter(client_id=made("a proposal")).exists()


def test_a_name_counts_when_confirmed_and_goes_when_taken_back(cast: Cast, anybody: Client) -> None:
    page = f"/drives/{cast.drive_code}/"
    sent = anybody.post(page, support("Bora"), follow=True)
    assert "Your name counts once you confirm it" in sent.text
    again = anybody.post(page, support("Bora", client_id=made("other")), follow=True)
    assert (
        again.text.count("Your name counts once you confirm it") == 1
    )  # a known address is told nothing else

    anybody.post(f"/drives/name/{token('Bora')}/", {"act": "confirm"})
    assert drive_reads.drive(cast.drive_code).support_count == 2
    held = token("Bora")
    gone = anybody.post(f"/drives/name/{held}/", {"act": "take_back"}, follow=True)

    assert "deleted" in gone.text
    assert drive_reads.drive(cast.drive_code).support_count == 1
    assert anybody.get(f"/drives/name/{held}/").status_code == 410


def test_drives_speak_the_visitors_language(cast: Cast) -> None:
    korean = Client(headers={"Accept-Language": "ko"})

    assert "이름 올리기" in korean.get(f"/drives/{cast.drive_code}/").text
    assert "Clear the stream" in korean.get("/drives/").text  # whoever proposes writes in their own


def test_bad_names_are_marked_beside_their_field(cast: Cast, anybody: Client) -> None:
    sent = anybody.post(f"/drives/{cast.drive_code}/", support("B@d", email="b@example.org"))

    assert sent.status_code == 422
    assert "no likely name" in sent.text


def test_letters_to_one_address_are_limited(cast: Cast, anybody: Client) -> None:
    tries = [
        anybody.post(f"/drives/{cast.drive_code}/", support("Bora", client_id=made(number))).status_code
        for number in range(10)
    ]

    assert tries[0] == 302
    assert tries[-1] == 429


def test_an_organiser_says_yes_and_it_becomes_a_call(cast: Cast, organiser: Client) -> None:
    assert "Clear the stream" in organiser.get("/desk/harvest/drives/").text
    page = f"/desk/harvest/drives/{cast.drive_code}/"
    empty = organiser.post(page, {"decision": "yes", "answer": ""})
    assert empty.status_code == 422

    organiser.post(page, {"decision": "yes", "answer": "We start on Friday."})

    shown = organiser.get(f"/drives/{cast.drive_code}/").text
    assert "We start on Friday." in shown
    assert f"/call/{cast.drive_code}/" in shown
    assert organiser.get(f"/call/{cast.drive_code}/").status_code == 200
    assert organiser.post(page, {"decision": "no", "answer": "No."}).status_code == 409


def test_words_that_are_taken_down_are_gone_and_the_answer_is_read(cast: Cast, organiser: Client) -> None:
    page = f"/desk/harvest/drives/{cast.drive_code}/"
    organiser.post(page, {"decision": "down", "answer": "It insults people."})

    for address in ("/drives/", f"/drives/{cast.drive_code}/", "/desk/harvest/drives/", page):
        text = organiser.get(address).text
        assert "Taken down" in text
        assert "Clear the stream" not in text
    assert "It insults people." in organiser.get(f"/drives/{cast.drive_code}/").text


def test_who_organises_another_region_has_no_say(cast: Cast) -> None:
    """The regional organiser has Jeolla, where the drive is; the stream of Suwon is not theirs."""
    theirs = visitor("regional organiser", cast)
    Drive.objects.filter(code=cast.drive_code).update(area_id=cast.areas["Suwon"])

    assert theirs.get(f"/desk/harvest/drives/{cast.drive_code}/").status_code == 404
    Drive.objects.filter(code=cast.drive_code).update(area_id=cast.areas["Jeonju"])
    assert theirs.get(f"/desk/harvest/drives/{cast.drive_code}/").status_code == 200


def test_an_owed_answer_stands_on_the_desk_and_an_overdue_one_in_public(
    cast: Cast, anybody: Client, organiser: Client
) -> None:
    assert "owed an answer" not in organiser.get("/desk/harvest/").text
    Drive.objects.filter(code=cast.drive_code).update(state="waiting", answer_by="2026-10-01")

    assert "One proposal is owed an answer by 1 Oct." in organiser.get("/desk/harvest/").text

    assert "The answer is overdue" in anybody.get(f"/drives/{cast.drive_code}/").text
