"""A people file into registrations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from dure.base.jobs import SILENT, Progress
from dure.kernel.refusals import BadInput
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.people.ages import ADULT_AGE, OLDEST_AGE, REGISTERED_FROM_AGE, age_reached
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    MESSAGES,
    OWN_WORD,
    SKILL,
    NewCredential,
    NewPerson,
    RefusedRow,
)
from dure.operations.imports.cells import KEPT_MAX, Cells, as_clock, as_code, as_day
from dure.operations.imports.columns import PEOPLE
from dure.operations.imports.flow import Import, Written
from dure.operations.imports.keys import group_key, person_key_of
from dure.operations.imports.lookups import Towns, position, zone_of
from dure.operations.imports.types import Imported, Problem

# The words people agreed to stand on the importer's own form; this says that they are kept there.
WORDING: Final = "importer's own form"
TRAVEL_KM_MAX: Final = 300
TRAVEL_KM: Final = 20
EVIDENCE_CHARS_MAX: Final = 120
_UNTIL: Final = re.compile(r"(.*\S)\s+until\s+(\S+)", re.IGNORECASE)
# Where a refusal of the room belongs in the file; what is not listed concerns the row as a whole.
_COLUMN_OF: Final = {
    "consent_missing": "consent",
    "too_young": "birth_year",
    "guardian_missing": "guardian_email",
    "area_unknown": "town",
    "registration_reused": "id",
}
_COLUMN_OF_FIELD: Final = {
    "travel_limit_m": "travel_limit_km",
    "home_lat, home_lon": "lat",
    "evidence": "cover",
    "free_spans": "free_from",
}


def import_people(
    *,
    path: Path,
    now: datetime,
    campaign: CampaignFacts | None = None,
    day: date | None = None,
    rejected: Path | None = None,
    progress: Progress = SILENT,
) -> Imported:
    """Register the people of a CSV or XLSX file (columns: docs/reference/imports.md).

    Times without an offset are read by the clock of ``campaign``, those without a date as times on ``day``
    (the campaign's first day when None). Good rows are registered, wrong ones go to the rejected file; the
    same file again changes nothing. Refuses as :func:`dure.operations.imports.tables.read_table` does, and
    with ImportRejectedUnwritable.
    """
    reader = _PeopleReader(path, now, campaign, day)
    return Import(
        kind="people",
        path=path,
        columns=PEOPLE,
        convert=reader.person,
        write=reader.register,
        rejected=rejected,
        progress=progress,
    ).run()


class _PeopleReader:
    def __init__(self, path: Path, now: datetime, campaign: CampaignFacts | None, day: date | None) -> None:
        self._path = path
        self._now = now
        self._today = now.date()
        self._zone = zone_of(campaign) if campaign else None
        self._day = day or (campaign.starts_on if campaign else None)
        self._towns = Towns()
        self._moments: dict[str, datetime] = {}

    def person(self, cells: Cells) -> NewPerson:
        town = self._towns.town(cells, "town")
        lat, lon = position(cells, town)
        birth_year, guardian_email = self._birth_year(cells), cells.address("guardian_email")
        if not cells.is_bad("birth_year") and not cells.is_bad("guardian_email"):
            self._refuse_minor_alone(cells, birth_year, guardian_email)
        own_word, shown = _skills(cells)
        credentials = [_credential(cells, kind) for kind in (COVER, BRIEFING, CLEARANCE)]
        agreed = cells.day("guardian_agreed")
        return NewPerson(
            key=person_key_of(cells.row),
            given_name=cells.text("given_name", 80, required=True),
            birth_year=birth_year,
            area_id=town.id if town else 0,
            home_lat=lat,
            home_lon=lon,
            travel_limit_m=cells.milli("travel_limit_km", 0, TRAVEL_KM_MAX * 1000, TRAVEL_KM * 1000),
            email=cells.address("email", required=True),
            consents=_consents(cells),
            wording=WORDING,
            guardian_email=guardian_email,
            guardian_agreed_at=datetime.combine(agreed, time(12), UTC) if agreed else None,
            languages=cells.codes("languages"),
            refuses=cells.codes("refuses"),
            prefers=cells.codes("prefers"),
            skills=own_word,
            credentials=(*shown, *(held for held in credentials if held)),
            free_spans=self._free_spans(cells),
            physical_max=cells.whole("physical_max", 0, 3, 2),
            long_shift_wish=cells.flag("long_shift"),
            shifts_max=cells.whole("shifts_max", 1, 3, 1),
            group_key=group_key(self._path, group) if (group := cells.text("group", 80)) else None,
        )

    def register(self, rows: Sequence[NewPerson]) -> Written:
        done = people.register_many(rows=rows, now=self._now)
        refused = {no.row: [_problem(no)] for no in done.refused}
        return Written(new=len(rows) - done.known - len(refused), known=done.known, refused=refused)

    def _birth_year(self, cells: Cells) -> int:
        return cells.whole("birth_year", self._today.year - 1 - OLDEST_AGE, self._today.year)

    def _refuse_minor_alone(self, cells: Cells, birth_year: int, guardian_email: str) -> None:
        """The room refuses these too; asked here so that they are named beside the row's other problems."""
        age = age_reached(birth_year=birth_year, day=self._today)
        if age < REGISTERED_FROM_AGE:
            born = self._today.year - 1 - REGISTERED_FROM_AGE
            cells.note("birth_year", f"{birth_year} is too young", f"{born} or earlier")
        elif age < ADULT_AGE and not guardian_email:
            cells.note("guardian_email", "is empty", "the address of a parent or guardian, being under 18")

    def _free_spans(self, cells: Cells) -> tuple[tuple[datetime, datetime], ...]:
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


def _consents(cells: Cells) -> tuple[str, ...]:
    messages = cells.flag("messages")
    if not cells.filled("consent"):
        cells.note("consent", "is empty", "yes: nobody is registered without their consent")
    elif not cells.flag("consent") and not cells.is_bad("consent"):
        cells.note("consent", "says no", "yes: nobody is registered without their consent")
    return (MATCHING, MESSAGES) if messages else (MATCHING,)


def _skills(cells: Cells) -> tuple[tuple[str, ...], list[NewCredential]]:
    """Skills on their own word, and skills with evidence ("first-aid: card 77 until 2027-03-31")."""
    own_word, shown = [], []
    for part in cells.parts("skills"):
        name, colon, evidence = part.partition(":")
        if not as_code(name) or len(name) > 40 or not name.isprintable():
            cells.note("skills", f"{name[:40]!r} can't be used", "a code of at most 40 letters")
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
    if not 0 < len(text) <= EVIDENCE_CHARS_MAX or not text.isprintable():
        cells.note(column, f"has evidence of {len(text)} letters", f"1 to {EVIDENCE_CHARS_MAX} in one line")
        return None
    if kind != SKILL and text.casefold() in {OWN_WORD, "yes", "y", "true", "1", "no", "n", "false", "0"}:
        cells.note(
            column, f"{text!r} is no evidence", "the paper, the policy or who checked; empty without any"
        )
        return None
    return NewCredential(kind=kind, code=code, evidence=text, valid_until=until)


def _problem(no: RefusedRow) -> Problem:
    """What the room refused, in the words of the file."""
    if no.code == BadInput.code:
        field = str(no.facts["where"])
        column = field if field in {column.name for column in PEOPLE} else _COLUMN_OF_FIELD.get(field, "")
        return Problem(column, str(no.facts["what"]), str(no.facts["wanted"]))
    if no.code == "registration_reused":
        return Problem("id", "was imported before with other facts", "the same facts, or a new id")
    return Problem(_COLUMN_OF.get(no.code, ""), no.says.rstrip("."), "a row that may be registered")
