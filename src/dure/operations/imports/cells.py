"""Cells into values. What can't be read is noted and replaced, so that all wrong cells of a row are named."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dure.kernel.quantities import parse_milli
from dure.kernel.refusals import BadInput
from dure.movement.people.checks import CODE_LENGTH_MAX, as_code
from dure.operations.imports.types import Problem, TableRow

LIST_MARK: Final = ";"
YES: Final = frozenset({"yes", "y", "true", "1", "예", "네"})
NO: Final = frozenset({"no", "n", "false", "0", "아니오", "아니요"})
NEUTRAL_DAY: Final = date(2000, 1, 1)
# Any day before or after is a slip, and the calendar's own ends overflow in other timezones.
DAY_MIN: Final = date(1900, 1, 1)
DAY_MAX: Final = date(2199, 12, 31)
_ADDRESS: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
_SHOWN_MAX: Final = 40
# The same codes, days and times stand in thousands of rows.
KEPT_MAX: Final = 10_000


class Cells:
    """One row's cells. Every reading notes what is wrong and goes on with a neutral value."""

    def __init__(self, row: TableRow) -> None:
        self.row = row
        self.problems: list[Problem] = list(row.problems)
        self._bad = {problem.column for problem in self.problems}

    def note(self, column: str, what: str, wanted: str) -> None:
        self._bad.add(column)
        problem = Problem(column, what, wanted)
        # A cell is read for more than one thing (a day, for its own sake and for when the shift begins).
        if problem not in self.problems:
            self.problems.append(problem)

    def is_bad(self, column: str) -> bool:
        return column in self._bad

    def filled(self, column: str) -> bool:
        return self.row.cells[column] != ""

    def text(self, column: str, chars_max: int, *, required: bool = False) -> str:
        value = self.row.cells[column]
        if not value:
            if required:
                self.note(column, "is empty", "a text")
        elif len(value) > chars_max:
            self.note(column, f"has {len(value)} letters", f"at most {chars_max}")
        elif not value.isprintable():
            self.note(column, "holds a line break or an invisible character", "text in one line")
        else:
            return value
        return ""

    def whole(self, column: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number; ``default`` when empty, None saying that it must not be."""
        value = self.row.cells[column]
        wanted = f"a whole number from {_figure(least)} to {_figure(most)}"
        if not value and default is not None:
            return default
        if not value:
            self.note(column, "is empty", wanted)
        elif not re.fullmatch(r"[+-]?[0-9]{1,18}", value) or not least <= int(value) <= most:
            self.note(column, f"{_shown(value)} can't be used", wanted)
        else:
            return int(value)
        return least

    def milli(self, column: str, least: int, most: int, default: int | None = None) -> int:
        """Thousandths of a decimal number, bounds included."""
        value = self.row.cells[column]
        if not value and default is not None:
            return default
        try:
            found = parse_milli(value, where=column)
        except BadInput as no:
            what = str(no.facts["what"]) if value else "is empty"
            self.note(column, what[:80], str(no.facts["wanted"]))
            return least
        if not least <= found <= most:
            self.note(
                column,
                f"{_shown(value)} can't be used",
                f"a number from {least / 1000:g} to {most / 1000:,g}",
            )
            return least
        return found

    def flag(self, column: str, *, default: bool = False) -> bool:
        value = self.row.cells[column].casefold()
        if value in YES:
            return True
        if value and value not in NO:
            self.note(column, f"{_shown(value)} can't be used", "yes or no")
        return default if not value else False

    def codes(self, column: str) -> tuple[str, ...]:
        """Codes once each, in the order given; "First aid" and "first-aid" are the same."""
        return tuple(dict.fromkeys(self._code(column, part) for part in self.parts(column)))

    def code(self, column: str) -> str:
        value = self.text(column, CODE_LENGTH_MAX, required=True)
        return as_code(value)

    def _code(self, column: str, part: str) -> str:
        if len(part) > CODE_LENGTH_MAX or not part.isprintable():
            wanted = f"codes of at most {CODE_LENGTH_MAX} letters, separated by ;"
            self.note(column, f"{_shown(part)} can't be used", wanted)
        return as_code(part)

    def parts(self, column: str) -> list[str]:
        return [part for part in map(str.strip, self.row.cells[column].split(LIST_MARK)) if part]

    def day(self, column: str) -> date | None:
        """A date; None when empty or wrong."""
        value = self.row.cells[column]
        if not value:
            return None
        found = as_day(value)
        if found is None:
            self.note(column, f"{_shown(value)} is no date", "a date such as 2026-10-03")
        return found

    def required_day(self, column: str) -> date:
        found = self.day(column)
        if found is None and not self.is_bad(column):
            self.note(column, "is empty", "a date such as 2026-10-03")
        return found or NEUTRAL_DAY

    def clock(self, column: str) -> time:
        value = self.row.cells[column]
        found = as_clock(value)
        if found is None:
            self.note(column, f"{_shown(value)} is no time" if value else "is empty", "a time such as 08:30")
        return found or time(0)

    def degrees(self, column: str, most: int) -> float | None:
        """Degrees; None when empty or wrong."""
        value = self.row.cells[column]
        if not value:
            return None
        try:
            found = float(value) if re.fullmatch(r"[+-]?[0-9.]{1,20}", value) else math.nan
        except ValueError:
            found = math.nan
        if not math.fabs(found) <= most:
            self.note(column, f"{_shown(value)} can't be used", f"degrees from -{most} to {most}, with a dot")
            return None
        return found

    def address(self, column: str, *, required: bool = False) -> str:
        """An e-mail address. It is not repeated in what is noted: that ends up in logs."""
        value = self.row.cells[column]
        if value and (not _ADDRESS.fullmatch(value) or len(value) > 254):
            self.note(column, "this is no e-mail address", "an address such as name@example.org")
            return ""
        if required and not value:
            self.note(column, "is empty", "an address such as name@example.org")
        return value

    def moment(self, column: str, day: date, clock: time, zone: ZoneInfo) -> datetime:
        """That time on that day by the campaign's clock, as UTC; a time skipped by summer time is wrong."""
        local = datetime.combine(day, clock, zone)
        utc = local.astimezone(UTC)
        if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            self.note(
                column, f"{clock:%H:%M} doesn't exist on {day}", "a time that does: the clocks change then"
            )
        return utc


@lru_cache(maxsize=KEPT_MAX)
def as_day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if DAY_MIN <= day <= DAY_MAX else None


@lru_cache(maxsize=KEPT_MAX)
def as_clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN_MAX else value[: _SHOWN_MAX - 1] + "…")


def _figure(number: int) -> str:
    """Thousands are parted from five figures on, so that years look like years."""
    return f"{number:,}" if number >= 10_000 else str(number)
