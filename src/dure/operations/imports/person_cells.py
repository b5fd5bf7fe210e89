"""How the cells of a people file are read: one function a fact, the same for a row and for a column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from dure.kernel.refusals import BadInput
from dure.movement.people.ages import OLDEST_AGE
from dure.movement.people.checks import (
    CODE_LENGTH_MAX,
    EVIDENCE_LENGTH_MAX,
    LANGUAGE_LENGTH_MAX,
    PHYSICAL_MAX,
    SHIFTS_MAX,
    TRAVEL_LIMIT_MAX_M,
    as_code,
    span_problem,
)
from dure.movement.people.contacts import normal_email, normal_phone
from dure.movement.people.names import normal_name
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    MESSAGES,
    OWN_WORD,
    SKILL,
    NewCredential,
)
from dure.movement.places.types import AreaFacts
from dure.operations.imports.cells import KEPT_MAX, Cells, as_clock, as_day
from dure.operations.imports.lookups import Towns

# The words people agreed to stand on the importer's own form; this says that they are kept there.
WORDING: Final = "importer's own form"
TRAVEL_KM: Final = 20
LANGUAGE: Final = "en"
GROUP_CHARS_MAX: Final = 80
_UNTIL: Final = re.compile(r"(.*\S)\s+until\s+(\S+)", re.IGNORECASE)
Credentials = tuple[tuple[str, ...], tuple[NewCredential, ...]]


class PersonCells:
    """Reads facts out of cells; what is wrong is noted with the cells, and a neutral value given."""

    def __init__(
        self, *, today: date, zone: ZoneInfo | None, day: date | None, within: tuple[str, ...] = ("/",)
    ) -> None:
        self._today = today
        self._zone = zone
        self._day = day
        self.towns = Towns(within)
        self._moments: dict[str, datetime] = {}

    def town(self, cells: Cells) -> AreaFacts | None:
        return self.towns.town(cells, "town")

    def given_name(self, cells: Cells) -> str:
        if not cells.filled("given_name"):
            cells.note("given_name", "is empty", "a text")
            return ""
        return _as_the_room(cells, "given_name", normal_name)

    def email(self, cells: Cells) -> str:
        address = cells.address("email", required=not cells.filled("phone"))
        return _as_the_room(cells, "email", normal_email) if address else ""

    def phone(self, cells: Cells, town: AreaFacts | None) -> str:
        if town is None or not cells.filled("phone"):
            return ""
        return _as_the_room(cells, "phone", lambda text: normal_phone(text, country=town.country))

    def guardian_email(self, cells: Cells) -> str:
        address = cells.address("guardian_email")
        return _as_the_room(cells, "guardian_email", normal_email) if address else ""

    def causes(self, cells: Cells) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Causes refused and preferred; nothing is both."""
        refuses, prefers = cells.codes("refuses"), cells.codes("prefers")
        if both := sorted(set(refuses) & set(prefers)):
            cells.note("prefers", f"{both[0][:40]!r} is refused too", "each cause in one of the two")
        return refuses, prefers

    def birth_year(self, cells: Cells) -> int:
        return cells.whole("birth_year", self._today.year - 1 - OLDEST_AGE, self._today.year)

    def travel_limit_m(self, cells: Cells) -> int:
        return cells.milli("travel_limit_km", 0, TRAVEL_LIMIT_MAX_M, TRAVEL_KM * 1000)

    def language(self, cells: Cells) -> str:
        return as_code(cells.text("language", LANGUAGE_LENGTH_MAX)) or LANGUAGE

    def guardian_agreed_at(self, cells: Cells) -> datetime | None:
        agreed = cells.day("guardian_agreed")
        return datetime.combine(agreed, time(12), UTC) if agreed else None

    def physical_max(self, cells: Cells) -> int:
        return cells.whole("physical_max", 0, PHYSICAL_MAX, 2)

    def shifts_max(self, cells: Cells) -> int:
        return cells.whole("shifts_max", 1, SHIFTS_MAX, 1)

    def long_shift(self, cells: Cells) -> bool:
        return cells.flag("long_shift")

    def group(self, cells: Cells) -> str:
        return cells.text("group", GROUP_CHARS_MAX)

    def consents(self, cells: Cells) -> tuple[str, ...]:
        messages = cells.flag("messages")
        if not cells.filled("consent"):
            cells.note("consent", "is empty", "yes: nobody is registered without their consent")
        elif not cells.flag("consent") and not cells.is_bad("consent"):
            cells.note("consent", "says no", "yes: nobody is registered without their consent")
        return (MATCHING, MESSAGES) if messages else (MATCHING,)

    def credentials(self, cells: Cells) -> Credentials:
        """Skills on their own word, then what there is evidence for."""
        own_word, shown = _skills(cells)
        held = [_credential(cells, kind) for kind in (COVER, BRIEFING, CLEARANCE)]
        return own_word, (*shown, *(credential for credential in held if credential))

    def free_spans(self, cells: Cells) -> tuple[tuple[datetime, datetime], ...]:
        starts = [self._moment(cells, "free_from", text) for text in cells.parts("free_from")]
        ends = [self._moment(cells, "free_to", text) for text in cells.parts("free_to")]
        if len(starts) != len(ends):
            cells.note(
                "free_to", f"holds {len(ends)} times, free_from {len(starts)}", "as many as in free_from"
            )
        spans = [(start, end) for start, end in zip(starts, ends, strict=False) if start and end]
        for start, end in spans:
            if end <= start:
                wanted = "a later time (for a night, dates with times)"
                cells.note("free_to", "is not after free_from", wanted)
            elif bad := span_problem(start, end, today=self._today):
                cells.note("free_to", *bad)
        return tuple(spans)

    def _moment(self, cells: Cells, column: str, text: str) -> datetime | None:
        """As :meth:`_new_moment`; what was read without a problem is kept, since rows repeat each other."""
        if known := self._moments.get(text):
            return known
        noted = len(cells.problems)
        found = self._new_moment(cells, column, text)
        if found and len(cells.problems) == noted and len(self._moments) < KEPT_MAX:
            self._moments[text] = found
        return found

    def _new_moment(self, cells: Cells, column: str, text: str) -> datetime | None:
        """A time on the day, or a date with a time, with an offset or by the campaign's clock."""
        day, clock = self._day, as_clock(text)
        if clock is None:
            try:
                found = datetime.fromisoformat(text) if as_day(text[:10]) and len(text) > 10 else None
            except ValueError:
                found = None
            if found is None:
                cells.note(column, f"{text[:40]!r} is no time", "a time such as 08:30, or 2026-10-03 08:30")
                return None
            if found.tzinfo is not None:
                return found.astimezone(UTC)
            day, clock = found.date(), found.time()
        if self._zone is None or day is None:
            cells.note(
                column, f"{text!r} has no timezone", "--campaign given, or an offset such as 08:30+09:00"
            )
            return None
        return cells.moment(column, day, clock, self._zone)


def _as_the_room(cells: Cells, column: str, normal: Callable[[str], str]) -> str:
    """A cell in its normal form; what the room refuses is noted, and never repeated: it may be an address."""
    try:
        return normal(cells.row.cells[column])
    except BadInput as no:
        cells.note(column, str(no.facts["what"]), str(no.facts["wanted"]))
        return ""


def _skills(cells: Cells) -> tuple[tuple[str, ...], list[NewCredential]]:
    """Skills on their own word, and skills with evidence ("first-aid: card 77 until 2027-03-31")."""
    own_word, shown = [], []
    for part in cells.parts("skills"):
        name, colon, evidence = part.partition(":")
        if not as_code(name) or len(name) > CODE_LENGTH_MAX or not name.isprintable():
            cells.note(
                "skills", f"{name[:40]!r} can't be used", f"a code of at most {CODE_LENGTH_MAX} letters"
            )
        elif not colon:
            own_word.append(as_code(name))
        elif held := _evidence(cells, "skills", SKILL, as_code(name), evidence.strip()):
            shown.append(held)
    return tuple(dict.fromkeys(own_word)), shown


def _credential(cells: Cells, kind: str) -> NewCredential | None:
    value = cells.row.cells[kind]
    return _evidence(cells, kind, kind, kind, value) if value else None


def _evidence(cells: Cells, column: str, kind: str, code: str, text: str) -> NewCredential | None:
    until = None
    if found := _UNTIL.fullmatch(text):
        text, until = found[1], as_day(found[2])
        if until is None:
            cells.note(column, f"{found[2][:40]!r} is no date", "a date such as 2027-03-31 after until")
    if not 0 < len(text) <= EVIDENCE_LENGTH_MAX or not text.isprintable():
        cells.note(column, f"has evidence of {len(text)} letters", f"1 to {EVIDENCE_LENGTH_MAX} in one line")
        return None
    if kind != SKILL and text.casefold() in {OWN_WORD, "yes", "y", "true", "1", "no", "n", "false", "0"}:
        cells.note(
            column, f"{text!r} is no evidence", "the paper, the policy or who checked; empty without any"
        )
        return None
    return NewCredential(kind=kind, code=code, evidence=text, valid_until=until)
