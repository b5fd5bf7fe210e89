"""What was typed is never lost: a form without a session, or with a token that is too old, is shown again, whole."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.cast import Cast
from tests.web.visitors import visitor

HERE = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Referer": "https://elsewhere.example/form"},
    {"Referer": "http://["},
    {},
)
WORDS = "The <b>dam</b> at the third field leaks & nobody is there"


def fields(page: str) -> dict[str, str]:
    """What the form that is shown again carries."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(found)


def test_a_form_whose_session_is_over_comes_back_with_all_that_was_typed(cast: Cast) -> None:
    address = f"/captain/{cast.teams['North']}/targets/"
    answer = Client().post(address, {"why": WORDS, "client_id": "x"}, headers=HERE)

    assert answer.status_code == 403
    assert "sign in once more" in answer.text
    assert "The &lt;b&gt;dam&lt;/b&gt; at the third field leaks &amp; nobody is there" in answer.text
    assert fields(answer.text)["client_id"] == "x"
    assert f'action="{address}"' in answer.text
    assert answer["Cache-Control"].startswith("max-age=0") or "no-store" in answer["Cache-Control"]


def test_sent_again_after_the_link_was_opened_it_counts(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/link/")  # the token of a page from before
    typed = {"hides": "yes", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    lost = client.post("/my/data/name/", typed, headers=HERE)
    assert "open your link once more" in lost.text

    client.get(cast.link("Minji"))
    sent = client.post("/my/data/name/", typed | fields(lost.text), headers=HERE, follow=True)

    assert "Only your captain reads your name" in sent.text


def test_a_token_that_is_too_old_costs_one_more_press(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(cast.link("Minji"))
    typed = {"skills": ["first-aid", "cooking"], "physical": "3", "csrfmiddlewaretoken": "a" * 64}
    again = client.post("/my/about/", typed, headers=HERE)

    assert (again.status_code, "one more press" in again.text) == (403, True)
    assert re.findall(r'name="skills" value="([^"]+)"', again.text) == ["first-aid", "cooking"]
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', again.text)
    assert token is not None
    done = client.post("/my/about/", typed | {"csrfmiddlewaretoken": token[1]}, headers=HERE)
    assert done.status_code == 302


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_sites_form_is_never_made_ours(cast: Cast, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(cast.link("Minji"))
    answer = client.post("/my/data/name/", {"hides": "yes", "evil": "planted"}, headers=headers)

    assert answer.status_code == 403
    assert "planted" not in answer.text
    assert "This was not sent" in answer.text


def test_a_password_is_never_written_into_a_page(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    typed = {"login": "a@example.org", "password": "a very long secret"}
    for address in ("/account/login/", "/my/data/name/"):
        answer = client.post(address, typed, headers=HERE)
        assert answer.status_code == 403
        assert "a very long secret" not in answer.text


def test_a_file_is_asked_for_again_by_its_name(cast: Cast) -> None:
    paper = SimpleUploadedFile("my paper.png", b"\x89PNG", "image/png")
    answer = Client().post("/my/preparation/cover/", {"own_words": "here", "paper": paper}, headers=HERE)

    assert "Choose this file again: my paper.png" in answer.text
    assert 'type="file"' in answer.text


def test_the_other_tab_says_where_the_form_waits(cast: Cast) -> None:
    assert "not signed in yet" in Client().get("/signed-in/").text
    assert "waits in the other one" in visitor("captain", cast).get("/signed-in/").text


def test_a_session_that_can_not_be_is_none(cast: Cast) -> None:
    client = Client()
    # PostgreSQL takes no NUL in a text.
    client.cookies["sessionid"] = "abcdefgh\x00ijkl"

    assert client.get("/captain/").status_code == 302
