"""By phone, with a household, by a call's own code, as somebody known; and what is said when it doesn't fit."""

from __future__ import annotations

import gzip
import re
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.errors import WriterBusy
from dure.base.home import home
from dure.movement.calls import actions as calls_actions
from dure.movement.calls import reads as calls
from dure.movement.people import confirming, exporting
from dure.movement.people import reads as people
from dure.movement.people.models import Person
from dure.operations import demo_mode, joining
from dure.operations.intake import INTAKE
from dure.web.actor import PERSON_KEY
from tests.web.cast import NOW, Cast
from tests.web.test_joining import confirm, form
from tests.web.visitors import visitor

JOIN = "/c/harvest/join/"
# What one round trip brings over a new connection (RFC 6928: ten segments); on 2G each further one costs a second.
BYTES_MAX = 14_600


def id_of(client: Client) -> int:
    person_id = client.session[PERSON_KEY]
    assert isinstance(person_id, int)
    return person_id


def family(cast: Cast, page: str, **changes: object) -> dict[str, object]:
    """Daeun with Haneul and Garam, from one phone; a third line stays empty."""
    rows = {"with-TOTAL_FORMS": 3, "with-0-given_name": "Haneul", "with-0-birth_year": 1990}
    rows |= {"with-1-given_name": "Garam", "with-1-birth_year": 1962, "with-2-given_name": ""}
    shared = {"email": "", "phone": "010-2345-6789", "skills": ["cooking"]}
    return form(cast, page, **(rows | shared | changes))


def home_of(person_id: int) -> dict[int, str]:
    """Everybody of a person's group, whoever wrote the form first."""
    group = Person.objects.get(pk=person_id).group_id
    rows = dict(Person.objects.filter(group_id=group).values_list("pk", "given_name")) if group else {}
    return dict(sorted(rows.items(), key=lambda row: row[0] != person_id))


def test_a_phone_alone_is_refused_where_no_texts_are_sent(cast: Cast) -> None:
    client = Client()
    page = client.get(JOIN).text
    body = form(cast, page, email="", phone="010-2345-6789")
    assert "no text messages are sent from here" in page
    assert "Or a mobile phone" not in page

    answer = client.post(JOIN, body)

    assert answer.status_code == 422
    said = "This is missing. Expected: an e-mail address too, since no text messages are sent from here."
    assert said in answer.text
    assert not Person.objects.filter(given_name="Daeun").exists()
    assert client.post(JOIN, body | {"email": "daeun@example.org"}).status_code == 302


def test_a_phone_alone_is_taken_by_a_demo_whose_pages_show_the_code(cast: Cast) -> None:
    client = Client()
    (home() / demo_mode.MEMORY).touch()
    try:
        body = form(cast, client.get(JOIN).text, email="", phone="010-2345-6789")
        assert client.post(JOIN, body).status_code == 302
    finally:
        (home() / demo_mode.MEMORY).unlink()


@pytest.mark.usefixtures("texts")
def test_a_phone_number_is_enough_where_texts_are_sent(cast: Cast) -> None:
    client = Client()
    body = form(cast, client.get(JOIN).text, email="", phone="010-2345-6789")

    assert client.post(JOIN, body).status_code == 302

    contact = people.contact_of(id_of(client))
    assert contact is not None
    assert (contact.kind, contact.address) == ("sms", "+821023456789")
    code = confirming.code(id_of(client), kind="sms")
    assert client.post("/my/confirm/", {"code": code}).headers["Location"] == "/my/"


@pytest.mark.usefixtures("texts")
def test_without_any_contact_one_is_asked_for(cast: Cast) -> None:
    client = Client()

    answer = client.post(JOIN, form(cast, client.get(JOIN).text, email=" "))

    assert answer.status_code == 422
    assert "an e-mail address or a phone number" in answer.text


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"email": "nowhere"}, "email", "is no e-mail address"),
        ({"phone": "12"}, "phone", "is no phone number"),
        ({"given_name": "<b>"}, "given_name", "holds signs that no name has"),
        ({"birth_year": 2027}, "birth_year", "no likely year of birth"),
        ({"birth_year": 2010}, "guardian_email", "is missing"),
        ({"prefers": ["care"], "refuses": ["care"]}, "prefers", "is refused too"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    cast: Cast, changes: dict[str, object], field: str, says: str
) -> None:
    client = Client()

    answer = client.post(JOIN, form(cast, client.get(JOIN).text, **changes))

    assert answer.status_code == 422
    around = answer.text[answer.text.index(f'name="{field}"') :]
    assert says in around[: around.index("</fieldset>")]
    assert 'value="Daeun"' in answer.text or "given_name" in changes


def test_one_more_line_keeps_what_was_typed_and_judges_nothing(cast: Cast) -> None:
    client = Client()
    body = form(cast, client.get(JOIN).text, given_name="", days=["2026-10-08", "2026-10-09"])

    once = client.post(JOIN, body | {"add": "1"})
    again = client.post(
        JOIN,
        body
        | {"add": "1", "with-TOTAL_FORMS": 1, "with-0-given_name": "Haneul", "with-0-birth_year": "1990"},
    )

    assert once.status_code == again.status_code == 200
    assert 'name="with-0-given_name"' in once.text
    assert 'name="with-1-given_name"' in again.text
    assert 'value="Haneul"' in again.text
    assert 'value="daeun@example.org"' in again.text
    assert len(re.findall(r'name="days"[^>]*checked', again.text)) == 2
    assert "Not sent yet" not in again.text
    assert str(body["client_id"]) in again.text


@pytest.mark.usefixtures("texts")
def test_a_household_is_several_people_of_one_group_and_one_contact(cast: Cast) -> None:
    client = Client()
    before = calls.tally(cast.campaign_id).signed_up_count
    body = family(cast, client.get(JOIN).text)

    for _ in range(2):
        assert client.post(JOIN, body).status_code == 302

    assert calls.tally(cast.campaign_id).signed_up_count == before + 3
    daeun = id_of(client)
    home = home_of(daeun)
    assert sorted(home.values()) == ["Daeun", "Garam", "Haneul"]
    facts = [exporting.export(actor=SYSTEM, person_id=pk) for pk in home]
    assert len({str(one["group"]) for one in facts}) == 1
    assert {str(one["contacts"][0]["address"]) for one in facts} == {"+821023456789"}  # type: ignore[index]
    # What one can do is each one's own to say.
    assert [len(one["credentials"]) for one in facts] == [1, 0, 0]  # type: ignore[arg-type]


@pytest.mark.usefixtures("texts")
def test_one_code_confirms_the_household_and_the_others_get_their_links(cast: Cast) -> None:
    client = Client()
    client.post(JOIN, family(cast, client.get(JOIN).text))
    daeun = id_of(client)
    home = home_of(daeun)
    assert len(home) == 3
    letters = [one for one in outbox.claim(now=NOW, count_max=1000) if one.person_id in home]
    assert [(one.person_id, one.kind) for one in letters] == [(daeun, "sign_up")]

    client.post("/my/confirm/", {"code": confirming.code(daeun, kind="sms")})

    assert confirming.unconfirmed(home) == frozenset()
    links = [one.person_id for one in outbox.claim(now=NOW, count_max=1000) if one.kind == "link"]
    assert sorted(links) == sorted(set(home) - {daeun})


@pytest.mark.usefixtures("texts")
def test_one_wrong_line_holds_the_household_back_and_says_where(cast: Cast) -> None:
    client = Client()
    before = calls.tally(cast.campaign_id).signed_up_count

    answer = client.post(JOIN, family(cast, client.get(JOIN).text, **{"with-1-birth_year": 2024}))

    assert answer.status_code == 422
    assert "Something about those who come with you" in answer.text
    around = answer.text[answer.text.index('name="with-1-birth_year"') :]
    assert "too late to take part" in around[:400]
    assert calls.tally(cast.campaign_id).signed_up_count == before


@pytest.mark.usefixtures("texts")
def test_a_child_of_the_household_needs_a_guardians_own_address(cast: Cast) -> None:
    client = Client()
    page = client.get(JOIN).text
    child = {"with-1-birth_year": 2010}

    answer = client.post(JOIN, family(cast, page, **child))
    assert answer.status_code == 422
    assert "a parent or guardian" in answer.text

    assert (
        client.post(JOIN, family(cast, page, guardian_email="mother@example.org", **child)).status_code == 302
    )
    daeun = id_of(client)
    guardians = {name: people.guardian_contact_of(pk) for pk, name in home_of(daeun).items()}
    assert guardians == {"Daeun": None, "Haneul": None, "Garam": "mother@example.org"}


@pytest.fixture
def nurses(cast: Cast) -> str:
    calls_actions.open_appeal(
        actor=SYSTEM, campaign_id=cast.campaign_id, code="nurses", title="Nurses", text="Come.", now=NOW
    )
    return "nurses"


def call_of(person_id: int) -> list[object]:
    told = calls.export(SYSTEM, person_id)["sign_ups"]
    assert isinstance(told, list)
    return [one["call"] for one in told]


@pytest.mark.parametrize(("asked", "counted"), [("help", "help"), ("nurses", "nurses"), ("nurzes", "nurses")])
def test_a_sign_up_knows_the_call_it_answers(cast: Cast, nurses: str, asked: str, counted: str) -> None:
    """A code mistyped off a poster turns nobody away: the newest open call is answered."""
    client = Client()
    page = client.get(f"{JOIN}?call={asked}").text
    found = re.search(r'name="call" value="(\w+)"', page)
    assert found is not None

    client.post(JOIN, form(cast, page, call=found[1]))

    assert call_of(id_of(client)) == [counted]


def test_somebody_known_answers_another_call_in_one_press(cast: Cast, nurses: str) -> None:
    minji = visitor("volunteer", cast)
    page = minji.get(f"{cast.link('Minji')}?call=nurses", follow=True)
    assert page.redirect_chain[-1][0] == f"{JOIN}?call=nurses"
    assert "Answer as Minji" in page.text

    for _ in range(2):
        body = {"as_me": "1", "call": "nurses", "client_id": "1c9e2a2e-52a6-4d2f-9ad7-3a4d5ef6a001"}
        assert minji.post(JOIN, body).status_code == 302

    assert call_of(cast.people["Minji"]) == ["help", "nurses"]
    assert id_of(minji) == cast.people["Minji"]


def test_who_has_not_confirmed_answers_no_second_call(cast: Cast, nurses: str) -> None:
    client = Client()
    client.post(JOIN, form(cast, client.get(f"{JOIN}?call=help").text, call="help"))

    assert "Answer as" not in client.get(f"{JOIN}?call=nurses").text
    answer = client.post(JOIN, {"as_me": "1", "call": "nurses", "client_id": str(uuid4())})

    assert answer.status_code == 422  # an empty form
    assert call_of(id_of(client)) == ["help"]
    confirm(client)
    assert "Answer as Daeun" in client.get(f"{JOIN}?call=nurses").text


def test_a_database_that_is_busy_gives_the_filled_form_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: object) -> None:
        busy = OperationalError("database is locked")
        busy.__cause__ = type("Busy", (Exception,), {"sqlite_errorname": "SQLITE_BUSY"})()
        raise busy

    client = Client()
    body = form(cast, client.get(JOIN).text)
    with monkeypatch.context() as patched:
        patched.setattr(joining, "sign_up", locked)
        answer = client.post(JOIN, body)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="daeun@example.org"' in answer.text
    assert str(body["client_id"]) in answer.text
    assert client.post(JOIN, body).status_code == 302


def test_the_page_comes_in_one_round_trip_on_a_slow_line(cast: Cast) -> None:
    page = Client().get(JOIN, headers={"Accept-Encoding": "gzip"})

    assert page.headers["Content-Encoding"] == "gzip"
    sent = len(page.content)
    assert sent < BYTES_MAX, f"{sent} bytes"
    assert len(gzip.decompress(page.content)) > sent


@pytest.mark.parametrize(
    ("header", "chosen"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("sw,en;q=0.5", "en"), ("", "en"), ("x;;q=9", "en")],
)
def test_letters_come_in_the_language_the_browser_asks_for(cast: Cast, header: str, chosen: str) -> None:
    client = Client()
    page = client.get(JOIN, headers={"Accept-Language": header}).text
    assert re.findall(r'<option value="([a-z]{2})" selected', page) == [chosen]

    client.post(JOIN, form(cast, page, language=chosen))

    assert exporting.export(actor=SYSTEM, person_id=id_of(client))["language"] == chosen


def test_letters_come_in_the_language_that_was_chosen_for_the_pages(cast: Cast) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.get("/language/ko/")

    assert re.findall(r'<option value="([a-z]{2})" selected', client.get(JOIN).text) == ["ko"]


def test_strangers_get_one_page_rendered_once_each_with_an_id_and_token_of_their_own(cast: Cast) -> None:
    own = [
        re.findall(r'name="(client_id|csrfmiddlewaretoken)" value="([^"]+)"', Client().get(JOIN).text)
        for _ in "12"
    ]

    assert [name for name, _ in own[0]] == ["csrfmiddlewaretoken", "client_id"]
    assert not {value for _, value in own[0]} & {value for _, value in own[1]}
    assert "dure-own" not in Client().get(JOIN).text


def test_the_page_of_a_stranger_is_good_for_signing_up_with_the_token_in_it(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(JOIN).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None

    assert client.post(JOIN, form(cast, page)).status_code == 403
    assert client.post(JOIN, form(cast, page, csrfmiddlewaretoken=token[1])).status_code == 302


def test_a_full_site_says_so_to_the_script_without_making_a_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise WriterBusy(retry_s=3)

    client = Client()
    body = form(cast, client.get(JOIN).text)
    monkeypatch.setattr(INTAKE, "must_have_room", full)

    answer = client.post(JOIN, body, headers={"X-Requested-With": "join.js"})

    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (503, "3", b"")


@pytest.mark.parametrize(
    ("changes", "english", "korean"),
    [
        (
            {"phone": "12"},
            "This is no phone number. Expected: a mobile number",
            "전화번호가 아닙니다. 예: 국가 번호를",
        ),
        ({"birth_year": 2027}, "2027 is no likely year of birth.", "2027년은 태어난 해로 보기 어렵습니다"),
        ({"birth_year": 88}, "Give the year in four digits", "1990처럼 네 자리 연도를"),
        (
            {"given_name": "x" * 300},
            "This has 300 characters. Expected: at most 80",
            "300자입니다. 예: 80자 이하",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_visitors_language(
    cast: Cast, changes: dict[str, object], english: str, korean: str
) -> None:
    client = Client()
    body = form(cast, client.get(JOIN).text, **changes)

    assert english in client.post(JOIN, body, headers={"Accept-Language": "en"}).text
    assert korean in client.post(JOIN, body, headers={"Accept-Language": "ko"}).text
