"""What is looked at on every page: in one visit, wide and narrow, light and dark."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.figures import LOOSE, RULES, UNITS

WIDE, NARROW, NARROWEST = 1280, 360, 320
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# All that a page's colours can change; every other rule is asked once at each width.
OF_COLOUR = ("color-contrast", "link-in-text-block")
# Shipped with every page of axe: the rules of WCAG 2.2 AA and its best practices, all at their defaults.
_AXE = """async only => (await axe.run(document, {
  resultTypes: ["violations"], preload: false, ...(only.length ? {runOnly: {type: "rule", values: only}} : {})
})).violations.map(
  v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + (n.any[0]?.message || "")).join("; "))"""
_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1);
  return document.documentElement.scrollWidth + " px: " + wide.slice(0, 3).map(
    e => e.tagName.toLowerCase() + "." + e.className + " " + (e.textContent || "").slice(0, 30)).join(" | ");
}"""
_LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"


@dataclass(slots=True)
class Seen:
    """One page as one visitor saw it. Lists hold what was found wrong, in words."""

    address: str
    status: int
    kilobytes: float = 0.0
    axe: list[str] = field(default_factory=list)
    overflows: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    loose_figures: list[str] = field(default_factory=list)
    figure_count: int = 0
    links: list[str] = field(default_factory=list)


class Inspector:
    """Looks at pages in one window, each with an empty cache."""

    def __init__(self, page: Page, widths: tuple[int, ...] = (WIDE, NARROW)) -> None:
        self.page, self.widths = page, widths
        self._said: list[str] = []
        self._asked: list[str] = []
        self._bytes = 0.0
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("request", lambda request: self._note(request))
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        # Nor from what the worker keeps on a captain's phone.
        devtools.send("Network.setBypassServiceWorker", {"bypass": True})
        devtools.on("Network.loadingFinished", self._weigh)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._said.append(f"{message.type}: {message.text}")

    def _note(self, request: Request) -> None:
        self._asked.append(request.url)

    def _weigh(self, event: dict[str, Any]) -> None:
        self._bytes += float(event["encodedDataLength"])

    def look(self, address: str) -> Seen:
        """Load ``address`` once and look at it from every side."""
        self._said, self._asked, self._bytes = [], [], 0.0
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(address)
        return self.look_here(answer.status if answer else 0)

    def look_here(self, status: int) -> Seen:
        """Look at the page as it stands, such as one that a form sent back."""
        page, here = self.page, urlsplit(self.page.url)
        seen = Seen(address=here.path + (f"?{here.query}" if here.query else ""), status=status)
        seen.links = page.evaluate(_LINKS)
        seen.loose_figures = page.evaluate(LOOSE, {"units": UNITS, "rules": RULES})
        seen.figure_count = page.locator(".figure").count()
        page.evaluate(AXE_SCRIPT)
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": 900})
            if overflow := page.evaluate(_OVERFLOW):
                seen.overflows.append(f"at {width}: {overflow}")
            if width == NARROWEST:
                continue
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                only = () if (width == WIDE) == (scheme == "light") else OF_COLOUR
                found = page.evaluate(_AXE, list(only))
                seen.axe += [f"at {width} {scheme}: {words}" for words in found]
        seen.kilobytes = self._bytes / 1000
        # The page of a 404 is logged by the browser itself; that is no fault of the page.
        seen.console = [words for words in self._said if not (status >= 400 and "status of" in words)]
        origin = f"{here.scheme}://{here.netloc}/"
        seen.foreign = [url for url in self._asked if not url.startswith((origin, "data:"))]
        return seen
