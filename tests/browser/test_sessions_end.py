"""A session ends in the middle of a form, in a real browser and without JavaScript: nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Doors
from tests.browser.inspection import Inspector

pytestmark = pytest.mark.browser


def test_a_volunteer_whose_page_was_closed_sends_what_was_typed_once_more(doors: Doors) -> None:
    with doors.page("placed", javascript=False, width=360) as page:
        page.goto("/my/about/")
        page.get_by_label("Kiswahili").check()
        page.context.clear_cookies()
        page.get_by_role("button", name="Keep this").click()
        # Without the cookie the token is nobody's; with a new one the page still wants the link.
        page.get_by_role("button", name="Send it now").click()
        assert "open your link once more" in page.locator("h1").inner_text()

        doors.let_in(page.context.new_page(), doors.visitors["placed"])
        page.get_by_role("button", name="Send it now").click()

        assert "It counts from the next match on." in page.locator("main").inner_text()
        assert page.get_by_label("Kiswahili").is_checked()
        page.get_by_label("Kiswahili").uncheck()
        page.get_by_role("button", name="Keep this").click()


def test_a_captain_signs_in_in_another_tab_and_sends_it(doors: Doors) -> None:
    with doors.page("captain", width=360) as page:
        page.goto(f"/captain/{doors.site.cast['team_id']}/number/")
        page.get_by_label("Your mobile phone").fill("not a number, but a long answer")
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Yes, they may call me here").click()
        assert "sign in once more" in page.locator("h1").inner_text()
        assert "not a number, but a long answer" in page.locator("main").inner_text()
        seen = Inspector(page).look_here(403)
        assert (seen.axe, seen.overflows, seen.foreign) == ([], [], [])

        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in, in a new tab").click()
        login, tab = doors.site.cast["logins"]["captain"], opened.value
        tab.get_by_label("Email").fill(login["email"])
        tab.get_by_label("Password", exact=True).fill(login["password"])
        tab.get_by_role("button", name="Sign in").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are signed in")

        # Signing in changes the token on purpose: one press more.
        page.get_by_role("button", name="Send it now").click()
        page.get_by_role("button", name="Send it now").click()
        assert page.get_by_label("Your mobile phone").input_value() == "not a number, but a long answer"
