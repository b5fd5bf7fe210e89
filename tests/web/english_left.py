"""What a page says that is neither translated nor data: found on a page in the pseudo-language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.apps import apps
from django.db import models

from dure.web.words import LANGUAGES
from tools.pseudo import CLOSE, OPEN

# Read aloud or shown like text.
ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title", "label", "content"})
# Said by programs to programs, or in every language alike.
_SILENT = frozenset({"script", "style", "code", "pre", "kbd", "samp"})
_VOID = frozenset({"meta", "link", "img", "input", "br", "hr", "source", "wbr", "area", "col"})
_BRACKETED = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
# A time zone, as the IANA names it; an address; a code to type.
_NO_WORDS = re.compile(r"https?://\S+|\b[A-Z][A-Za-z]+/[\w/+ -]+|\b[A-Z0-9]{5,}\b")
_WORD = re.compile(r"[A-Za-z][A-Za-z’']{2,}")
# Names of things that have no other: formats, standards, this program.
SAME_EVERYWHERE = frozenset(
    {
        *("Dure", "dure", "CSV", "XLSX", "Excel", "HXL", "ODK", "PDF", "SVG", "RSS", "Atom", "JSON", "JPEG"),
        *("UTC", "RFC", "SHA", "GeoNames", "JavaScript"),
    }
)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self._foreign: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            # A text marked with its own language, such as a name of a language, is meant to be as it is.
            self._foreign.append(tag != "html" and "lang" in given)
        self._silent += tag in _SILENT
        if tag == "meta" and given.get("name") != "description":
            return
        is_button = tag == "input" and given.get("type") == "submit"
        shown = [given[name] for name in ATTRIBUTES if given.get(name)] + [given.get("value")] * is_button
        self.found += [text for text in shown if text and not any(self._foreign)]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._foreign:
            self._foreign.pop()
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and not any(self._foreign):
            self.found.append(data)


def data_words() -> frozenset[str]:
    """Every word of every text in the database: names and what people wrote stay as they are."""
    found: set[str] = set()
    for model in apps.get_models():
        texts = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for row in model._default_manager.values_list(*texts) if texts else ():
            for value in row:
                found |= set(_WORD.findall(value or ""))
    # Each language is named as its speakers name it.
    return frozenset(found.union(*(_WORD.findall(str(name)) for name in LANGUAGES.values())))


def english_left(html: str, data: frozenset[str]) -> list[str]:
    """Texts of ``html`` that hold a word of Latin letters which is no data: a sentence that nobody can translate."""
    parser = _Texts()
    parser.feed(html)
    left: list[str] = []
    for text in parser.found:
        rest = text
        while (shorter := _BRACKETED.sub(" ", rest)) != rest:
            rest = shorter
        words = set(_WORD.findall(_NO_WORDS.sub(" ", rest))) - SAME_EVERYWHERE - data
        if words:
            left.append(" ".join(text.split())[:120])
    return left
