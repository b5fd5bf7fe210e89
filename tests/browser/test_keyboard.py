"""Signing up with the keyboard alone, from the first page to the receipt."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Doors, code_shown

pytestmark = pytest.mark.browser

TABS_MAX = 120
# What has the focus: its words, whether it stands in the window, and how its focus is shown.
_FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const words = [...(at.labels || [])].map(l => l.textContent).join(" ") || at.textContent;
  return {
    words: words.trim().replace(/\\s+/g, " "),
    isBody: at === document.body,
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    outline: look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth),
  };
}"""


class Keys:
    """A visitor without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, words: str) -> None:
        """Press Tab until what has ``words`` has the focus; on the way the focus must always be seen."""
        for _ in range(TABS_MAX):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(_FOCUS)
            assert not focus["isBody"], f"the focus left the page on the way to {words!r}"
            assert focus["isSeen"], f"{focus['words']!r} has the focus and can't be seen"
            assert focus["outline"] >= 2, f"{focus['words']!r} has the focus and doesn't show it"
            if words in focus["words"]:
                return
        pytest.fail(f"{words!r} was not reached with Tab")

    def fill(self, words: str, text: str) -> None:
        self.tab_to(words)
        self.page.keyboard.type(text)

    def press(self, words: str, key: str = "Enter") -> None:
        self.tab_to(words)
        self.page.keyboard.press(key)

    def follow(self, words: str) -> None:
        """Press Enter on a link or button that leads to another page."""
        self.tab_to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_signing_up_needs_no_mouse(doors: Doors) -> None:
    with doors.page() as page:
        page.goto("/")
        keys = Keys(page)
        keys.follow("Harvest 2026")
        keys.follow("Lend a hand")
        keys.fill("First name", "Daeun")
        keys.fill("E-mail", "daeun@example.invalid")
        keys.fill("Year of birth", "1991")
        keys.fill("Town you start from", "Seoul")  # typing chooses in a list
        keys.press("Fri 9 Oct", "Space")
        keys.press("Harvest in the fields", "Space")
        keys.press("You may keep what I wrote", "Space")
        keys.follow("Sign up")

        assert page.get_by_role("heading", level=1).inner_text() == "Thank you. Here is your answer."
        assert "You hear from us by" in page.get_by_role("main").inner_text()
        keys.fill("Code", code_shown(page))
        keys.follow("Confirm")
        assert "Confirmed." in page.get_by_role("main").inner_text()


def test_the_first_tab_offers_to_skip_to_the_content(doors: Doors) -> None:
    with doors.page() as page:
        page.goto("/")
        keys = Keys(page)
        keys.press("Skip to the content")

        assert page.evaluate("document.activeElement.id") == "main"


def test_what_can_be_pressed_on_a_phone_is_large_enough(doors: Doors) -> None:
    with doors.page("captain", width=360) as page:
        page.goto("/captain/")
        boxes = [one.bounding_box() for one in page.locator("main .btn, main input:not([type=hidden])").all()]

        assert len(boxes) > 3
        assert min(box["height"] for box in boxes if box) >= 44
