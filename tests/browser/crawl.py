"""Walk every link that a visitor finds, once for each kind of page."""

from __future__ import annotations

from collections import deque
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIRequestContext

from tests.browser.inspection import Inspector, Seen
from tests.browser.visitors import Visitor

# Choosing a language is tried in test_languages; here it would turn the pages that follow into another one.
LEFT_OUT = "/language/"
PAGES_MAX = 60  # more kinds of page than any one visitor has


def kind_of(address: str) -> str:
    """What two pages share that differ only in ids: the route and the names in the query."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        route = parts.path
    return route + "?" + "&".join(sorted(name for name, _ in parse_qsl(parts.query)))


def crawl(inspector: Inspector, origin: str, visitor: Visitor) -> list[Seen]:
    """Look at the starts and at the first page of each kind that is linked from there on, and so on."""
    waiting, known = deque(visitor.starts), set[str]()
    found: list[Seen] = []
    doors = tuple(origin + door for door in visitor.within)
    asks = inspector.page.context.request
    while waiting and len(found) < PAGES_MAX:
        address = waiting.popleft()
        if not is_page(asks, address):
            continue
        seen = inspector.look(address)
        found.append(seen)
        known |= {kind_of(address), kind_of(seen.address)}
        for link in seen.links:
            if link.startswith(origin + LEFT_OUT):
                continue
            if link.startswith(doors) and "#" not in link and kind_of(link) not in known:
                known.add(kind_of(link))
                waiting.append(link)
    return found


def is_page(asks: APIRequestContext, address: str) -> bool:
    """Whether it is HTML; a download (calendar, export, checkpoint) must only be there."""
    answer = asks.head(address)
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    assert is_html or answer.ok, f"{address}: {answer.status}"
    return is_html
