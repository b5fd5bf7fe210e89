"""Cells as other people write them, in the form that our tables have: days, times, figures, skills, countries.

Only what can be meant in one way is rewritten; everything else stays as it is and is named as wrong. What came of it
stands on the page before anything is read in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Final

from dure.operations.imports.cells import LIST_MARK
from dure.simulation import world

_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*\.?")
_KOREAN_DAY: Final = re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h)?", re.IGNORECASE)
# By commas, points, spaces or apostrophes, one kind throughout.
_THOUSANDS: Final = re.compile(r"\d{1,3}([,.\s’'])\d{3}(?:\1\d{3})*")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d{1,3},\d+")
# Where a day is written with the month first (CLDR 46, the short date of each territory's main languages).
MONTH_FIRST: Final = frozenset({"US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "VI"})
# Codes and words that people use for a country beside those of ISO 3166.
_COUNTRIES: Final = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "usa": "US",
    "korea": "KR",
    "한국": "KR",
}
# The words that our own pages use for the tiers.
_TIERS: Final = {
    **dict.fromkeys(("critical", "crítico", "crítica"), "1"),
    **dict.fromkeys(("important", "importante"), "2"),
    **dict.fromkeys(("useful", "útil"), "3"),
    "매우 급함": "1",
    "꼭 필요": "1",
    "중요": "2",
    "도움이 됨": "3",
    "도움": "3",
}
# Consents and other marks of those languages whose headings are guessed (heading_words). An x says yes in one country
# and no in another: it is no word.
_FLAG_WORDS: Final = {
    **dict.fromkeys(("s", "sim", "si", "sí", "o", "동의", "동의함"), "yes"),
    **dict.fromkeys(("não", "nao", "동의 안 함", "동의하지 않음", "미동의"), "no"),
}
DAYS: Final = ("day", "guardian_agreed")
MOMENTS: Final = ("free_from", "free_to")
_CLOCKS: Final = ("starts", "ends")
_WHOLE: Final = ("seats", "population")
_FLAGS: Final = ("consent", "messages", "hazardous", "night", "lone", "with_children", "long_shift")


class Readings:
    """How the cells of one list are read. ``month_first``: whether days are written so where nothing tells."""

    def __init__(self, *, month_first: bool = False) -> None:
        self._month_first = month_first
        self._readers: Mapping[str, Callable[[str], str]] = {
            **dict.fromkeys(DAYS, self._day),
            **dict.fromkeys(MOMENTS, self._moments),
            **dict.fromkeys(_CLOCKS, _clock),
            **dict.fromkeys(_WHOLE, _whole),
            **dict.fromkeys(("lat", "lon"), _degrees),
            **dict.fromkeys(_FLAGS, lambda cell: _FLAG_WORDS.get(cell.casefold(), cell)),
            "birth_year": _year,
            "tier": lambda cell: _TIERS.get(cell.casefold(), cell),
            "skills": _skills,
            "country": _country,
        }

    def learn(self, cells: Iterable[str]) -> None:
        """A day of a month above twelve tells, for the whole list, in which order days are written."""
        firsts, seconds = 0, 0
        for cell in cells:
            for found in _YEAR_LAST.finditer(cell):
                firsts, seconds = max(firsts, int(found[1])), max(seconds, int(found[2]))
        if (firsts > 12) != (seconds > 12):
            self._month_first = seconds > 12

    def read(self, name: str, cell: str) -> str:
        """A cell of our column ``name`` in the form that our tables have."""
        reader = self._readers.get(name)
        return reader(cell.strip()) if reader else cell

    def _day(self, cell: str) -> str:
        if found := _YEAR_FIRST.fullmatch(cell) or _KOREAN_DAY.fullmatch(cell):
            year, month, day = map(int, found.groups())
        elif found := _YEAR_LAST.fullmatch(cell):
            day, month, year = map(int, found.groups())
            if self._month_first:
                day, month = month, day
        else:
            return cell
        return f"{year}-{month:02}-{day:02}" if _is_day(year, month, day) else cell

    def _moments(self, cell: str) -> str:
        return LIST_MARK.join(map(self._moment, cell.split(LIST_MARK)))

    def _moment(self, text: str) -> str:
        """A day with a time, or a time alone."""
        day, _, clock = text.strip().partition(" ")
        if _YEAR_LAST.fullmatch(day) or _YEAR_FIRST.fullmatch(day):
            return f"{self._day(day)} {_clock(clock.strip())}".strip()
        return _clock(text.strip())


def _year(cell: str) -> str:
    """Of a birthday the year alone: the rest is nobody's business. A day that never was is no birthday."""
    if found := _YEAR_FIRST.fullmatch(cell) or _KOREAN_DAY.fullmatch(cell):
        return found[1]
    if found := _YEAR_LAST.fullmatch(cell):
        one, other, year = map(int, found.groups())
        if _is_day(year, other, one) or _is_day(year, one, other):
            return found[3]
    return cell


def _is_day(year: int, month: int, day: int) -> bool:
    with suppress(ValueError):
        return bool(date(year, month, day))
    return False


def _clock(cell: str) -> str:
    """09:00 of 9am, 9.00, 9:00 AM or 9h; a bare figure is no time."""
    found = _CLOCK.fullmatch(cell)
    if found is None or not (found[2] or found[3]):
        return cell
    hour, half = int(found[1]), (found[3] or "").lower().replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return cell
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{found[2] or '00'}"


def _whole(cell: str) -> str:
    found = _THOUSANDS.fullmatch(cell)
    return cell.replace(found[1], "") if found else cell


def _degrees(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def _skills(cell: str) -> str:
    """Several skills parted as people part them; with an evidence (a colon) they are parted as we do."""
    if LIST_MARK in cell or ":" in cell:
        return cell
    return LIST_MARK.join(part for part in map(str.strip, re.split(r"[,/&\n]", cell)) if part)


def _country(cell: str) -> str:
    return _codes().get(cell.casefold(), cell)


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in world.names().items()} | _COUNTRIES
