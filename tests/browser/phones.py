"""A captain's phone in the tests: a window on the site over a wire that breaks, and what the site has stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.wire import Wire, wire_to
from tools.demo_cast_types import Phone
from tools.demo_site import DemoSite

DAY = "2026-10-08"
WAIT_MS_MAX = 15_000
TRIES_MAX = 3
PROMISE_MS_MAX = 5_000
# Signing in costs a second of hashing each time; the cookies of the first time serve the later windows.
_SIGNED_IN: dict[str, list[Any]] = {}


@dataclass(slots=True)
class Held:
    """A phone in somebody's hand: its window, the page on it, and the wire it hangs on."""

    window: BrowserContext
    page: Page
    wire: Wire
    owner: Phone

    def open(self, team_id: int | None = None) -> None:
        """The day of a team (without one: the owner's own), until its crew is kept on the phone."""
        self.page.goto(f"/captain/{team_id or self.owner['team_id']}/?day={DAY}", wait_until="commit")
        expect(self.page.locator("#board section[data-post]").first).to_be_visible()

    def sign_in(self, who: Phone | None = None) -> None:
        who = who or self.owner
        self.page.goto("/account/login/")
        self.page.get_by_label("Email").fill(who["email"])
        self.page.get_by_label("Password", exact=True).fill(who["password"])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_text("Sign out").wait_for()

    def sign_in_again(self, who: Phone) -> None:
        """By a session of an earlier window, which serves no later one: it may be signed out of."""
        if kept := _SIGNED_IN.pop(who["email"], None):
            self.window.add_cookies(kept)
        else:
            self.sign_in(who)

    def settle(self) -> None:
        """Until the worker keeps the pages, so that they open without a signal."""
        self.wait(_PAGES)

    def ask(self, question: str) -> Any:
        """What a script answers that changes nothing; asked anew where its promise is never kept.

        Playwright waits for a promise without end: a test that came upon one held up CI for an hour.
        """
        for _ in range(TRIES_MAX):
            found = self.page.evaluate(
                f"""() => Promise.race([
                  ({question})().then((value) => ({{ value }})),
                  new Promise((done) => setTimeout(done, {PROMISE_MS_MAX}, null)),
                ])"""
            )
            if found is not None:
                return found["value"]
        raise AssertionError(f"a promise was never kept: {question}")

    def wait(self, question: str) -> None:
        """Until the answer of a script is true, which may be a promise."""
        for _ in range(WAIT_MS_MAX // 100):
            if self.ask(question):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never became true: {question}")

    def press(self, act: str, place: int = 0) -> str:
        """Press a button of the ``place``-th row that has it; the name of whom it is about."""
        button = self.page.locator(f'#board button[data-act="{act}"]:visible').nth(place)
        name = str(button.get_attribute("data-who"))
        button.click()
        return name

    def count_kept(self) -> int:
        return int(self.ask(_COUNT))

    def lose_signal(self) -> None:
        """As in a field: the browser knows of no network."""
        self.wire.cut()
        self.window.set_offline(True)

    def find_signal(self) -> None:
        self.wire.mend()
        self.window.set_offline(False)

    def find_signal_deaf(self) -> None:
        """The network is there, and what is sent arrives, but no answer comes back."""
        self.wire.deafen()
        self.window.set_offline(False)

    def wait_until_swallowed(self) -> None:
        """Until the site has answered something that the phone will never hear."""
        before = self.wire.swallowed
        for _ in range(100):
            if self.wire.swallowed > before:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was sent")

    def send(self) -> None:
        """Wait until the phone has nothing more to send; hasten it where it waits for its next try."""
        for _ in range(WAIT_MS_MAX // 150):
            if not self.count_kept():
                break
            # Not by the mouse: the button rests while something is on its way.
            self.page.evaluate("document.querySelector('#kept button:enabled')?.click()")
            self.page.wait_for_timeout(150)
        assert self.count_kept() == 0


_PAGES = """async () => (await caches.has("dure-captain-pages"))
    && (await (await caches.open("dure-captain-pages")).keys()).length > 0"""
_COUNT = """async () => {
  await import("/static/dure/captain/queue.js");
  const account = Number(document.getElementById("crew").dataset.account);
  return (await dureQueue.acts(account)).filter((act) => act.state === "queued").length;
}"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the site has, read from its database beside it."""

    database: Path

    def rows(self, question: str, *facts: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(question, facts).fetchall()

    def states(self, team_id: int) -> dict[str, int]:
        """How many of a team's crew of the day stand in each state."""
        question = """select placed.state, count(*) from matching_placement placed
            join needs_post post on post.id = placed.post_id where post.team_id = ? and post.day = ? group by 1"""
        return dict(self.rows(question, team_id, DAY))

    def count(self, question: str, *facts: object) -> int:
        return int(self.rows(question, *facts)[0][0])


@contextmanager
def phone(browser: Browser, site: DemoSite, number: int, *, script: str = "") -> Iterator[Held]:
    """The phone of the cast's captain ``number``, signed in; ``script`` runs before any page of its own."""
    owner = site.cast["phones"][number]
    with wire_to(site.address) as wire:
        window = browser.new_context(
            base_url=wire.address, viewport={"width": 360, "height": 760}, has_touch=True, locale="en-GB"
        )
        window.set_default_timeout(WAIT_MS_MAX)
        if script:
            window.add_init_script(script)
        try:
            held = Held(window, window.new_page(), wire, owner)
            if kept := _SIGNED_IN.get(owner["email"]):
                window.add_cookies(kept)
            else:
                held.sign_in()
                _SIGNED_IN[owner["email"]] = list(window.cookies())
            yield held
        finally:
            window.close()
