"""Every page of every door, in a real Chromium: wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Page

from dure.web.urls import urlpatterns
from tests.browser.conftest import Doors
from tests.browser.crawl import crawl, kind_of
from tests.browser.inspection import NARROW, NARROWEST, WIDE, Inspector, Seen
from tests.browser.visitors import NAMES, NARROWEST_TOO

pytestmark = pytest.mark.browser

Walk = Callable[[str], tuple[Seen, ...]]
KILOBYTES_MAX = 150
# No pages to look at: what is posted to, sent on from, or downloaded.
NO_PAGES = {
    *("my-accept", "my-decline", "my-withdraw", "my-nomination", "my-leave-now", "my-close"),
    *("my-home-answer", "desk-stand-down-figures"),
    *("my-now-take", "desk-match-stop", "desk-match-again"),
    *("calls-atom", "calls-rss", "call-poster", "robots", "sitemap"),
    *("campaign-card", "campaign-poster", "campaign-poster-pdf", "campaign-feed-atom", "campaign-feed-rss"),
    *("me-confirm", "my-confirm-again", "desk-alike-decide"),
    *("desk-call-words", "desk-call-wave", "desk-call-wave-stop", "desk-call-close"),
    *("my-news-push", "my-news-end", "service-worker", "delivery-report", "sms-received"),
    *("my-shifts", "my-group-open", "my-group-join", "my-group-leave"),
    *("my-travel", "my-reserve-end", "my-preparation-step", "my-preparation-no", "my-session"),
    *(
        "crew-signal",
        "vetting-look",
        "vetting-back",
        "vetting-pace",
        "vetting-paper",
        "vetting-session",
        "vetting-session-off",
    ),
    *("desk-needs-decide", "desk-needs-around", "desk-needs-training", "desk-needs-across", "desk-reserve"),
    *("crew-challenge-sign", "crew-challenge-aside", "crew-challenge-end", "crew-practice-adopt"),
    *("crew-day", "crew-acts", "crew-deputy-back", "evidence-photo", "evidence-away"),
    *("guardian-answer", "check-in", "did-not-arrive", "record-work", "crew-correct"),
    *("desk-undo", "desk-now", "desk-help", "desk-match-show", "desk-approval", "desk-people-end"),
    *("desk-open", "desk-discard", "desk-sample", "start-places-away"),
    *(
        "start-lists",
        "start-list-sample",
        "start-list-run",
        "start-list-forget",
        "start-list-undo",
        "my-known-new",
    ),
    *("desk-import-run", "desk-import-stop", "desk-import-forget", "desk-import-undo"),
    *("desk-match", "desk-confirm", "desk-looked", "desk-plea", "my-same", "audit-recount"),
    *("language", "me", "guardian-enter", "my-calendar", "my-export"),
    *("my-receipts", "crew-receipts", "audit-entries-csv"),
    *("my-new-link", "my-name", "my-consent", "my-town", "my-letters", "calendar-feed"),
    *("campaign-figures", "campaign-export"),
    *(
        "log-checkpoint",
        "log-tile",
        "log-entries",
        "log-key",
        "log-cosignature",
        "log-resumed",
        "log-resumed-once",
    ),
    *("log-checkpoint-later", "log-tile-later", "log-entries-later"),
}
BAD = """<h1>Bad</h1><img src="https://elsewhere.invalid/a.png"><div id="wide">We picked 40 kg.</div>
<style>h1 { color: red; }</style><div class="figure"><span class="value">7</span></div>
<table><tr><td>12 h</td></tr></table>"""
# Stand at the end of an act, and are looked at there (joined and my-confirm in test_joining).
AFTER_AN_ACT = {"joined", "my-confirm", "needs-asked", "badge"}
# Of a file that was handed in, of an empty installation and of a gift handed on: tried in test_first_day.
AFTER_AN_ACT |= {"desk-import", "desk-import-rejected", "first-run", "recipient-came"}
# Of a list of own places that was handed in: tried in tests/web/test_first_run.
AFTER_AN_ACT |= {"start-list", "start-list-rejected"}
# Of a campaign that is closed, and the demo's still runs: tried in tests/web/test_succession.
AFTER_AN_ACT |= {"campaign-report", "campaign-report-pdf", "campaign-report-sealed"}


@pytest.fixture(scope="session")
def walked(doors: Doors) -> Walk:
    """What each visitor saw, walked once and kept for all tests."""

    @cache
    def walk(name: str) -> tuple[Seen, ...]:
        with doors.page(name) as page:
            return tuple(crawl(Inspector(page, _widths(name)), doors.site.address, doors.visitors[name]))

    return walk


def _widths(name: str) -> tuple[int, ...]:
    return (WIDE, NARROW, NARROWEST) if name in NARROWEST_TOO else (WIDE, NARROW)


def _faults(pages: Iterable[Seen], kind: str) -> list[str]:
    return [f"{page.address}: {fault}" for page in pages for fault in getattr(page, kind)]


@pytest.mark.parametrize("name", NAMES)
def test_every_page_that_is_linked_opens(walked: Walk, name: str) -> None:
    assert {page.address: page.status for page in walked(name) if page.status != 200} == {}


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(walked: Walk, name: str) -> None:
    assert _faults(walked(name), "axe") == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_its_screen(walked: Walk, name: str) -> None:
    assert _faults(walked(name), "overflows") == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_reported_in_the_console_nor_stopped_by_the_content_policy(
    walked: Walk, name: str
) -> None:
    assert _faults(walked(name), "console") == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_elsewhere(walked: Walk, name: str) -> None:
    assert _faults(walked(name), "foreign") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_first_visit_is_light(walked: Walk, name: str) -> None:
    weights = {page.address: round(page.kilobytes) for page in walked(name)}

    assert min(weights.values()) > 1  # so that a broken scale is no success
    assert {address: weight for address, weight in weights.items() if weight > KILOBYTES_MAX} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_its_grade_of_proof(walked: Walk, name: str) -> None:
    assert _faults(walked(name), "loose_figures") == []


def test_figures_are_found_where_there_are_some(walked: Walk) -> None:
    counts = {page.address: page.figure_count for page in walked("public")}

    assert counts["/c/harvest-kr/"] >= 3
    assert counts["/c/harvest-kr/standings/"] >= 3


def test_no_page_is_left_out(walked: Walk) -> None:
    reached = {kind_of(page.address).split("?")[0] for name in NAMES for page in walked(name)}
    # With one team, desk or audit its page comes at once.
    chosen = {"captain/", "desk/", "vetting/", "auditor/"}
    wanted = {str(one.pattern): one.name for one in urlpatterns if one.name not in NO_PAGES | AFTER_AN_ACT}

    assert {name for route, name in wanted.items() if route not in reached | chosen} == set()


@pytest.fixture
def inspector(doors: Doors) -> Iterator[Inspector]:
    with doors.page() as page:
        yield Inspector(page)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere/", 404), ("/c/nothing/", 404), ("/me/0.1.nobody/", 404), ("/my/", 404)],
)
def test_pages_that_say_no_are_as_good_as_the_others(inspector: Inspector, address: str, status: int) -> None:
    seen = inspector.look(address)

    assert seen.status in {status, 410}
    assert (seen.axe, seen.overflows, seen.console, seen.foreign) == ([], [], [], [])


@pytest.mark.parametrize(
    "address", ["/c/harvest-kr/join/", "/c/harvest-kr/give/", "/drives/propose/", "/account/login/"]
)
def test_a_form_sent_back_is_as_good_as_the_others(inspector: Inspector, address: str) -> None:
    inspector.look(address)
    page: Page = inspector.page
    with page.expect_navigation():
        page.evaluate(
            "() => { const f = document.querySelector('main form'); f.noValidate = true; f.submit(); }"
        )
    seen = inspector.look_here(422)

    assert page.locator(".wrong, .errorlist").count() > 0
    assert (seen.axe, seen.overflows, seen.console) == ([], [], [])


def test_the_inspection_sees_what_is_wrong(doors: Doors) -> None:
    with doors.page() as page:
        inspector = Inspector(page)
        page.goto("/left/")
        page.evaluate("words => { document.getElementById('main').innerHTML = words; }", BAD)
        page.evaluate("() => { document.getElementById('wide').style.width = '2000px'; }")
        seen = inspector.look_here(200)

    assert any("image-alt" in fault for fault in seen.axe)
    assert len(seen.overflows) == 2
    assert seen.foreign == ["https://elsewhere.invalid/a.png"]
    assert any("Content Security Policy" in fault for fault in seen.console)
    assert len(seen.loose_figures) == 3
