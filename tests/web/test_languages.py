"""Every page is in the visitor's language, whole; which one that is, they choose."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from dure.engine.matching import RULES
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.matching.errors import NotReady
from dure.operations import homeward
from dure.operations.refusal_words import words_of
from dure.web.templatetags.dure import days_to
from dure.web.words import STOPS
from tests.web.cast import Cast
from tests.web.english_left import data_words, english_left
from tests.web.test_access import table
from tests.web.visitors import VISITORS, visitor
from tools import pseudo

KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9"}
# The living page of components shows made-up names; reports of incidents are sealed, so no column tells their words.
LEFT_OUT = ("/admin/", "/api/", "/design/")
SEALED = frozenset({"cut", "thumb"})


@pytest.fixture(scope="module")
def pseudo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pseudo")
    pseudo.write(folder)
    return folder


def test_no_page_of_any_door_is_left_in_english(cast: Cast, pseudo_folder: Path, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.CODE, pseudo.NAME)]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, pseudo_folder]
    data = data_words() | SEALED
    left: list[str] = []
    seen: set[str] = set()
    rows = [row for row in table(cast).values() if not row.address.startswith(LEFT_OUT)]
    for name in VISITORS:
        client = visitor(name, cast)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = pseudo.CODE
        for row in rows:
            if row.get[name] != 200 or row.address in seen:
                continue
            answer = client.get(row.address)
            if answer["Content-Type"].startswith("text/html"):
                seen.add(row.address)
                is_whole = answer.text.startswith("<!doctype html>")  # else a part that a page fetches
                assert not is_whole or '<html lang="ar-xb" dir="rtl">' in answer.text, row.address
                left += [f"{row.address}: {text}" for text in english_left(answer.text, data)]

    assert len(seen) > 60
    assert not left, "\n".join(left)


def test_what_is_left_in_english_is_found() -> None:
    page = """<html lang="ar-xb"><p>⟦Ħī ⟦North⟧ 3 سلام⟧</p><p title="Left here">Minji</p><script>let words = 1</script>
    <button aria-label="Take away">×</button><a lang="ko">Hangugeo</a><td>⟦ȧ⟧ and so on</td></html>"""

    assert english_left(page, frozenset({"Minji"})) == ["Left here", "Take away", "⟦ȧ⟧ and so on"]


@pytest.mark.django_db
def test_a_language_is_chosen_once_and_kept() -> None:
    client = Client(headers={"Accept-Language": "en-GB"})
    assert '<html lang="en">' in client.get("/link/").text

    answer = client.get("/language/ko/", headers={"Referer": "http://testserver/calls/?q=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/calls/?q=1")
    page = client.get("/link/")
    assert '<html lang="ko">' in page.text
    assert {"Cookie", "Accept-Language"} <= {one.strip() for one in page["Vary"].split(",")}
    client.get("/language/en/")
    assert '<html lang="en">' in client.get("/link/").text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://elsewhere.example.org/calls/",
        "http://testserver//elsewhere.example.org/",
        "nonsense",
        "http://[",
    ],
)
def test_choosing_a_language_leads_nowhere_else(referer: str) -> None:
    answer = Client().get("/language/ko/", headers={"Referer": referer})

    assert answer["Location"] in {"/", "/elsewhere.example.org/"}


@pytest.mark.django_db
def test_a_language_there_is_not_cannot_be_chosen() -> None:
    answer = Client().get("/language/xx/")

    assert answer.status_code == 404
    assert "django_language" not in answer.cookies


@pytest.mark.django_db
def test_the_links_to_other_languages_carry_no_address() -> None:
    page = Client().get("/link/?q=secret").text

    assert '<a href="/language/ko/" lang="ko"' in page


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (NotFound(what="team"), "여기에 그런 것이 없습니다: 모둠."),
        (
            NotAllowed(what="this page is for the role captain or organiser"),
            "역할이 이것을 허락하지 않습니다: 이 페이지는 이 역할을 위한 것입니다: 조장, 운영자.",
        ),
        (
            BadInput(where="birth_year", what="1800 can't be right", wanted="a year from 1900 to 2026"),
            "태어난 해: 1800은(는) 맞을 수 없습니다. 필요한 것: 1900부터 2026까지의 해.",
        ),
        (
            NotReady(missing="insurance cover and the skill first-aid"),
            "이 자리를 맡으시려면 먼저 보험, 기술 first-aid이(가) 필요합니다.",
        ),
        # Somebody's own long text is not looked through.
        (
            BadInput(where="x", what=f"at most {'x' * 600}", wanted="even"),
            f"x: at most {'x' * 600}. 필요한 것: even.",
        ),
        # A fact nobody translated is said as it was written, and data stay what they are.
        (BadInput(where="x", what="odd", wanted="even"), "x: odd. 필요한 것: even."),
    ],
)
def test_a_refusal_is_said_in_the_visitors_language(refusal: Any, says: str) -> None:
    with translation.override("ko"):
        assert words_of(refusal) == says
    with translation.override("en"):
        assert words_of(refusal) == str(refusal)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("j M", "11월 6일"),
        ("j F Y", "2026년 11월 6일"),
        ("D j M", "11월 6일 금요일"),
        ("l, j F", "11월 6일 금요일"),
        ("l, j F Y", "2026년 11월 6일 금요일"),
    ],
)
def test_days_are_written_in_korean_order(order: str, says: str) -> None:
    with translation.override("ko"):
        assert date_format(date(2026, 11, 6), order) == says


def test_every_hard_rule_has_words_for_whoever_organises() -> None:
    assert {rule.name for rule in RULES} == set(STOPS)
    with translation.override("en"):
        assert {rule.name: rule.reason for rule in RULES} == {name: str(says) for name, says in STOPS.items()}


def test_who_works_here_is_written_to_in_the_language_they_choose(cast: Cast) -> None:
    account_id, other_id = cast.accounts["organiser"], cast.accounts["captain"]
    facts = {"what": "help", "link": "/desk/harvest/safety/"}
    client = visitor("organiser", cast)
    assert crew_letter(facts | {"account_id": account_id}) == "Somebody asks for help"

    client.get("/language/ko/")  # for the pages, and so for letters

    assert crew_letter(facts | {"account_id": account_id}) == "누군가 도움을 청합니다"
    assert crew_letter(facts | {"account_id": other_id}) == "Somebody asks for help"
    assert client.post("/letters/", {"language": "en"}).status_code == 302
    assert crew_letter(facts | {"account_id": account_id}) == "Somebody asks for help"
    assert client.post("/letters/", {"language": "xx"}).status_code == 422


def crew_letter(facts: dict[str, object]) -> str:
    letter = homeward.letter_for(facts)
    assert letter is not None
    return letter.subject


@pytest.mark.parametrize(
    ("language", "in_a_year", "over_new_year"),
    [
        ("en", "7 Oct – 21 Oct 2026", "7 Oct 2026 – 3 Jan 2027"),
        ("ko", "2026년 10월 7일 – 10월 21일", "2026년 10월 7일 – 2027년 1월 3일"),
    ],
)
def test_a_span_of_days_says_its_year_where_the_language_has_it(
    language: str, in_a_year: str, over_new_year: str
) -> None:
    first = date(2026, 10, 7)
    with translation.override(language):
        assert days_to(first, date(2026, 10, 21)) == in_a_year
        assert days_to(first, date(2027, 1, 3)) == over_new_year
        assert days_to(first, first) == date_format(first, "j M Y")
