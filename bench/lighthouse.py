"""Lighthouse over the pages of every door: ``python -m bench.lighthouse --lighthouse PATH [--json FILE]``.

Needs Node and Lighthouse (``npm install lighthouse@13``; PATH is its ``cli/index.js``). The demo's open morning is
served, and each page is loaded as Lighthouse's phone does: a mid-range phone, slow 4G, both simulated (its default).
Wanted: performance, accessibility and best practices at least 95, first paint of something useful within 1.5 s.
Pages behind a door are opened by a browser that is signed in there; its caches are emptied before each page. A run on
a busy machine says too little, never too much.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from tools.demo_cast_types import Cast
from tools.demo_site import CHROMIUM_ARGS, browser_path, demo_site

CATEGORIES: Final = ("performance", "accessibility", "best-practices")
SCORE_WANTED, PAINT_MS_WANTED = 95, 1_500
PUBLIC: Final = (
    "/",
    "/c/{slug}/",
    "/c/{slug}/map/",
    "/c/{slug}/standings/",
    "/c/{slug}/join/",
    "/c/{slug}/check/",
)
VOLUNTEER: Final = ("/my/", "/my/wishes/", "/my/record/", "/my/data/")
CAPTAIN: Final = ("/captain/{team}/", "/captain/{team}/entries/", "/captain/{team}/standing/")
ORGANISER: Final = ("/desk/{slug}/", "/desk/{slug}/needs/", "/desk/{slug}/plan/", "/desk/{slug}/supervision/")


def _sign_in(page: Page, address: str, cast: Cast, door: str) -> None:
    """Enter a door as its people do; the browser keeps the session."""
    page.context.clear_cookies()
    if door == "volunteer":
        page.goto(f"{address}/me/{cast['volunteers']['placed'][0]}/")
    elif door != "public":
        page.goto(f"{address}/account/login/")
        login = cast["logins"][door]
        page.fill("[name=login]", login["email"])
        page.fill("[name=password]", login["password"])
        page.click("main button[type=submit]")


def _looked(lighthouse: Path, address: str, port: int, folder: Path) -> dict[str, Any]:
    report = folder / "report.json"
    command = [
        *(
            shutil.which("node") or "node",
            str(lighthouse),
            address,
            "--quiet",
            "--output=json",
            f"--port={port}",
        ),
        *(f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}"),
    ]
    # A busy machine costs it the beginning of its trace now and then: it asks for another run.
    for is_last in (False, False, True):
        if subprocess.run(command, timeout=300, check=is_last).returncode == 0:
            break
    told = json.loads(report.read_text())
    audits = told["audits"]
    return {
        **{name: round(told["categories"][name]["score"] * 100) for name in CATEGORIES},
        "first_paint_ms": round(audits["first-contentful-paint"]["numericValue"]),
        "largest_paint_ms": round(audits["largest-contentful-paint"]["numericValue"]),
        "blocked_ms": round(audits["total-blocking-time"]["numericValue"]),
        "layout_shift": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "speed_index_ms": round(audits["speed-index"]["numericValue"]),
        "total_kb": round(audits["total-byte-weight"]["numericValue"] / 1000, 1),
        "failed": sorted(
            name
            for category in CATEGORIES
            for name in (one["id"] for one in told["categories"][category]["auditRefs"] if one["weight"])
            if audits[name]["score"] is not None
            and audits[name]["score"] < 1
            and audits[name]["scoreDisplayMode"] == "binary"
        ),
    }


def run(lighthouse: Path, people: int) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    with (
        demo_site(people_count=people) as site,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        browser = playwright.chromium.launch_persistent_context(
            f"{folder}/profile",
            executable_path=browser_path(),
            args=[*CHROMIUM_ARGS, f"--remote-debugging-port={port}"],
        )
        page = browser.new_page()
        words = {"slug": site.cast["slug"], "team": site.cast["team_id"]}
        for door, paths in (
            ("public", PUBLIC),
            ("volunteer", VOLUNTEER),
            ("captain", CAPTAIN),
            ("organiser", ORGANISER),
        ):
            _sign_in(page, site.address, site.cast, door)
            page.goto("about:blank")
            for path in paths:
                rows[path] = _looked(lighthouse, site.address + path.format(**words), port, Path(folder))
                print(f"{path:28} {json.dumps(rows[path])}", flush=True)
        browser.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lighthouse", type=Path, required=True)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = run(given.lighthouse, given.people)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n")
    low = [
        path
        for path, one in rows.items()
        if min(one[name] for name in CATEGORIES) < SCORE_WANTED or one["first_paint_ms"] > PAINT_MS_WANTED
    ]
    print(
        f"{len(rows) - len(low)} of {len(rows)} pages are as wanted"
        + (f"; not: {', '.join(low)}" if low else "")
    )
    sys.exit(bool(low))


if __name__ == "__main__":
    main()
