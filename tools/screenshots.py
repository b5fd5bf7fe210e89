"""Take the pictures of docs/img from the demo's real pages: `python -m tools.screenshots`.

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

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tools.demo_cast_types import Cast
from tools.demo_site import CHROMIUM_ARGS, ROOT, DemoSite, browser_path, demo_site

PEOPLE = 3_000
FOLDER = ROOT / "docs" / "img"
HEIGHT_MAX, PHONE_HEIGHT_MAX = 1600, 863
KILOBYTES_MAX = 300
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
    """``role`` signs in with its account; ``kind`` comes by the private link of such a volunteer; else nobody."""

    name: str
    address: str
    width: int
    scheme: Literal["light", "dark"] = "light"
    role: str = ""
    kind: str = ""


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


def _let_in(page: Page, site: DemoSite, picture: Picture) -> None:
    if picture.kind:
        page.goto(f"/me/{site.cast['volunteers'][picture.kind][1]}/")
    elif picture.role:
        login = site.cast["logins"][picture.role]
        page.goto("/account/login/")
        page.get_by_label("Email").fill(login["email"])
        page.get_by_label("Password", exact=True).fill(login["password"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Sign out").wait_for()


def take(browser: Browser, site: DemoSite, picture: Picture, folder: Path) -> Path:
    """Take one picture; a phone's is taken at twice the pixels. Long pages are cut at HEIGHT_MAX."""
    path = folder / f"{picture.name}.png"
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": picture.width, "height": 900},
        color_scheme=picture.scheme,
        device_scale_factor=2 if picture.width == PHONE else 1,
        locale="en-GB",
    )
    try:
        page = context.new_page()
        _let_in(page, site, picture)
        answer = page.goto(picture.address)
        if answer is None or not answer.ok:
            raise SystemExit(f"{picture.address} did not open.")
        height_max = PHONE_HEIGHT_MAX if picture.width == PHONE else HEIGHT_MAX
        height = min(height_max, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": picture.width, "height": height}
        page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]  # a FloatRect
    finally:
        context.close()
    return path


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


if __name__ == "__main__":
    main()
