"""Every page of every door in a language that runs from right to left and is longer than English, and in Korean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Doors
from tests.browser.crawl import crawl
from tests.browser.inspection import NARROW, Inspector, Seen
from tests.browser.visitors import NAMES
from tools.pseudo import CODE

pytestmark = pytest.mark.browser
# One visitor of each door: the others see the same pages in another state.
DOORS = [name for name in NAMES if name not in {"worked", "nominated", "told"}]

# Both edges: what sticks out at the far side of a mirrored page lies left of zero.
_LOOK = """() => {
  const root = document.documentElement, width = root.clientWidth;
  const out = [...document.body.querySelectorAll("*")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && (box.right > width + 1 || box.left < -1)
      && !e.closest(".scroll, .skip, .hidden-text, svg, [hidden]") && getComputedStyle(e).position !== "absolute";
  });
  return {
    lang: root.lang, dir: getComputedStyle(root).direction, scrolls: root.scrollWidth > width,
    out: out.slice(0, 3).map(e => e.tagName.toLowerCase() + "." + e.className + " " + e.textContent.slice(0, 40)),
    links: [...document.querySelectorAll("a[href]")].map(a => a.href),
  };
}"""


class Glance(Inspector):
    """Only what a language changes: direction and width, on a phone."""

    def __init__(self, page: Page, language: str, direction: str) -> None:
        super().__init__(page)
        self.language, self.direction = language, direction
        page.set_viewport_size({"width": NARROW, "height": 900})

    def look(self, address: str) -> Seen:
        answer = self.page.goto(address)
        found = self.page.evaluate(_LOOK)
        here = urlsplit(self.page.url)
        seen = Seen(
            address=here.path + (f"?{here.query}" if here.query else ""),
            status=answer.status if answer else 0,
        )
        seen.links = found["links"]
        if (found["lang"], found["dir"]) != (self.language, self.direction):
            seen.console.append(f"in {found['lang']}, {found['dir']}")
        if found["scrolls"]:
            seen.overflows.append(" | ".join(found["out"]) or "scrolls")
        return seen


@contextmanager
def glance(doors: Doors, name: str, language: str, direction: str) -> Iterator[Glance]:
    with doors.page(name, width=NARROW) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": doors.site.address}])
        yield Glance(page, language, direction)


@pytest.mark.parametrize("name", DOORS)
def test_mirrored_and_longer_every_page_keeps_within_a_phone(doors: Doors, name: str) -> None:
    with glance(doors, name, CODE, "rtl") as inspector:
        pages = crawl(inspector, doors.site.address, doors.visitors[name])

    assert {page.address: page.status for page in pages if page.status != 200} == {}
    faults = _faults(pages)
    assert not faults, "\n".join(faults)


def _faults(pages: list[Seen]) -> list[str]:
    return [f"{page.address}: {fault}" for page in pages for fault in (*page.console, *page.overflows)]


# What is longer than Korean is walked every time; Korean itself where there is time.
@pytest.mark.full
@pytest.mark.parametrize("name", NAMES)
def test_in_korean_every_page_keeps_within_a_phone(doors: Doors, name: str) -> None:
    with glance(doors, name, "ko", "ltr") as inspector:
        pages = crawl(inspector, doors.site.address, doors.visitors[name])

    assert _faults(pages) == []


def test_a_page_that_sticks_out_is_seen(doors: Doors) -> None:
    with glance(doors, "", CODE, "rtl") as inspector:
        inspector.page.goto("/left/")
        inspector.page.route(
            "**/link/",
            lambda route: route.fulfill(
                content_type="text/html",
                body='<html lang="ar-xb" dir="rtl"><body><div style="width:900px">wide</div></body></html>',
            ),
        )
        seen = inspector.look("/link/")

    assert seen.overflows == ["div. wide"]
    assert seen.console == []


def test_a_visitor_chooses_a_language_and_stays_on_the_page(doors: Doors) -> None:
    with doors.page() as page:
        page.goto("/calls/")
        page.get_by_role("link", name="한국어").click()

        assert urlsplit(page.url).path == "/calls/"
        assert page.locator("html").get_attribute("lang") == "ko"


@pytest.mark.full
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_in_korean(doors: Doors, name: str) -> None:
    with doors.page(name) as page:
        page.context.add_cookies([{"name": "django_language", "value": "ko", "url": doors.site.address}])
        pages = crawl(Inspector(page), doors.site.address, doors.visitors[name])

    assert [f"{page.address}: {fault}" for page in pages for fault in page.axe] == []
