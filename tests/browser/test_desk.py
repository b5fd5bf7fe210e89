"""The organiser's desk with keys, choosing many at once, and taking it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Doors

pytestmark = pytest.mark.browser


def test_the_desk_is_worked_by_keys_and_what_was_done_is_undone(doors: Doors) -> None:
    with doors.page("organiser") as page:
        page.goto("/desk/")
        _reasons_open_under_their_row(page)
        page.keyboard.press("g")
        page.keyboard.press("p")
        page.wait_for_url(re.compile("/posts/$"))
        # A shift of the afternoon: those that begin soon are called off at once, without an undo.
        row = page.locator("main tbody tr", has_text="13:00–").first
        title = row.locator("label").inner_text()
        page.keyboard.press("j")
        row.locator("input").focus()
        page.keyboard.press("x")
        expect(row.locator("input")).to_be_checked()
        page.get_by_role("button", name="Call off", exact=True).click()
        bar = page.locator(".undo")
        expect(bar).to_contain_text("1 post")
        page.goto(f"{page.url.partition('?')[0]}?show=off")
        expect(page.locator("main tbody")).to_contain_text(title)
        page.keyboard.press("u")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".said").last).to_contain_text("Undone")
        expect(bar).to_have_count(0)


def _reasons_open_under_their_row(page: Page) -> None:
    why = page.locator("[data-opens-here]").first
    why.click()
    expect(why).to_have_attribute("aria-expanded", "true")
    expect(page.locator("tr.opened")).to_contain_text("What would fill it")
    why.click()
    expect(page.locator("tr.opened")).to_have_count(0)


def test_the_keys_are_listed_and_can_be_switched_off(doors: Doors) -> None:
    with doors.page("organiser") as page:
        page.goto("/desk/")
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.type("gp?")
        expect(page.locator("#find")).to_have_value("gp?")
        page.locator("#find").blur()
        page.keyboard.press("?")
        page.wait_for_url(re.compile("/keys/$"))
        page.get_by_role("button", name="Turn the keys off").click()
        page.keyboard.press("/")
        expect(page.locator("#find")).not_to_be_focused()
        page.get_by_role("button", name="Turn the keys on").click()
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()


def test_the_desk_works_without_javascript(doors: Doors) -> None:
    with doors.page("organiser", javascript=False) as page:
        page.goto("/desk/")
        page.get_by_role("link", name=re.compile("^Why")).first.click()
        expect(page.locator("main")).to_contain_text("What would fill it")
        page.locator("#find").fill("Min")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("h1")).to_contain_text("called")
