"""A campaign's open page follows its figures, each with its grade of proof, and asks less where it isn't answered."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Doors

pytestmark = pytest.mark.browser

FIRST = "[data-live='0']"
# Waits of a minute take some milliseconds, and each is written down.
_QUICK = """
const wait = window.setTimeout;
window.waits = [];
window.setTimeout = (act, ms) => { window.waits.push(ms); return wait(act, Math.min(ms, 20)); };
"""


def _open(page: Page, *answers: object) -> list[Route]:
    """The campaign's page; its figures are answered in turn, the last one again and again; None: not at all."""
    asked: list[Route] = []

    def answer(route: Route) -> None:
        said = answers[min(len(asked), len(answers) - 1)]
        asked.append(route)
        if said is None:
            route.fulfill(status=503, body="full")
        else:
            route.fulfill(status=200, content_type="application/json", body=json.dumps(said))

    page.route("**/figures.json", answer)
    page.add_init_script(_QUICK)
    page.goto("/c/harvest-kr/")
    return asked


def test_a_new_figure_comes_with_its_new_grade_without_reloading(doors: Doors) -> None:
    figure = {
        "value": "12,345",
        "unit": "kg verified",
        "grade": "unknown",
        "proof": "verified: unknown",
        "parts": {},
    }
    said = {"pace": "Two days behind plan.", "figures": [{**figure, "is_word": False}]}
    with doors.page() as page:
        _open(page, said)
        page.get_by_text("12,345").wait_for()
        assert page.inner_text(f"{FIRST} .grade") == "verified: unknown"
        assert page.get_attribute(f"{FIRST} .grade", "class") == "grade unknown"
        assert page.inner_text("[data-live='pace']") == "Two days behind plan."


def test_figures_come_in_the_language_of_the_page_and_not_of_the_browser(doors: Doors) -> None:
    with doors.page() as page:
        page.goto("/language/ko/")
        asked = _open(page, {"pace": "그대로", "figures": []})
        page.get_by_text("그대로").wait_for()
        assert asked[0].request.headers["accept-language"] == "ko"


def test_a_site_that_is_full_is_asked_less_and_less_and_the_page_stays_as_it_was(doors: Doors) -> None:
    with doors.page() as page:
        asked = _open(page, None)
        for _ in range(500):
            if len(asked) >= 6:
                break
            page.wait_for_timeout(20)
        waits = page.evaluate("window.waits.filter(ms => ms >= 40_000)")
        assert len(asked) >= 6
        # Each is twice as long, and half as long again at most: surely longer than the one before.
        assert waits[0] < waits[1] < waits[2] < waits[3]
        assert page.inner_text(f"{FIRST} .grade")
