"""A people file into registrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import polars as pl

from dure.base.jobs import SILENT, Progress
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import NewSignUp
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.ages import ADULT_AGE, REGISTERED_FROM_AGE, age_reached
from dure.movement.people.types import NewPerson, RefusedRow
from dure.operations import guardians
from dure.operations.imports.cells import Cells
from dure.operations.imports.columns import PEOPLE
from dure.operations.imports.flow import Import, Written, WrittenColumns
from dure.operations.imports.keys import group_key, person_key_of
from dure.operations.imports.lookups import position, zone_of
from dure.operations.imports.making import BESIDE_FROM_BYTES, MadePiece, Maker, Making
from dure.operations.imports.person_cells import WORDING, PersonCells
from dure.operations.imports.types import ANY, Imported, Problem, Terms

_ANSWERED: Final = b"dure import answered"
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
    call: str = "",
    rejected: Path | None = None,
    progress: Progress = SILENT,
    terms: Terms = ANY,
) -> Imported:
    """Register the people of a CSV or XLSX file (columns: docs/reference/imports.md).

    Times without an offset are read by the clock of ``campaign``, those without a date as times on ``day``
    (the campaign's first day when None). Good rows are registered, wrong ones go to the rejected file; the
    same file again changes nothing. ``call``: the code of the call that they answered; they stand in its campaign's
    line and hear a dated answer when the line is looked at next (``answers.refresh_open``). Without it they stand in no
    line.

    Refuses as :func:`dure.operations.imports.tables.read_table` does, with ImportRejectedUnwritable, and with NotFound
    and AppealOver of a call that takes no answers.
    """
    if call:
        calls_reads.taking(call, now)  # before anything is written
    reader = _PeopleReader(path, now, campaign, day, call, terms)
    taking = Import(
        kind="people",
        path=path,
        columns=PEOPLE,
        convert=reader.person,
        write=reader.register,
        by_columns=reader,
        rejected=rejected,
        progress=progress,
        terms=terms,
    )
    with reader.making:
        return taking.run()


def answered_rows(call: str, id_of: Mapping[UUID, int]) -> list[NewSignUp]:
    """Sign-ups of people by their keys, so that the same row again signs up nobody twice."""
    return [NewSignUp(client_id(_ANSWERED, call, key.hex), pk) for key, pk in id_of.items()]


class _PeopleReader:
    def __init__(
        self,
        path: Path,
        now: datetime,
        campaign: CampaignFacts | None,
        day: date | None,
        call: str,
        terms: Terms,
    ) -> None:
        self._path = path
        self._now = now
        self._call = call
        self._took = terms.took
        zone = zone_of(campaign) if campaign else None
        day = day or (campaign.starts_on if campaign else None)
        self._read = PersonCells(today=now.date(), zone=zone, day=day, within=terms.within)
        is_long = path.is_file() and path.stat().st_size >= BESIDE_FROM_BYTES
        self.making = Making(Maker(self._read, path, now), beside=is_long)

    def person(self, cells: Cells) -> NewPerson:
        read = self._read
        town = read.town(cells)
        lat, lon = position(cells, town)
        birth_year, guardian_email = read.birth_year(cells), read.guardian_email(cells)
        if not cells.is_bad("birth_year") and not cells.is_bad("guardian_email"):
            self._refuse_minor_alone(cells, birth_year, guardian_email)
        own_word, shown = read.credentials(cells)
        refuses, prefers = read.causes(cells)
        return NewPerson(
            key=person_key_of(cells.row),
            given_name=read.given_name(cells),
            birth_year=birth_year,
            area_id=town.id if town else 0,
            home_lat=lat,
            home_lon=lon,
            travel_limit_m=read.travel_limit_m(cells),
            email=read.email(cells),
            phone=read.phone(cells, town),
            language=read.language(cells),
            consents=read.consents(cells),
            wording=WORDING,
            guardian_email=guardian_email,
            guardian_agreed_at=read.guardian_agreed_at(cells),
            languages=cells.codes("languages"),
            refuses=refuses,
            prefers=prefers,
            skills=own_word,
            credentials=shown,
            free_spans=read.free_spans(cells),
            physical_max=read.physical_max(cells),
            long_shift_wish=read.long_shift(cells),
            shifts_max=read.shifts_max(cells),
            group_key=group_key(self._path, group) if (group := read.group(cells)) else None,
        )

    def register(self, rows: Sequence[NewPerson]) -> Written:
        self._took([row.key for row in rows])
        done = people.register_many(rows=rows, now=self._now)
        refused = {no.row: [_problem(no)] for no in done.refused}
        self._stand_in_line({row.key: pk for row, pk in zip(rows, done.ids, strict=True) if pk is not None})
        return Written(new=len(rows) - done.known - len(refused), known=done.known, refused=refused)

    def prepare(self, frame: pl.DataFrame) -> MadePiece:
        """What is plainly good, as it is stored."""
        return self.making.make(frame)

    def store(self, prepared: MadePiece) -> WrittenColumns:
        """Register them."""
        plain = prepared.plain
        if prepared.people is None:
            return WrittenColumns(new=0, known=0, left=plain.left)
        if ready := prepared.people.ready:
            self._took(map(UUID, ready.keys))  # made only where somebody keeps them
        done = people.store_prepared(prepared.people)
        if self._call and ready:
            of = dict(zip(prepared.people.rows, ready.keys, strict=True))
            self._stand_in_line(people_reads.ids_by_key(UUID(of[row]) for row in of.keys() - set(done.left)))
        left = sorted([*plain.left, *(plain.rows[row] for row in done.left)])
        return WrittenColumns(new=done.new, known=done.known, left=left)

    def _stand_in_line(self, id_of: Mapping[UUID, int]) -> None:
        """They answered the call, once: the same row again signs up nobody twice."""
        if not self._call:
            return
        done = calls.sign_up_many(
            appeal_code=self._call, rows=answered_rows(self._call, id_of), now=self._now
        )
        guardians.ask(person_ids=done.written_ids, now=self._now)

    def _refuse_minor_alone(self, cells: Cells, birth_year: int, guardian_email: str) -> None:
        """The room refuses these too; asked here so that they are named beside the row's other problems."""
        age = age_reached(birth_year=birth_year, day=self._now.date())
        if age < REGISTERED_FROM_AGE:
            born = self._now.year - 1 - REGISTERED_FROM_AGE
            cells.note("birth_year", f"{birth_year} is too young", f"{born} or earlier")
        elif age < ADULT_AGE and not guardian_email:
            cells.note("guardian_email", "is empty", "the address of a parent or guardian, being under 18")


def _problem(no: RefusedRow) -> Problem:
    """What the room refused, in the words of the file."""
    if no.code == BadInput.code:
        field = str(no.facts["where"])
        column = field if field in {column.name for column in PEOPLE} else _COLUMN_OF_FIELD.get(field, "")
        return Problem(column, str(no.facts["what"]), str(no.facts["wanted"]))
    if no.code == "registration_reused":
        return Problem("id", "was imported before with other facts", "the same facts, or a new id")
    return Problem(_COLUMN_OF.get(no.code, ""), no.says.rstrip("."), "a row that may be registered")
