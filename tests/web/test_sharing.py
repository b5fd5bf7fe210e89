"""A campaign on other people's pages, and where help is wanted near a place that is named."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from dure.movement.calls.models import Appeal
from dure.movement.campaigns.models import Campaign
from dure.movement.needs.models import Post
from tests.web.cast import NOW, Cast

ATOM = "{http://www.w3.org/2005/Atom}"
AT = "http://testserver/c/harvest/"


@pytest.fixture
def anybody(cast: Cast) -> Client:
    return Client()


def _text(anybody: Client, path: str) -> str:
    answer = anybody.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_only_the_frame_may_stand_on_other_peoples_pages(anybody: Client) -> None:
    framed, page = anybody.get("/c/harvest/widget/"), anybody.get("/c/harvest/")

    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "Set-Cookie" not in framed.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert b"<form" not in framed.content
    # Its figures have their grades, as everywhere (F2).
    shown = framed.content.decode()
    assert shown.count('class="figure"') == len(re.findall(r'class="grade [a-z_]+"', shown)) == 3


def test_the_page_says_what_it_is_to_programs_and_nobody_can_end_the_script(anybody: Client) -> None:
    Campaign.objects.update(summary='We bring it in. </script><script>alert("x")</script> & more')
    page = _text(anybody, "/c/harvest/")
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    facts = json.loads(linked)

    assert facts["@type"] == "Event"
    assert facts["description"].endswith('</script><script>alert("x")</script> & more')
    assert (facts["startDate"], facts["url"]) == ("2026-10-01", AT)
    assert facts["location"]["geo"]["@type"] == "GeoCoordinates"
    assert "<script>alert" not in page
    assert f'<link rel="canonical" href="{AT}">' in page
    assert f'property="og:image" content="{AT}card.png"' in page
    for path in ("/c/harvest/places/KR/", "/c/harvest/share/"):
        assert "alert(" not in _text(anybody, path).replace("\\u003Cscript\\u003Ealert(", "").replace(
            "&lt;script&gt;alert(", ""
        )


def test_the_snippet_is_ready_to_be_pasted(anybody: Client) -> None:
    page = _text(anybody, "/c/harvest/share/")

    assert f"&lt;iframe src=&quot;{AT}widget/&quot;" in page


def test_the_feed_tells_what_happened_the_newest_first_and_the_end_too(anybody: Client) -> None:
    Campaign.objects.update(state="closed", closed_at=NOW, closing_reason="The frost came early.")
    feed = ElementTree.fromstring(_text(anybody, "/c/harvest/feed.atom"))  # noqa: S314  made here
    entries = [(one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}id")) for one in feed.iter(f"{ATOM}entry")]
    moments = [one.findtext(f"{ATOM}updated") or "" for one in feed.iter(f"{ATOM}entry")]

    assert entries[0] == ("The campaign is closed", f"{AT}#closed")
    assert any((title or "").startswith("A call: ") for title, _ in entries)
    assert any((title or "").startswith("A lot was drawn") for title, _ in entries)
    assert moments == sorted(moments, reverse=True)
    assert len({key for _, key in entries}) == len(entries)
    assert "The frost came early." in _text(anybody, "/c/harvest/feed.rss")


def test_card_and_posters_are_what_they_say(anybody: Client) -> None:
    kinds = {name: anybody.get(f"/c/harvest/{name}") for name in ("card.png", "poster.pdf", "poster.svg")}

    assert kinds["card.png"].content.startswith(b"\x89PNG")
    assert kinds["poster.pdf"].content.startswith(b"%PDF")
    assert b"testserver/c/harvest" in kinds["poster.svg"].content


def test_words_pasted_with_odd_letters_break_neither_card_nor_poster_nor_feed(anybody: Client) -> None:
    Campaign.objects.update(name="Bring in\x0bthe rice", summary="Two\nlines\x01", synthetic_label="A\ntrial")
    Appeal.objects.update(channels=["feed"], title="Lend\x0b a hand", text="Come\x02 along")

    for path in ("card.png", "poster.pdf", "poster.svg", "feed.atom", "feed.rss", "share/", ""):
        assert anybody.get(f"/c/harvest/{path}").status_code == 200, path
    assert "Lend a hand" in _text(anybody, "/calls/feed.atom")


def test_a_draft_has_none_of_it(anybody: Client) -> None:
    Campaign.objects.update(state="draft", opened_at=None)
    for name in ("share/", "widget/", "card.png", "poster.pdf", "poster.svg", "feed.atom"):
        assert anybody.get(f"/c/harvest/{name}").status_code == 404, name
    assert "/c/harvest/" not in _text(anybody, "/sitemap.xml")


def test_what_is_wanted_near_a_town_comes_by_its_distance(anybody: Client) -> None:
    Post.objects.update(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=4), seats=9)
    page = _text(anybody, "/near/?q=수원")

    assert "near Suwon?" in page
    rows = re.findall(r'<th scope="row">([A-Z]\w+)</th><td class="num">(\d+) km</td>', page)
    assert rows
    assert [int(km) for _, km in rows] == sorted(int(km) for _, km in rows)
    assert "Sign up" not in page
    assert "/c/harvest/join/" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("", "Write the name of your town"),
        ("?q=Atlantis", "No town here has that name"),
        ("?q=" + "%EA%B0%80" * 300, "No town here has that name"),
        ("?q=%00", "No town here has that name"),
        ("?q=su", "near Suwon?"),
        ("?place=icheon", "near Icheon?"),
        ("?place=nowhere", "No town here has that name"),
    ],
)
def test_whatever_is_written_is_answered_in_words(anybody: Client, asked: str, says: str) -> None:
    assert says in _text(anybody, f"/near/{asked}")


def test_a_place_says_where_it_wants_help(anybody: Client) -> None:
    Post.objects.update(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=4), seats=9)
    page = _text(anybody, "/c/harvest/places/KR/")

    assert "Where is help needed in" in page
    assert re.search(r"\d+ seats are free in the next 7 days", page)


def test_search_engines_are_led_to_what_is_public_alone(anybody: Client) -> None:
    assert "Disallow: /my/" in _text(anybody, "/robots.txt")
    found = re.findall(r"<loc>http://testserver(.*?)</loc>", _text(anybody, "/sitemap.xml"))
    assert "/c/harvest/" in found
    assert not [path for path in found if path.startswith(("/my", "/desk", "/captain", "/me"))]
    assert {anybody.get(path).status_code for path in found} == {200}
