"""Which pages a copy holds, in which file each stands, and how their links are made to lead there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape, unescape
from typing import Final
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

# Public pages that say something; what is filled in, and what is somebody's own, is left to the living site.
PUBLIC: Final = re.compile(
    r"/(?:c/[^/]+/(?!(?:join|needs|give)/).*|calls/.*|call/.*"
    r"|drives/(?!(?:propose|proposed|name)/).*|check/|copies/|sitemap\.xml|robots\.txt)?"
)
# What may stand behind the "?" of a copied page. Days are left out: there is no end to them.
QUERIES: Final = frozenset({"page", "place", "lang"})
# Leads from a copied page to the same page in another language.
OTHER_LANGUAGE: Final = re.compile(r"/language/([^/]+)/")
STATIC: Final = "/static/"
ENDINGS: Final = {
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/json": ".json",
}
# Our own pages write attributes in double quotes, and escape those in what others wrote.
LINK: Final = re.compile(r'(?<=\s)(href|src|data-live-from|data-checkpoint|data-key)="([^"]*)"')
FORM: Final = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
# Reckons in the browser and asks nobody but the log's files beside it.
KEPT_FORM: Final = 'id="receipt-form"'
TOKEN: Final = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')
_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An address of the site: path and query."""

    path: str
    query: str = ""

    @property
    def is_public(self) -> bool:
        names = {name for name, _ in parse_qsl(self.query, keep_blank_values=True)}
        return PUBLIC.fullmatch(self.path) is not None and names <= QUERIES

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


def file_of(place: Place, content_type: str, folder: str) -> str:
    """Where an answer stands in the copy; ``folder`` is that of its language, "" for the first one."""
    path = unquote(place.path).lstrip("/")
    kind = content_type.partition(";")[0].strip()
    if kind == "text/html":
        path += "index.html" if path.endswith("/") or not path else ".html"
    elif path.endswith("/"):
        path = path.rstrip("/") + ENDINGS.get(kind, ".bin")
    if place.query:
        stem, ending = posixpath.splitext(path)
        path = f"{stem}--{_told(place.query)}{ending}"
    return posixpath.join(folder, path)


def _told(query: str) -> str:
    """A query as part of a file's name; what a name can't hold is told apart by a hash."""
    plain = "-".join(f"{name}-{value}" for name, value in parse_qsl(query, keep_blank_values=True))
    if _PLAIN.fullmatch(plain) and len(plain) < 80:
        return plain
    return sha256(query.encode()).hexdigest()[:16]


def places_in(page: str, at: Place) -> Iterator[Place]:
    """Every address of this site that the page at ``at`` leads to or shows."""
    for found in LINK.finditer(page):
        place, _ = _resolved(unescape(found[2]), at)
        if place is not None:
            yield place


def _resolved(value: str, at: Place) -> tuple[Place | None, str]:
    """Where ``value`` leads on this site, and to which part of that page; None: it leads elsewhere."""
    if not value or value.startswith(("#", "//")) or urlsplit(value).scheme:
        return None, ""
    parts = urlsplit(urljoin(at.path, value) if not value.startswith("?") else at.path + value)
    return Place(parts.path, parts.query), parts.fragment


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one language: ``files`` by place, ``others`` the same of other languages by their codes.

    ``living``: the site's address, "" if unknown; ``note`` says on a page that a form is found there, ``absent`` is the
    file that says so where the address isn't known.
    """

    files: Mapping[Place, str]
    others: Mapping[str, Mapping[Place, str]]
    living: str
    note: str
    absent: Place = Place("/copies/")


def rewritten(page: str, at: Place, file: str, shelf: Shelf, absolute: str = "") -> str:
    """The page as it stands in the copy: links lead to files beside it, or to the living site, forms only there.

    ``absolute``: links begin with this address rather than from the page's own place, which isn't known.
    """

    def leads(value: str) -> str:
        place, part = _resolved(unescape(value), at)
        if place is None:
            return value
        if (other := OTHER_LANGUAGE.fullmatch(place.path)) is not None:
            there = shelf.others.get(other[1], {}).get(at)
        elif place.path.startswith(STATIC):
            there = place.path.lstrip("/")
        else:
            there = shelf.files.get(place)
        if there is None and shelf.living:
            return escape(shelf.living + place.address + (f"#{part}" if part else ""))
        there = there or shelf.files.get(shelf.absent) or file
        near = f"{absolute}/{there}" if absolute else posixpath.relpath(there, posixpath.dirname(file) or ".")
        return escape(near + (f"#{part}" if part else ""))

    def link(found: re.Match[str]) -> str:
        return f'{found[1]}="{leads(found[2])}"'

    def form(found: re.Match[str]) -> str:
        if KEPT_FORM in found[1]:
            return TOKEN.sub("", found[0])
        there = escape(shelf.living + at.address) if shelf.living else leads(shelf.absent.path)
        return f'<p class="small"><a data-living href="{there}">{escape(shelf.note)}</a></p>'

    return FORM.sub(form, LINK.sub(link, page))
