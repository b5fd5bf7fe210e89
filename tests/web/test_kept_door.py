"""Pages that very many watch are made once in some seconds, whoever comes, and never for somebody who is signed in."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

import pytest

from dure.web.kept_door import BYTES_MAX, FRESH_S, STANDS_IN_S, KeptDoor

PAGE = b"<!doctype html><h1>Harvest</h1>" + b"<p>We bring it in.</p>" * 40
CAMPAIGN = "/c/harvest/"


class Site:
    """What lies behind the door: it counts how often it is asked, and can be out of order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status, self.body = "200 OK", PAGE
        self.headers = [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"of Django"')]
        self.is_slow, self.go_on = Event(), Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        self.headers_asked = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
        assert environ["REQUEST_METHOD"] == "GET"
        assert "HTTP_IF_NONE_MATCH" not in environ
        body = self.body
        if self.is_slow.is_set():
            self.go_on.wait(10)
        start_response(self.status, list(self.headers))
        return [body[:10], body[10:]]


class Door:
    """A visitor's requests, and the clock on the wall."""

    def __init__(self, site: Site) -> None:
        self.at = 1_000.0
        self.door = KeptDoor(site, clock=lambda: self.at)

    def get(self, path: str = CAMPAIGN, **more: str) -> tuple[str, dict[str, str], bytes]:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "localhost"}
        said: list[tuple[str, dict[str, str]]] = []
        body = b"".join(
            self.door({**environ, **more}, lambda status, headers: said.append((status, dict(headers))))
        )
        return said[0][0][:3], said[0][1], body


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def door(site: Site) -> Door:
    return Door(site)


def test_a_page_is_made_once_and_given_to_everybody(site: Site, door: Door) -> None:
    first, again = door.get(), door.get(HTTP_COOKIE="csrftoken=abc")

    assert first == again
    assert first[0] == "200"
    assert first[2] == PAGE
    assert first[1]["Content-Length"] == str(len(PAGE))
    assert first[1]["Cache-Control"] == "no-cache"
    assert len(site.asked) == 1


def test_who_has_it_already_is_told_so_in_a_line_until_it_changes(site: Site, door: Door) -> None:
    tag = door.get()[1]["ETag"]

    assert door.get(HTTP_IF_NONE_MATCH=tag)[::2] == ("304", b"")
    assert door.get(HTTP_IF_NONE_MATCH=tag.removeprefix("W/"))[0] == "304"
    site.body = PAGE + b"<p>Rain.</p>"
    assert door.get(HTTP_IF_NONE_MATCH=tag)[0] == "304"  # still fresh
    door.at += FRESH_S
    status, headers, body = door.get(HTTP_IF_NONE_MATCH=tag)
    assert (status, body) == ("200", site.body)
    assert headers["ETag"] != tag


def test_it_is_packed_for_who_can_read_it(door: Door) -> None:
    _, headers, body = door.get(HTTP_ACCEPT_ENCODING="gzip, br")

    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == PAGE
    assert len(body) == int(headers["Content-Length"]) < len(PAGE)


def test_a_head_is_answered_without_the_body(site: Site, door: Door) -> None:
    assert door.get(REQUEST_METHOD="HEAD")[::2] == ("200", b"")
    assert door.get()[2] == PAGE
    assert len(site.asked) == 1


def test_each_language_has_its_own(site: Site, door: Door) -> None:
    door.get(HTTP_ACCEPT_LANGUAGE="ko-KR,ko;q=0.9")
    door.get(HTTP_ACCEPT_LANGUAGE="en-GB")
    door.get(HTTP_ACCEPT_LANGUAGE="de,en-US;q=0.3")  # English too
    door.get(HTTP_COOKIE="django_language=ko", HTTP_ACCEPT_LANGUAGE="en")  # chosen before: Korean

    assert site.asked == ["ko", "en"]


@pytest.mark.parametrize(
    "theirs",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "messages=abc"},
        {"HTTP_COOKIE": 'theme={"dark": 1}; sessionid=abc'},
        {"HTTP_COOKIE": "odd; sessionid=abc"},
        {"QUERY_STRING": "day=2026-11-06"},
        {"HTTP_AUTHORIZATION": "Bearer abc"},
        {"path": "/my/"},
        {"path": "/c/harvest/join/"},
    ],
)
def test_whoever_is_somebody_and_every_other_page_is_led_on(
    site: Site, door: Door, theirs: dict[str, str]
) -> None:
    door.get()
    assert door.get(**theirs)[2] == PAGE
    assert door.get(**theirs)[1]["ETag"] == '"of Django"'
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    "header",
    [("Set-Cookie", "sessionid=abc"), ("Content-Security-Policy", "script-src 'nonce-abc'")],
)
def test_what_was_made_for_one_visitor_is_not_kept(site: Site, door: Door, header: tuple[str, str]) -> None:
    site.headers.append(header)
    door.get()
    assert header in door.get()[1].items()
    assert len(site.asked) == 2


def test_a_page_is_made_of_nothing_that_belongs_to_the_first_visitor(site: Site, door: Door) -> None:
    door.get(
        HTTP_COOKIE="csrftoken=abc; django_language=ko",
        HTTP_X_FORWARDED_FOR="192.0.2.7",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_REFERER="https://evil.example/",
    )

    assert site.headers_asked == {
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_LANGUAGE": "ko",
        "HTTP_COOKIE": "csrftoken=abc",
    }


def test_a_page_that_is_gone_is_gone(site: Site, door: Door) -> None:
    door.get()
    site.status, site.body = "404 Not Found", b"nothing here"
    door.at += FRESH_S

    assert door.get()[::2] == ("404", b"nothing here")
    assert door.get()[::2] == ("404", b"nothing here")
    assert len(site.asked) == 3


def test_while_it_cannot_be_made_the_page_stands_as_it_was_but_not_for_ever(site: Site, door: Door) -> None:
    door.get()
    site.status = "503 Service Unavailable"
    door.at += FRESH_S
    assert door.get()[::2] == ("200", PAGE)
    door.at += STANDS_IN_S
    assert door.get()[0] == "503"


def test_while_one_makes_it_anew_the_others_get_the_page_as_it_was(site: Site, door: Door) -> None:
    door.get()
    site.body = PAGE + b"<p>Rain.</p>"
    door.at += FRESH_S
    site.is_slow.set()
    maker = Thread(target=door.get)
    maker.start()
    while len(site.asked) < 2:
        maker.join(0.001)
    try:
        assert [door.get()[2] for _ in range(50)] == [PAGE] * 50
    finally:
        site.go_on.set()
        maker.join(10)

    assert door.get()[2] == site.body
    assert len(site.asked) == 2


def test_who_comes_while_the_first_is_made_waits_for_it(site: Site, door: Door) -> None:
    site.is_slow.set()
    got: list[bytes] = []
    crowd = [Thread(target=lambda: got.append(door.get()[2])) for _ in range(20)]
    for one in crowd:
        one.start()
    site.go_on.set()
    for one in crowd:
        one.join(10)

    assert got == [PAGE] * 20
    assert len(site.asked) == 1


def test_what_is_kept_stays_within_its_memory(site: Site, door: Door) -> None:
    site.headers = [("Content-Type", "image/png")]
    site.body = bytes(BYTES_MAX // 3)
    for number in range(6):
        door.get(f"/c/campaign-{number}/card.png")
    door.get("/c/campaign-5/card.png")
    assert len(site.asked) == 6
    door.get("/c/campaign-0/card.png")
    assert len(site.asked) == 7
