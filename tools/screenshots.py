"""Take the pictures of docs/img, and every main page of every door into docs/img/pages with the page of docs that
shows them, from the demo's real pages: `python -m tools.screenshots`.

The demo is played anew (South Korea, 3,000 people, seed 1) on a fixed morning, so the pictures change only when
the pages do; what is drawn by lot differs a little from time to time, as lots do.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tools.demo_cast_types import Cast
from tools.demo_site import CHROMIUM_ARGS, ROOT, DemoSite, browser_path, demo_site

PEOPLE = 3_000
FOLDER = ROOT / "docs" / "img"
HEIGHT_MAX, PHONE_HEIGHT_MAX = 1600, 863
KILOBYTES_MAX = 300
# All pages of all doors together; each is cut after its first screens and told in few colours.
GALLERY = FOLDER / "pages"
GALLERY_PAGE = ROOT / "docs" / "pages.md"
GALLERY_HEIGHT_MAX, GALLERY_KILOBYTES_MAX, COLOURS = 1100, 3_000, 64
DOORS = {
    "public": "Public pages",
    "volunteer": "The volunteer's door",
    "captain": "The captain's door",
    "organiser": "The organiser's desk",
    "auditor": "The auditor's door",
    "recipient": "The recipient's door",
}
WIDE, PHONE = 1280, 360
# A bare machine's system font is seldom one that people have on their own: here it is the one that has Hangul.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family" qual="any"><string>sans-serif</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK KR</string></edit></match>
<match target="pattern"><test name="family" qual="any"><string>system-ui</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK KR</string></edit></match>
</fontconfig>"""


@dataclass(frozen=True, slots=True)
class Picture:
    """``role`` signs in with its account; ``kind`` comes by the private link of such a volunteer; else nobody.

    ``door``: under which heading of the gallery it stands; ``says``: what it shows.
    """

    name: str
    address: str
    width: int
    scheme: Literal["light", "dark"] = "light"
    role: str = ""
    kind: str = ""
    door: str = ""
    says: str = ""
    language: str = "en-GB"


def pictures(cast: Cast) -> tuple[Picture, ...]:
    public = f"/c/{cast['slug']}/"
    return (
        Picture("campaign", public, WIDE),
        Picture("standings", f"{public}standings/", WIDE),
        Picture("map", f"{public}map/", WIDE),
        Picture("my-day", "/my/", PHONE, kind="offered"),
        Picture("crew", "/captain/", PHONE, "dark", role="captain"),
        Picture("desk", "/desk/", WIDE, "dark", role="organiser"),
        Picture("check-us", f"{public}check/", WIDE),
        Picture("entry", f"/auditor/{cast['slug']}/entries/0/", WIDE, role="auditor"),
    )


def gallery(cast: Cast) -> tuple[Picture, ...]:
    """Every main page of every door; some narrow, dark or in Korean, so that all of these are seen."""
    return (*_open_pages(cast), *_own_pages(cast), *_desks(cast))


def _open_pages(cast: Cast) -> tuple[Picture, ...]:
    public, region = f"/c/{cast['slug']}/", f"/c/{cast['slug']}/places/KR.13/"
    rows = (
        ("home", "/", "What is on", WIDE),
        ("campaign", public, "A campaign: how far, how sure, what is needed", WIDE),
        ("needs", f"{public}map/", "Where hands are needed", PHONE),
        ("place", region, "A place", WIDE),
        ("standings", f"{public}standings/", "Standings", WIDE),
        ("plan", f"{public}plan/", "The plan", WIDE),
        ("join", f"{public}join/", "Lending a hand", PHONE),
        ("calls", "/calls/", "Calls", WIDE),
        ("proposals", "/drives/", "Proposals", WIDE),
        ("practices", f"{public}practices/", "What works", WIDE),
        ("check-us", f"{public}check/", "Check us", WIDE),
        ("receipt", "/check/", "Checking a receipt", PHONE),
        ("design", "/design/", "The parts our pages are made of", WIDE),
    )
    shown = tuple(
        Picture(f"public-{name}", path, width, door="public", says=says) for name, path, says, width in rows
    )
    korean = Picture(
        "public-campaign-ko", public, WIDE, "dark", door="public", says="In Korean, dark", language="ko"
    )
    return (*shown, korean)


def _own_pages(cast: Cast) -> tuple[Picture, ...]:
    rows = (
        ("offer", "/my/", "An offer, and a free no", "offered", "en-GB"),
        ("day", "/my/", "My day", "placed", "en-GB"),
        ("day-ko", "/my/", "My day, in Korean", "placed", "ko"),
        ("hours", "/my/hours/", "When and where I can help", "placed", "en-GB"),
        ("about", "/my/about/", "What I can do", "placed", "en-GB"),
        ("preparation", "/my/preparation/", "My preparation", "told", "en-GB"),
        ("record", "/my/record/", "My record", "worked", "en-GB"),
        ("data", "/my/data/", "What we know about you", "worked", "en-GB"),
        ("news", "/my/news/", "How we write to you", "placed", "en-GB"),
    )
    own = tuple(
        Picture(f"my-{name}", path, PHONE, kind=kind, door="volunteer", says=says, language=language)
        for name, path, says, kind, language in rows
    )
    team = f"/captain/{cast['team_id']}/"
    crew = (
        ("crew", team, "Today's crew"),
        ("entries", f"{team}entries/", "What the crew did"),
        ("standing", f"{team}standing/", "Where the team stands"),
        ("targets", f"{team}targets/", "The team's targets"),
    )
    captain = tuple(
        Picture(f"captain-{name}", path, PHONE, "dark", role="captain", door="captain", says=says)
        for name, path, says in crew
    )
    return (*own, *captain)


def _desks(cast: Cast) -> tuple[Picture, ...]:
    slug = cast["slug"]
    desk, audit = f"/desk/{slug}/", f"/auditor/{slug}/"
    rows = (
        ("organiser", "today", desk, "The day"),
        ("organiser", "first-steps", f"{desk}first-steps/", "First steps"),
        ("organiser", "invite", f"{desk}invite/", "Inviting people"),
        ("organiser", "find", f"{desk}find/?q=min", "Finding what one may see"),
        ("organiser", "needs", f"{desk}needs/", "Needs that institutions and neighbours ask for"),
        ("organiser", "calls", f"{desk}calls/", "Calls"),
        ("organiser", "plan", f"{desk}plan/", "The plan"),
        ("organiser", "ahead", f"{desk}ahead/", "What lies ahead"),
        ("organiser", "supervision", f"{desk}supervision/", "Who wants a look"),
        ("organiser", "safety", f"{desk}safety/", "Safety"),
        ("organiser", "messages", "/messages/", "Messages"),
        ("auditor", "recounts", audit, "What the lot drew"),
        ("auditor", "entries", f"{audit}entries/", "Entries"),
        ("auditor", "entry", f"{audit}entries/0/", "An entry with its proof"),
        ("recipient", "requests", "/recipient/", "What was asked for"),
    )
    return tuple(
        Picture(f"{role}-{name}", path, WIDE, role=role, door=role, says=says)
        for role, name, path, says in rows
    )


def _let_in(page: Page, site: DemoSite, picture: Picture) -> None:
    if picture.kind:
        page.goto(f"/me/{site.cast['volunteers'][picture.kind][1]}/")
    elif picture.role:
        login = site.cast["logins"][picture.role]
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(login["email"])
        page.locator("input[name=password]").fill(login["password"])
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/")


def take(browser: Browser, site: DemoSite, picture: Picture, folder: Path) -> Path:
    """Take one picture; a phone's is taken at twice the pixels. Long pages are cut at HEIGHT_MAX."""
    path = folder / f"{picture.name}.png"
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": picture.width, "height": 900},
        color_scheme=picture.scheme,
        device_scale_factor=2 if picture.width == PHONE and not picture.door else 1,
        locale=picture.language,
    )
    try:
        page = context.new_page()
        _let_in(page, site, picture)
        answer = page.goto(picture.address)
        if answer is None or not answer.ok:
            raise SystemExit(f"{picture.address} did not open.")
        height_max = PHONE_HEIGHT_MAX if picture.width == PHONE else HEIGHT_MAX
        if picture.door:
            height_max = GALLERY_HEIGHT_MAX
        height = min(height_max, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": picture.width, "height": height}
        page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]  # a FloatRect
    finally:
        context.close()
    return path


def in_few_colours(path: Path) -> None:
    """A page has few colours anyway; told in COLOURS of them it is a third as large."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def gallery_page(shown: tuple[Picture, ...]) -> str:
    """The page of docs that shows them, door by door."""
    lines = [
        "# The pages, door by door",
        "",
        "Taken by `python -m tools.screenshots` from the demo. Nobody on them exists.",
    ]
    for door, heading in DOORS.items():
        lines += ["", f"## {heading}", ""]
        lines += [f"![{one.says}](img/pages/{one.name}.png)" for one in shown if one.door == door]
    return "\n".join(lines) + "\n"


def take_gallery(browser: Browser, site: DemoSite) -> None:
    """Every picture of the gallery, and its page."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.glob("*.png"):
        old.unlink()
    shown = gallery(site.cast)
    for picture in shown:
        in_few_colours(take(browser, site, picture, GALLERY))
    kilobytes = sum(path.stat().st_size for path in GALLERY.glob("*.png")) / 1000
    print(f"{GALLERY.relative_to(ROOT)}: {len(shown)} pages, {kilobytes:.0f} kB", flush=True)
    if kilobytes > GALLERY_KILOBYTES_MAX:
        raise SystemExit(f"The gallery is over {GALLERY_KILOBYTES_MAX} kB.")
    GALLERY_PAGE.write_text(gallery_page(shown))


@contextmanager
def _browser(playwright: Playwright) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory(prefix="dure-fonts-") as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS)
        browser = playwright.chromium.launch(
            executable_path=browser_path(),
            args=list(CHROMIUM_ARGS),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield browser
        browser.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"Playing a demo of {PEOPLE:,} people …", flush=True)
    with (
        demo_site(people_count=PEOPLE) as site,
        sync_playwright() as playwright,
        _browser(playwright) as browser,
    ):
        for picture in pictures(site.cast):
            path = take(browser, site, picture, FOLDER)
            kilobytes = path.stat().st_size / 1000
            print(f"{path.relative_to(ROOT)}: {kilobytes:.0f} kB", flush=True)
            if kilobytes > KILOBYTES_MAX:
                raise SystemExit(f"{path.name} is over {KILOBYTES_MAX} kB.")
        take_gallery(browser, site)


if __name__ == "__main__":
    main()
