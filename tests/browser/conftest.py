"""A demo on a site of its own and a real Chromium, once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.visitors import Visitor, visitors
from tools.demo_site import CHROMIUM_ARGS, DemoSite, browser_path, demo_site

PEOPLE = 400
WAIT_MS_MAX = 15_000


@pytest.fixture(scope="session")
def site() -> Iterator[DemoSite]:
    with demo_site(people_count=PEOPLE, with_pseudo=True) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(CHROMIUM_ARGS))
        yield browser
        browser.close()


def code_shown(page: Page) -> str:
    """The code that a demo shows on the page, since it sends no letters."""
    return page.get_by_text("Your code is").locator("strong").inner_text()


class Doors:
    """Opens windows on the site as one of its visitors."""

    def __init__(self, browser: Browser, site: DemoSite) -> None:
        self.browser, self.site = browser, site
        self.visitors = visitors(site.cast)
        self._signed_in: dict[str, object] = {}

    @contextmanager
    def window(self, *, javascript: bool = True, width: int = 1280) -> Iterator[BrowserContext]:
        """A window of a stranger's: nothing remembered from before."""
        context = self.browser.new_context(
            base_url=self.site.address,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale="en-GB",
        )
        context.set_default_timeout(WAIT_MS_MAX)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def page(self, name: str = "", *, javascript: bool = True, width: int = 1280) -> Iterator[Page]:
        """A page of ``name``'s (a key of ``visitors``), already let in."""
        with self.window(javascript=javascript, width=width) as context:
            page = context.new_page()
            if name:
                self.let_in(page, self.visitors[name])
            yield page

    def let_in(self, page: Page, visitor: Visitor) -> None:
        if visitor.link:
            page.goto(visitor.link)
        elif visitor.role:
            login = self.site.cast["logins"][visitor.role]
            page.goto("/account/login/")
            page.get_by_label("Email").fill(login["email"])
            page.get_by_label("Password", exact=True).fill(login["password"])
            page.get_by_role("button", name="Sign in").click()
            page.get_by_text("Sign out").wait_for()


@pytest.fixture(scope="session")
def doors(chromium: Browser, site: DemoSite) -> Doors:
    return Doors(chromium, site)
