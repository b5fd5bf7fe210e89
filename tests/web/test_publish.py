"""The public pages as a folder: complete, linked in itself, asking no server, put in place at once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language, override

from dure.base.one_look import long_look
from dure.kernel.refusals import BadInput
from dure.operations.publish import Published, publish
from dure.operations.publish.asking import Answer, Ask, Copy, visitor
from dure.operations.publish.errors import PublishBusy, PublishFolderForeign, PublishUnwritable
from dure.operations.publish.folder import MARKER, staged
from tests.web.cast import NOW, Cast

BASE = "https://copy.example.org/dure"
LIVING = "https://living.example.org"
LINKED = re.compile(r'\s(href|src|action|data-live-from|data-checkpoint|data-key)="([^"]*)"')
# What is filled in, or is somebody's own: only the living site can do it.
DONE_THERE = re.compile(r"/(?:c/[^/]+/(?:join|needs|give)/|link/|account/|drives/|calls/|copies/)")

PAGE = '<a href="{}">a campaign</a>'

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def living(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_SITE", LIVING)


def _published(folder: Path, **more: object) -> Published:
    return publish(folder=folder, base_url=BASE, now=NOW, **more)  # type: ignore[arg-type]


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of change of every file but the marker."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def _broken_links(folder: Path) -> list[str]:
    """Links that lead nowhere in the folder, and anything that a page would ask of a server."""
    bad = []
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        # Where a form was cut out, a link leads to it.
        for kind, value in LINKED.findall(re.sub(r"<a data-living[^>]*>", "", text)):
            parts = urlsplit(value)
            if parts.scheme in ("http", "https"):
                asks = kind != "href" and page.name != "404.html"
                is_ours = value.startswith(LIVING) and not DONE_THERE.match(parts.path) and parts.path != "/"
                if asks or is_ours:
                    bad.append(f"{page.name}: {value}")
            elif not parts.scheme and parts.path:
                there = posixpath.normpath(posixpath.join(page.parent.as_posix(), unquote(parts.path)))
                if value.startswith("/") or not Path(there).is_file():
                    bad.append(f"{page.relative_to(folder)}: {value}")
    return bad


def test_the_folder_stands_by_itself(cast: Cast, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    done = _published(folder)
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    page = (folder / "c/harvest/index.html").read_text(encoding="utf-8")

    assert done.failed == ()
    assert "\n".join(_broken_links(folder)) == ""
    assert {
        *("index.html", "404.html", "copies/index.html", "robots.txt", "sitemap.xml", "check/index.html"),
        *("c/harvest/index.html", "c/harvest/map/index.html", "c/harvest/figures.json"),
        *(
            "c/harvest/places/KR/index.html",
            "c/harvest/export/places/csv.csv",
            "call/help/poster--lang-en.svg",
        ),
        *("ko/index.html", "ko/c/harvest/index.html", "ko/c/harvest/figures.json", "ko/404.html"),
        *("log/checkpoint", "log/tile/0/000.p/5", "log/tile/entries/000.p/5", ".well-known/dure-log-key"),
        *("static/dure/dure.css", "calls/feed.atom"),
        f"c/harvest/teams/{cast.teams['North']}/index.html",
    } <= names
    # Nothing of anybody's own, nothing of the crew's, nothing of a draft.
    assert not [name for name in names if re.match(r"(ko/)?(my|me|desk|captain|auditor|account|link)/", name)]
    assert 'href="../../ko/c/harvest/index.html"' in page
    assert f'href="{LIVING}/c/harvest/join/"' in page
    assert "A copy." in page
    assert "<form" not in page
    assert BASE in (folder / "sitemap.xml").read_text(encoding="utf-8")
    assert LIVING in (folder / "copies/index.html").read_text(encoding="utf-8")
    # Everybody may read it, whatever the program's own files allow.
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*")} == {0o644, 0o755}
    assert (folder / "log/checkpoint").read_bytes() == _anybody()("/log/checkpoint", "", "en").body


class Site:
    """A small site of made-up pages, some of which can be out of order."""

    def __init__(self) -> None:
        home = PAGE.format("/c/harvest/") + PAGE.format("/c/rain/")
        self.pages = {"/": home, "/c/harvest/": "harvest", "/c/rain/": "rain", "/copies/": "copies"}
        self.broken: set[str] = set()

    def asks(self, copy: Copy) -> Ask:
        def ask(path: str, query: str, language: str) -> Answer:
            address = f"{path}?{query}" if query else path
            if address in self.broken:
                return Answer(500, "text/html", b"broken")
            found = self.pages.get(address)
            kind = "image/png" if path.endswith(".png") else "text/html; charset=utf-8"
            return Answer(404 if found is None else 200, kind, (found or "no page").encode())

        return ask


def _anybody() -> Ask:
    return visitor(Copy(BASE, LIVING, NOW, (("en", "English"),)))


def test_what_did_not_change_is_not_touched_and_what_is_gone_is_gone(tmp_path: Path) -> None:
    folder, site = tmp_path / "copy", Site()
    _published(folder, asks=site.asks)
    before = _state(folder)
    again = _published(folder, asks=site.asks)
    assert again.changed_count == 0
    assert _state(folder) == before

    del site.pages["/c/rain/"]
    site.pages["/"] = PAGE.format("/c/harvest/")
    third = _published(folder, asks=site.asks)
    after = _state(folder)
    # The home page in two languages; the sheet of what is there is not counted.
    assert third.changed_count == 2
    assert before.keys() - after.keys() == {"c/rain/index.html", "ko/c/rain/index.html"}
    assert {name for name in after if after[name] != before[name]} == {"index.html", "ko/index.html"}


def test_a_page_that_fails_leaves_the_last_good_one_and_all_behind_it(tmp_path: Path) -> None:
    folder, site = tmp_path / "copy", Site()
    _published(folder, asks=site.asks)
    before = _state(folder)
    site.broken = {"/", "/c/harvest/"}
    done = _published(folder, asks=site.asks)

    assert sorted(done.failed) == ["en /", "en /c/harvest/", "ko /", "ko /c/harvest/"]
    assert _state(folder) == before


def test_links_lead_to_files_beside_and_else_to_the_living_site(tmp_path: Path) -> None:
    site = Site()
    site.pages["/c/rain/"] = (
        '<a href="/c/harvest/?page=2#b">2</a><a href="/c/harvest/?day=2026-10-06">day</a>'
        '<a href="/language/ko/">ko</a><a href="/c/harvest/join/">join</a><a href="?x=&quot;&gt;&amp;y=1">odd</a>'
        '<a href="https://elsewhere.example.org/">out</a><a href="#main">here</a><img src="/c/harvest/card.png">'
        '<form method="post" action="/c/rain/"><input name="csrf"></form><p title="href=&quot;/c/harvest/&quot;">'
    )
    site.pages["/c/harvest/?page=2"] = "two"
    site.pages["/c/harvest/card.png"] = "picture"
    folder = tmp_path / "copy"
    _published(folder, asks=site.asks)
    page = (folder / "ko/c/rain/index.html").read_text(encoding="utf-8")

    assert 'href="../harvest/index--page-2.html#b"' in page
    assert f'href="{LIVING}/c/harvest/?day=2026-10-06"' in page
    assert 'href="index.html">ko' in page
    assert f'href="{LIVING}/c/harvest/join/"' in page
    assert f'href="{LIVING}/c/rain/?x=&quot;&gt;&amp;y=1"' in page
    assert 'href="https://elsewhere.example.org/"' in page
    assert 'href="#main"' in page
    assert 'src="../harvest/card.png"' in page
    assert f'<a data-living href="{LIVING}/c/rain/">' in page
    assert "<form" not in page
    assert 'title="href=&quot;/c/harvest/&quot;"' in page
    assert 'href="../../ko/c/rain/index.html"' in (folder / "c/rain/index.html").read_text(encoding="utf-8")


def test_a_run_that_breaks_changes_nothing(tmp_path: Path) -> None:
    folder, site = tmp_path / "copy", Site()
    _published(folder, asks=site.asks)
    before = _state(folder)

    with pytest.raises(PublishUnwritable, match="no space left"), staged(folder) as stage:
        stage.put("index.html", b"half a copy")
        raise OSError(28, "No space left on device", str(folder))

    assert _state(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_mounted_folder_is_changed_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: True)
    folder, site = tmp_path / "copy", Site()
    folder.mkdir()
    (folder / "lost+found").mkdir()
    _published(folder, asks=site.asks)
    del site.pages["/c/rain/"]
    site.pages["/"] = PAGE.format("/c/harvest/")
    _published(folder, asks=site.asks)

    names = {name for name in _state(folder) if name.endswith(".html") and not name.startswith("ko/")}
    assert names == {"index.html", "404.html", "copies/index.html", "c/harvest/index.html"}
    assert not (folder / ".next").exists()
    assert (folder / "lost+found").is_dir()


@pytest.mark.parametrize("is_mounted", [False, True])
def test_what_a_host_put_into_the_folder_stays_and_what_was_ours_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_mounted: bool
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: is_mounted)
    folder, site = tmp_path / "copy", Site()
    folder.mkdir()
    _published(folder, asks=site.asks)
    (folder / ".git/refs").mkdir(parents=True)
    (folder / ".git/HEAD").write_text("ref: refs/heads/main", encoding="utf-8")
    (folder / "CNAME").write_text("copy.example.org", encoding="utf-8")
    (folder / "latest").symlink_to("nowhere")
    (folder / "c/harvest/.htaccess").write_text("Options -Indexes", encoding="utf-8")
    del site.pages["/c/rain/"], site.pages["/c/harvest/"]
    site.pages["/"] = "empty"
    for _ in range(2):
        _published(folder, asks=site.asks)

        assert (folder / ".git/HEAD").read_text(encoding="utf-8") == "ref: refs/heads/main"
        assert (folder / ".git/refs").is_dir()
        assert (folder / "CNAME").read_text(encoding="utf-8") == "copy.example.org"
        assert (folder / "latest").is_symlink()
        assert [path.name for path in (folder / "c").rglob("*") if path.is_file()] == [".htaccess"]


def test_a_mounted_folder_forgets_no_page_where_putting_in_place_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: True)
    folder, site = tmp_path / "copy", Site()
    folder.mkdir()
    _published(folder, asks=site.asks)
    del site.pages["/c/rain/"]
    site.pages["/"] = PAGE.format("/c/harvest/")
    with monkeypatch.context() as cut:
        cut.setattr(Path, "unlink", _cut_off_at("rain", Path.unlink))
        with pytest.raises(PublishUnwritable):
            _published(folder, asks=site.asks)
    assert (folder / "c/rain/index.html").exists()

    _published(folder, asks=site.asks)

    assert not (folder / "c/rain").exists()


def _cut_off_at(name: str, unlink: Callable[..., None]) -> Callable[..., None]:
    def cut(path: Path, missing_ok: bool = False) -> None:
        if name in path.parts and ".next" not in path.parts:
            raise OSError(5, "Input/output error", str(path))
        unlink(path, missing_ok=missing_ok)

    return cut


def test_publishing_leaves_its_thread_in_the_language_it_had(cast: Cast) -> None:
    with override("en"):
        assert _anybody()("/", "", "ko").status == 200
        assert get_language() == "en"


def test_two_at_once_are_one_too_many(tmp_path: Path) -> None:
    with staged(tmp_path / "one"), pytest.raises(PublishBusy), staged(tmp_path / "two"):
        pass


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")

    for folder in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(PublishFolderForeign):
            _published(folder, asks=Site().asks)

    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


@pytest.mark.parametrize(
    "address", ["copy.example.org", "ftp://copy.example.org", "https://", "https://a/?b"]
)
def test_an_address_that_is_none_is_refused_before_any_work(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        publish(folder=tmp_path / "copy", base_url=address, now=NOW)

    assert not (tmp_path / "copy").exists()


def test_a_long_look_shows_what_single_looks_show_and_asks_far_less(cast: Cast) -> None:
    ask = _anybody()
    paths = ["/c/harvest/", "/c/harvest/places/KR/", f"/c/harvest/teams/{cast.teams['North']}/"]
    single = [ask(path, "", "en").body for path in paths]

    with CaptureQueriesContext(connection) as alone:
        assert [ask(path, "", "en").body for path in paths] == single
    with long_look(), CaptureQueriesContext(connection) as together:
        assert [ask(path, "", "en").body for path in paths] == single

    assert len(together) < len(alone) / 2


def test_what_one_process_wrote_is_taken_over_by_the_stage(tmp_path: Path) -> None:
    with staged(tmp_path / "copy") as stage:
        own = stage.beside()
        own.put("ko/index.html", b"page")
        stage.put("index.html", b"page")
        stage.take(own)
        assert (stage.file_count, stage.changed_count) == (2, 2)
        stage.mark({})
    assert (tmp_path / "copy/ko/index.html").read_bytes() == b"page"


def test_every_language_of_a_page_names_itself_and_the_others(cast: Cast, tmp_path: Path) -> None:
    _published(tmp_path / "copy")

    for folder, locale in (("", "en_GB"), ("ko/", "ko_KR")):
        page = (tmp_path / "copy" / folder / "c/harvest/index.html").read_text(encoding="utf-8")
        own = f"{BASE}/{folder}c/harvest/"
        assert re.findall(r'rel="canonical" href="([^"]*)"', page) == [own]
        assert re.findall(r'hreflang="([^"]*)" href="(https[^"]*)"', page) == [
            ("x-default", f"{BASE}/c/harvest/"),
            ("en", f"{BASE}/c/harvest/"),
            ("ko", f"{BASE}/ko/c/harvest/"),
        ]
        [image] = re.findall(r'property="og:image" content="([^"]*)"', page)
        assert (tmp_path / "copy" / image.removeprefix(f"{BASE}/")).is_file()
        assert image.startswith(f"{BASE}/{folder}c/")
        assert re.findall(r'property="og:(?:url|locale)" content="([^"]*)"', page) == [locale, own]
        # Whoever may help does so on the living site: there is no such page in a copy.
        assert f'"{LIVING}/c/harvest/join/"' in page
        # Pages without a card name themselves as well.
        home = (tmp_path / "copy" / folder / "index.html").read_text(encoding="utf-8")
        assert f'rel="canonical" href="{BASE}/{folder}"' in home
        assert f"<loc>{own}</loc>" in (tmp_path / "copy" / folder / "sitemap.xml").read_text(encoding="utf-8")


def test_the_living_site_has_one_address_a_page(cast: Cast) -> None:
    page = Client().get("/c/harvest/").text
    assert "x-default" not in page
    assert page.count('rel="canonical"') == 1
