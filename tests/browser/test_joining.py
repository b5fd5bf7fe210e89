"""Signing up while very many do: the page keeps what was typed and sends it again by itself."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Doors
from tests.browser.inspection import NARROW, NARROWEST, WIDE, Inspector

JOIN = "/c/harvest-kr/join/"


def fill(page: Page) -> None:
    page.goto(JOIN)
    page.get_by_label("First name").fill("Nari")
    page.get_by_label("E-mail", exact=True).fill("nari@example.invalid")
    page.get_by_label("Year of birth").fill("1988")
    page.get_by_label("Town you start from").select_option(index=1)
    page.get_by_label("You may keep").check()


def test_a_full_site_and_a_broken_line_cost_nobody_their_form(doors: Doors) -> None:
    tries: list[str] = []

    def full(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="full")
        elif len(tries) == 2:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="")
        else:
            route.continue_()

    with doors.page() as page:
        page.route(f"**{JOIN}", full)
        fill(page)
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_text("What you typed stays here")).to_be_visible()
        assert page.get_by_label("First name").input_value() == "Nari"

        # It waits as long as it is told, twice, and a little longer each time.
        thanks = "Thank you. Here is your answer."
        expect(page.get_by_role("heading", level=1)).to_have_text(thanks, timeout=30_000)

    assert len(tries) == 3
    assert len(set(tries)) == 1  # the same form with the same id


def test_a_site_that_breaks_costs_nobody_their_form(doors: Doors) -> None:
    def broken(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=500, content_type="text/html", body='<main id="main">Broken</main>')
        else:
            route.continue_()

    with doors.page() as page:
        page.route(f"**{JOIN}", broken)
        fill(page)
        page.get_by_role("button", name="Sign up").click()

        expect(page.get_by_text("This could not be sent")).to_be_visible()
        assert page.get_by_label("First name").input_value() == "Nari"
        page.unroute(f"**{JOIN}")
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Here is your answer.")


def test_a_mistake_comes_back_marked_and_in_focus_without_another_page(doors: Doors) -> None:
    with doors.page() as page:
        fill(page)
        page.get_by_label("E-mail", exact=True).fill("nowhere")
        page.get_by_role("button", name="Sign up").click()

        expect(page.get_by_text("is no e-mail address")).to_be_visible()
        assert page.evaluate("document.activeElement.name") == "email"
        page.get_by_label("E-mail", exact=True).fill("nari2@example.invalid")
        page.get_by_role("button", name="comes with me").click()
        page.locator('[name="with-0-given_name"]').fill("Bom")
        page.locator('[name="with-0-birth_year"]').fill("1990")
        page.get_by_role("button", name="Sign up").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Here is your answer.")


def test_the_pages_around_the_code_are_as_good_as_all_others(doors: Doors) -> None:
    with doors.page() as page:
        fill(page)
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Here is your answer.")
        inspector = Inspector(page, (WIDE, NARROW, NARROWEST))

        for address in ("/c/harvest-kr/join/receipt/", "/my/confirm/", "/my/leave/"):
            seen = inspector.look(address)
            assert (seen.status, seen.axe, seen.overflows, seen.console, seen.foreign) == (
                200,
                [],
                [],
                [],
                [],
            )
