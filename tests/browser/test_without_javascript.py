"""Everything that matters works with JavaScript switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Doors, code_shown

pytestmark = pytest.mark.browser


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def come_by(page: Page, doors: Doors, kind: str, number: int) -> None:
    page.goto(f"/me/{doors.site.cast['volunteers'][kind][number]}/")


def test_signing_up_and_leaving(doors: Doors) -> None:
    with doors.page(javascript=False, width=360) as page:
        page.goto("/c/harvest-kr/join/")
        page.get_by_label("First name").fill("Haneul")
        page.get_by_label("E-mail", exact=True).fill("haneul@example.invalid")
        page.get_by_label("Year of birth").fill("1988")
        page.get_by_label("Town you start from").select_option(index=1)
        page.get_by_label("You may keep").check()
        press(page, "Sign up")
        assert heading(page) == "Thank you. Here is your answer."
        page.goto("/my/")
        assert heading(page) == "Do we reach you?"
        page.get_by_label("Code").fill(code_shown(page))
        press(page, "Confirm")
        assert "Haneul" in page.get_by_role("main").inner_text()

        page.get_by_role("link", name="My data").click()
        page.get_by_role("link", name="Leave").click()
        press(page, "Leave and delete everything")

        assert heading(page) == "You have left"
        assert page.goto("/my/").status == 404  # type: ignore[union-attr]  # a navigation over HTTP


def test_accepting_an_offer_and_giving_it_back(doors: Doors) -> None:
    with doors.page(javascript=False) as page:
        come_by(page, doors, "offered", 1)
        assert heading(page).endswith("will you come?")
        page.get_by_role("link", name="Why this post?").click()
        assert heading(page).startswith("Why ")
        page.go_back()
        press(page, "Yes, I come")
        expect(page.get_by_text("Yours. Here is all you need.")).to_be_visible()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()

        give_back = page.get_by_role("button", name="I can’t come")
        if give_back.count():  # its shift may have begun
            give_back.click()
            expect(page.get_by_text("Given back.")).to_be_visible()


def test_declining_costs_one_press(doors: Doors) -> None:
    with doors.page(javascript=False) as page:
        come_by(page, doors, "offered", 2)
        press(page, "Not this time")

        expect(page.get_by_text("That costs you nothing")).to_be_visible()


def test_agreeing_to_be_named(doors: Doors) -> None:
    with doors.page(javascript=False) as page:
        come_by(page, doors, "nominated", 0)
        page.goto("/my/record/")
        press(page, "I agree")
        expect(page.get_by_text("now stand on the page of thanks")).to_be_visible()
        page.goto("/c/harvest-kr/thanks/")

        expect(page.get_by_text("Was there before everybody")).to_be_visible()


def test_a_guardian_agrees_and_takes_it_back(doors: Doors) -> None:
    with doors.page("guardian", javascript=False) as page:
        agreed = "You have agreed"
        if heading(page).startswith(agreed):
            press(page, "Take it back")
        assert heading(page).startswith("May ")
        press(page, "I agree")
        assert heading(page).startswith(agreed)


def test_a_captain_checks_in_and_writes_down_the_work(doors: Doors) -> None:
    with doors.page("captain", javascript=False, width=360) as page:
        page.goto(f"/captain/badge/{doors.site.cast['badge']}/")
        comes_by_badge = heading(page)
        page.goto("/captain/")
        here = int(heading(page).split(" of ")[0])
        waited_for = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Check in"))
        waited_for.filter(has_not_text=comes_by_badge).first.get_by_role("button", name="Check in").click()
        assert int(heading(page).split(" of ")[0]) == here + 1

        form = page.locator("form", has=page.get_by_role("button", name="Write it down")).first
        form.get_by_label("Hours, each").fill("many")
        form.get_by_role("button", name="Write it down").click()
        expect(page.get_by_text("Not sent yet.")).to_be_visible()
        form.get_by_label("Hours, each").fill("4.5")
        form.get_by_label("Harvested (kg)").fill("310.5")
        form.get_by_role("button", name="Write it down").click()

        expect(page.get_by_text("Written down for")).to_be_visible()


def test_a_badge_leads_the_captain_to_one_button(doors: Doors) -> None:
    with doors.page("captain", javascript=False, width=360) as page:
        page.goto(f"/captain/badge/{doors.site.cast['badge']}/")
        name = heading(page)
        press(page, "Check in")

        there = page.get_by_role("listitem").filter(has_text=name)
        expect(there.get_by_text("Here ✓")).to_be_visible()


def test_an_organiser_matches_again_and_asks_why(doors: Doors) -> None:
    with doors.page("organiser", javascript=False) as page:
        page.goto("/desk/")
        press(page, "Match again")
        # The page of the match refreshes itself; a slow machine compiles and reads for a while.
        expect(page.get_by_text("proven best")).to_be_visible(timeout=60_000)
        page.get_by_role("link", name="Back to the desk").click()
        page.get_by_role("link", name="Why?").first.click()

        assert "seat" in heading(page)
        expect(page.get_by_role("heading", name="What would fill it")).to_be_visible()


def test_an_auditor_records_a_recount(doors: Doors) -> None:
    with doors.page("auditor", javascript=False) as page:
        page.goto("/auditor/")
        waiting = page.get_by_role("button", name="Write it down").count()
        assert waiting == doors.site.cast["to_recount"]
        page.get_by_label("Found").first.fill("199.5")
        press(page, "Write it down")

        expect(page.get_by_text("Written into the log.")).to_be_visible()
        assert page.get_by_role("button", name="Write it down").count() == waiting - 1
        expect(page.get_by_role("cell", name="199.5 recounted")).to_be_visible()


def test_an_institution_asks_for_something(doors: Doors) -> None:
    with doors.page("recipient", javascript=False) as page:
        page.goto("/recipient/")
        page.get_by_role("link", name="Ask for something").click()
        page.get_by_label("What?").fill("Rice for forty children")
        page.get_by_label("How much?").fill("3")
        page.get_by_label("Where?").select_option(index=1)
        press(page, "Ask")

        expect(page.get_by_text("Asked. The organisers of your area see it")).to_be_visible()
