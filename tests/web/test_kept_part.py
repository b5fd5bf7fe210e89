"""What organisers see alike is made once for them; what is each one's own is put in after."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dure.base import accounts
from dure.base.briefly import Briefly
from dure.movement.places import reads as places
from dure.web.organiser import kept_part
from tests.web.cast import Cast
from tests.web.visitors import visitor

FORM_MARK = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
ACT_ID = re.compile(r'name="request_id" value="([^"]+)"')
PAGES = ("", "plan/", "needs/", "calls/", "supervision/", "safety/")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Briefly]:
    """As in the server."""
    store = Briefly()
    store.switch_on()
    monkeypatch.setattr(kept_part, "BRIEFLY", store)
    yield store
    store.forget()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_kept_is_the_same_page(page: str, cast: Cast, kept: Briefly) -> None:
    organiser = visitor("organiser", cast)

    def seen() -> str:
        text = organiser.get(f"/desk/harvest/{page}").text
        return FORM_MARK.sub("", ACT_ID.sub("", text))

    first = seen()
    assert seen() == first
    kept.forget()
    assert seen() == first
    assert kept_part._MARK not in first


def test_form_marks_and_ids_of_acts_are_each_look_s_own(cast: Cast, kept: Briefly) -> None:
    one = visitor("organiser", cast)
    first, second = (one.get("/desk/harvest/calls/").text for _ in range(2))
    assert FORM_MARK.findall(first)
    # Hidden anew each time, so equal ones would be those of a look before.
    assert not set(FORM_MARK.findall(first)) & set(FORM_MARK.findall(second))
    ids = [set(ACT_ID.findall(one.get("/desk/harvest/needs/").text)) for _ in range(2)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_form_of_a_kept_page_is_taken(cast: Cast, kept: Briefly) -> None:
    one = visitor("organiser", cast)
    one.handler.enforce_csrf_checks = True
    one.get("/desk/harvest/calls/")
    (*_, mark) = FORM_MARK.findall(one.get("/desk/harvest/calls/").text)
    assert one.post("/desk/harvest/calls/", {"csrfmiddlewaretoken": mark}).status_code == 422
    assert one.post("/desk/harvest/calls/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_who_organises_a_part_never_sees_what_was_kept_for_all(cast: Cast, kept: Briefly) -> None:
    whole, part = visitor("organiser", cast), visitor("captain", cast)
    area = cast.areas["Suwon"]
    accounts.grant(account_id=cast.accounts["captain"], role="organiser", area_path=places.area(area).path)
    assert "Counted for the whole campaign only." not in whole.get("/desk/harvest/").text
    assert "Counted for the whole campaign only." in part.get("/desk/harvest/").text
