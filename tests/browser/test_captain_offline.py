"""A captain's phone where the signal comes and goes: whatever is done is stored once, never lost, never doubled."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageStat
from playwright.sync_api import Browser, expect

from tests.browser.inspection import NARROW, NARROWEST, Inspector
from tests.browser.phones import Held, Stored, phone
from tools.demo_site import DemoSite

pytestmark = pytest.mark.browser
COUNTS = {
    "incidents": "select count(*) from safety_incident where team_id = ?",
    "helps": "select count(*) from needs_helpask where team_id = ?",
    "photos": "select count(*) from evidence_photo where team_id = ?",
    "deputies": "select count(*) from base_rolegrant where team_id = ? and until is not null",
    "entries": "select count(*) from ledger_entry where team_id = ?",
}


@pytest.fixture(scope="session")
def stored(site: DemoSite) -> Stored:
    return Stored(site.database)


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fine chessboard, with the notes a camera leaves: every detail must be gone where nothing was wiped."""
    path = tmp_path_factory.mktemp("phone") / "picture.jpg"
    board = Image.new("L", (1600, 1200))
    board.putdata([255 * ((x // 4 + y // 4) % 2) for y in range(1200) for x in range(1600)])
    notes = Image.Exif()
    notes[0x010E] = "taken at home"
    board.convert("RGB").save(path, exif=notes, quality=90)
    return path


def fill_panel(held: Held, name: str, opener: str, fields: dict[str, str]) -> None:
    page = held.page
    page.get_by_role("link", name=opener).click()
    panel = page.locator(f"#panel-{name}")
    for label, value in fields.items():
        panel.get_by_label(label).fill(value)
    for tick in panel.get_by_role("checkbox").all():
        tick.check()
    panel.locator("button[type=submit]").click()
    expect(panel).to_be_hidden()


def do_the_rest(held: Held, picture: Path, deputy: str) -> None:
    """One act of every kind but those of the crew list."""
    fill_panel(
        held, "walk-in", "Somebody came by themselves", {"First name": "Haneul", "Year of birth": "1990"}
    )
    fill_panel(held, "incident", "Something happened", {"What happened?": "A cut finger, bandaged."})
    fill_panel(held, "help", "Ask for help", {"What is needed?": "Water for ten."})
    fill_panel(held, "deputy", "Hand over to a deputy", {"E-mail of their account": deputy})
    held.page.get_by_role("link", name="A photograph of the work").click()
    held.page.get_by_label("Take or choose a photograph").set_input_files(picture)
    held.page.get_by_role("button", name="Keep it").click()
    expect(held.page.locator("#panel")).to_be_hidden()


def write_down(held: Held, hours: str) -> None:
    work = held.page.locator("#board details.work").first
    if work.get_attribute("open") is None:
        work.locator("summary").click()
    work.get_by_label("Hours, each").fill(hours)
    work.get_by_role("button", name="Write it down").click()


def test_no_kind_of_act_is_lost_or_doubled_by_a_cut_line_or_a_lost_answer(
    chromium: Browser, site: DemoSite, stored: Stored, picture: Path
) -> None:
    team, deputy = site.cast["phones"][0]["team_id"], site.cast["phones"][1]["email"]
    before = {name: stored.count(question, team) for name, question in COUNTS.items()}
    crew = stored.states(team)
    with phone(chromium, site, 0) as held:
        held.open()
        held.settle()
        held.lose_signal()
        held.press("check_in")
        held.press("check_in")
        held.press("undo_check_in")
        do_the_rest(held, picture, deputy)
        expect(held.page.locator("#kept")).to_contain_text("8 entries are kept on this phone")
        assert stored.states(team) == crew

        # The line is back, but no answer gets through: the site stores, and the phone can't know.
        held.find_signal_deaf()
        held.press("check_in", 1)
        held.wait_until_swallowed()
        assert held.count_kept() == 9
        held.wire.mend()
        held.send()
        expect(held.page.locator("#told")).to_be_hidden()

        after = {name: stored.count(question, team) for name, question in COUNTS.items()}
        changed = {name: after[name] - before[name] for name in COUNTS}
        assert changed == {"incidents": 1, "helps": 1, "photos": 1, "deputies": 1, "entries": 0}
        assert stored.states(team) == {"present": 3, "accepted": crew["accepted"] - 2}

        held.wire.deafen()
        write_down(held, "4.5")
        expect(held.page.locator("#kept")).to_contain_text("1 entry is kept")
        held.wait_until_swallowed()
        # Somebody came later and worked for the rest of the day: that is not the same once more.
        held.press("check_in")
        write_down(held, "4.5")
        expect(held.page.locator("#kept")).to_contain_text("3 entries are kept")
        held.wire.mend()
        held.send()

    assert stored.states(team) == {"done": 4, "accepted": crew["accepted"] - 3}
    assert stored.count(COUNTS["entries"], team) == before["entries"] + 4


def test_a_phone_that_died_and_days_offline_lose_nothing(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    team = site.cast["phones"][1]["team_id"]
    crew = stored.states(team)
    with phone(chromium, site, 1) as held:
        held.open()
        held.settle()
        held.lose_signal()
        name = held.press("check_in")
        there = held.page.get_by_role("listitem").filter(has_text=name)
        expect(there.get_by_text("not sent yet")).to_be_visible()
        held.page.close()  # nothing is given time to be written

        held.page = held.window.new_page()
        held.page.clock.install(time=datetime(2025, 3, 1, tzinfo=UTC))  # and its clock came back wrong
        held.page.goto(f"/captain/{team}/")
        expect(held.page.get_by_role("heading", level=1)).to_have_text(f"1 of {crew['accepted']} here")
        expect(held.page.locator("#told")).to_contain_text("No signal.")
        second = held.press("check_in")
        expect(held.page.get_by_role("heading", level=1)).to_have_text(f"2 of {crew['accepted']} here")
        held.page.goto("/captain/")  # the way in, without a signal
        expect(held.page.get_by_role("heading", level=1)).to_have_text(f"2 of {crew['accepted']} here")
        assert stored.states(team) == crew

        # Meanwhile another phone of the same crew has checked the first one in as well.
        with phone(chromium, site, 1) as other:
            other.open()
            assert other.press("check_in") == name
            other.send()
        held.find_signal()
        held.send()
        # Also where the worker sent it, and not the page, which was opened without a signal.
        expect(held.page.locator("#kept")).to_contain_text("Everything is sent.")

    assert stored.states(team) == {"present": 2, "accepted": crew["accepted"] - 2}
    since = stored.rows(
        """select placed.checked_in_at from matching_placement placed join needs_post post on post.id = placed.post_id
        where post.team_id = ? and placed.state = 'present'""",
        team,
    )
    # By the site's clock, which stands in 2026, though the phone's was a year and a half behind.
    assert {str(at)[:10] for (at,) in since} == {"2026-10-07"}
    assert second != name


def test_a_conflict_is_told_in_words_until_it_was_read(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    late = site.cast["phones"][0]["late_team_id"]
    with phone(chromium, site, 0) as held, phone(chromium, site, 0) as other:
        held.open(late)
        held.settle()
        held.lose_signal()
        name = held.press("missing")
        other.open(late)
        other.press("check_in")
        other.send()

        held.find_signal()
        held.send()
        expect(held.page.locator("#told")).to_contain_text(f"Was not carried out: {name} did not arrive")
        held.page.reload()
        held.page.get_by_role("button", name="I have read it").click()
        expect(held.page.locator("#told")).to_be_hidden()
        assert stored.states(late)["present"] == 1

        # Two tabs of one phone: pressed in both, done once, and each shows what the other did.
        tab = held.window.new_page()
        tab.goto(held.page.url)
        held.press("undo_check_in")
        held.send()
        expect(tab.locator('#board button[data-act="check_in"]:visible').first).to_have_attribute(
            "data-who", name
        )


_ONE_MORE = """async (team) => {
  await import("/static/dure/captain/queue.js");
  const account = Number(document.getElementById("crew").dataset.account);
  await dureQueue.add({ id: "00000000-0000-4000-8000-000000000001", kind: "help", facts: { words: "Rope" }, who: "Rope",
    same: "", account, team, day: "2026-10-08" });
}"""
FULL = """IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };"""
NONE = """Object.defineProperty(window, "indexedDB", { value: undefined });"""


def test_a_full_phone_and_a_private_window_are_said_at_once(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    team = site.cast["phones"][1]["team_id"]
    crew = stored.states(team)
    with phone(chromium, site, 1, script=FULL) as held:
        held.open()
        held.settle()
        held.lose_signal()
        held.press("check_in")
        expect(held.page.get_by_text("storage is full and there is no signal")).to_be_visible()
        assert held.page.locator("#board").get_by_text("not sent yet").count() == 0
        held.find_signal()
        held.press("check_in")
        expect(held.page.get_by_role("heading", level=1)).to_contain_text(f"{crew['present'] + 1} of")
    with phone(chromium, site, 1, script=NONE) as held:
        held.page.goto(f"/captain/{team}/?day=2026-10-08")
        expect(held.page.get_by_text("This browser keeps nothing")).to_be_visible()
        held.page.get_by_role("button", name="Check in").first.click()
    assert stored.states(team)["present"] == crew["present"] + 2


def test_a_line_that_goes_dead_in_the_middle_of_an_answer_holds_up_nothing(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    team = site.cast["phones"][2]["team_id"]
    crew = stored.states(team)
    with phone(chromium, site, 2) as held:
        held.open()
        held.page.clock.install()
        held.wire.stall()
        held.press("check_in")
        held.wait_until_swallowed()
        # The site has stored; the phone waits for the rest of the answer, but not without end, and tries again.
        held.page.clock.fast_forward(46_000)
        held.wire.mend()
        held.send()
        assert stored.states(team).get("present", 0) == crew.get("present", 0) + 1
        held.press("undo_check_in")
        held.send()
    assert stored.states(team) == crew


OLD_WORKER = b"""self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.clients.claim();
  await (await caches.open("dure-files-old")).put("/static/dure/dure.css", new Response("old"));
})()));"""


def test_an_old_worker_a_hotels_page_and_signing_out_leave_the_queue_as_it_is(
    chromium: Browser, site: DemoSite
) -> None:
    with phone(chromium, site, 1) as held:
        held.wire.swapped["/service-worker.js"] = OLD_WORKER
        held.open()
        held.wait("async () => caches.has('dure-files-old')")
        held.page.evaluate(_ONE_MORE, held.owner["team_id"])
        held.wire.swapped.clear()
        held.wait(_UPDATED)
        # What somebody else on the way says of an act is no word of the site.
        assert held.page.evaluate(_HOTEL) == ["later", "later", "later"]
        held.page.goto("/account/logout/")
        expect(held.page.get_by_text("1 entry of yours is not sent yet.")).to_be_visible()
        held.open()
        held.settle()
        held.send()


_UPDATED = """async () => {
  await (await navigator.serviceWorker.getRegistration()).update();
  return !(await caches.has("dure-files-old"));
}"""
_HOTEL = """async () => {
  const account = Number(document.getElementById("crew").dataset.account);
  const [real, said] = [fetch, []];
  for (const status of [403, 404, 400]) {
    globalThis.fetch = async () => new Response("<p>Welcome to our hotel", { status });
    said.push(await dureQueue.send(account));
  }
  globalThis.fetch = real;
  return said;
}"""


def test_who_leads_the_crew_no_more_keeps_none_of_its_names(chromium: Browser, site: DemoSite) -> None:
    team, deputy = site.cast["phones"][2]["team_id"], site.cast["phones"][1]
    with phone(chromium, site, 2) as captain:
        captain.open()
        fill_panel(captain, "deputy", "Hand over to a deputy", {"E-mail of their account": deputy["email"]})
        captain.send()
        with phone(chromium, site, 1) as held:
            held.open(team)
            held.settle()
            names = held.page.locator("#board .who").all_inner_texts()
            captain.page.goto(f"/captain/{team}/deputy/")
            captain.page.get_by_role("button", name="Take back").click()

            held.page.evaluate("dispatchEvent(new Event('online'))")
            expect(held.page.get_by_text("You are no captain of this team any more")).to_be_visible()
            shown = held.page.locator("main").inner_text()
            assert [name for name in names if name in shown] == []
            assert held.ask(_DAYS_KEPT) == 0
            held.page.reload()
            held.wait(_NO_PAGES)


_DAYS_KEPT = """async () => {
  const account = Number(document.getElementById("crew").dataset.account);
  return (await dureQueue.keptDays(account)).length;
}"""
_NO_PAGES = """async () => (await (await caches.open("dure-captain-pages")).keys()).length === 0"""


def test_a_badge_is_read_by_the_camera_and_a_code_by_thumb(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    team = site.cast["phones"][0]["team_id"]
    crew = stored.states(team)
    with phone(chromium, site, 0) as held:
        held.open()
        day = held.window.request.get(f"/captain/{team}/day.json?day=2026-10-08").json()
        waiting = [one for post in day["posts"] for one in post["crew"] if one["state"] == "accepted"]
        held.page.get_by_role("button", name="Scan a badge").click()
        expect(held.page.get_by_text("gives no camera")).to_be_visible()
        code = waiting[0]["code"]
        held.page.get_by_label("The code under the badge").fill(f"{code[:3].lower()} {code[3:]}")
        held.page.locator("#code-form button").click()
        expect(held.page.get_by_text(f"{waiting[0]['given_name']} is here ✓")).to_be_visible()
        held.page.get_by_role("button", name="Close").first.click()

        badge = f"https://elsewhere.invalid/captain/badge/{site.cast['badge']}/"
        held.page.evaluate(
            _CAMERA, segno.make(badge, error="m").svg_data_uri(scale=8, border=4, light="#fff")
        )
        held.page.get_by_role("button", name="Scan a badge").click()
        expect(held.page.get_by_text("Not on the list of this phone.")).to_be_visible()
        held.page.get_by_role("button", name="Close").first.click()
        # It is another team's badge, and the site says so.
        held.send()
        expect(held.page.locator("#told")).to_contain_text("Was not carried out: a badge is here")

        # The phone's own camera leads to the badge's page: without a signal, to the crew's, once.
        held.settle()
        held.lose_signal()
        for _ in range(2):
            held.page.goto(f"/captain/badge/{site.cast['badge']}/")
            held.page.wait_for_url(f"**/captain/{team}/")
            expect(held.page.locator("#kept")).to_contain_text("1 entry is kept")
        # A day that is not on the phone is empty, not another day's crew.
        held.page.goto(f"/captain/{team}/?day=2026-10-20")
        expect(held.page.locator("#told")).to_contain_text("This day is not on the phone yet.")
        assert held.page.locator("#board").inner_text() == ""
    assert stored.states(team)["accepted"] == crew["accepted"] - 1


# A camera that shows one picture. The policy of the page lets no other be drawn.
_CAMERA = """async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 640 });
  const draw = () => canvas.getContext("2d").drawImage(picture, 20, 20, 600, 600);
  draw();
  setInterval(draw, 100);
  const devices = { getUserMedia: async () => canvas.captureStream(10) };
  Object.defineProperty(navigator, "mediaDevices", { value: devices, configurable: true });
}"""


def test_a_photograph_keeps_only_what_was_wiped_clear_and_panels_are_good_pages(
    chromium: Browser, site: DemoSite, picture: Path
) -> None:
    with phone(chromium, site, 0) as held:
        held.open()
        held.lose_signal()
        held.page.get_by_role("link", name="A photograph of the work").click()
        held.page.get_by_label("Take or choose a photograph").set_input_files(picture)
        canvas = held.page.locator("canvas.wipe")
        expect(canvas).to_be_visible()
        canvas.focus()
        held.page.keyboard.press("Space")  # the brush begins in the middle
        held.page.get_by_role("button", name="Keep it").click()
        expect(held.page.locator("#kept")).to_contain_text("1 entry is kept")
        encoded = held.page.evaluate(_JPEG)

        # Without a signal every panel is as good as a page.
        held.page.evaluate(_ALL_OPEN)
        seen = Inspector(held.page, (NARROW, NARROWEST)).look_here(200)
        assert (seen.axe, seen.overflows, seen.foreign) == ([], [], [])

    kept = Image.open(BytesIO(base64.b64decode(encoded)))
    assert max(kept.size) == 1280
    assert not kept.getexif()
    grey = kept.convert("L")
    middle, corner = grey.crop((620, 460, 660, 500)), grey.crop((40, 40, 80, 80))
    assert ImageStat.Stat(middle).stddev[0] > 60
    assert ImageStat.Stat(corner).stddev[0] < 12


_JPEG = """async () => {
  const account = Number(document.getElementById("crew").dataset.account);
  return (await dureQueue.acts(account)).find((act) => act.kind === "photo").facts.jpeg;
}"""


_ALL_OPEN = """() => {
  const panel = document.getElementById("panel");
  for (const part of panel.querySelectorAll("[hidden]")) part.hidden = false;
  panel.show();
}"""


def test_another_captain_on_the_same_phone_neither_sees_nor_sends_it(
    chromium: Browser, site: DemoSite, stored: Stored
) -> None:
    first, second = site.cast["phones"][2], site.cast["phones"][1]
    crew = stored.states(first["team_id"])
    with phone(chromium, site, 2) as held:
        held.open()
        held.settle()
        held.lose_signal()
        name = held.press("check_in")
        expect(held.page.locator("#kept")).to_contain_text("1 entry is kept")
        held.window.clear_cookies()
        held.find_signal()

        # Its session has ended: it says so, keeps everything, and the page for signing in knows of it.
        expect(held.page.get_by_text("Your signing in has ended.")).to_be_visible()
        held.page.get_by_role("link", name="Sign in", exact=True).click()
        expect(held.page.get_by_text("1 entry is kept on this phone.")).to_be_visible()

        held.sign_in_again(second)
        held.page.goto(f"/captain/{second['team_id']}/")
        expect(held.page.locator("#told")).to_contain_text("1 entry of another captain waits on this phone.")
        assert name not in held.page.locator("main").inner_text()
        assert stored.states(first["team_id"]) == crew
        held.settle()
        assert held.ask(_TEAMS_KEPT) == [second["team_id"]]

        held.page.goto("/account/logout/")
        held.page.get_by_role("main").get_by_role("button", name="Sign out").click()
        held.sign_in_again(first)
        held.open()
        held.send()
    assert stored.states(first["team_id"]) == {"present": 1, "accepted": crew["accepted"] - 1}


_TEAMS_KEPT = """async () => (await (await caches.open("dure-captain-pages")).keys()).map(
    (one) => Number(new URL(one.url).pathname.split("/")[2]))"""
