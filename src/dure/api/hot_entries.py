"""The hot door for entries: ``POST /api/v1/entries`` answered before Django.

A bare WSGI callable: the body is checked by msgspec, rights are remembered for seconds, and one thread commits
whatever many hand in at the same moment (base.group_writer). An answer of 201 or 200 means: durable. Everything
else goes on to Django. django-ninja's door for the same address (api.entries) takes and refuses the same; the
vectors in tests/api/entry_vectors.py hold both to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.db import close_old_connections, connection
from django.utils import translation

from dure.api.clock import now
from dure.api.entries import list_answer, one_answer
from dure.api.entry_desk import (
    ENTRIES_MAX,
    ID_MAX,
    KEPT,
    NAME_CHARACTERS_MAX,
    NOTE_CHARACTERS_MAX,
    Desk,
    Outcome,
    outcomes_of,
    stored,
)
from dure.api.raw import Answer, Application, Environ, HotDoor, body_of, caller_language, decoded
from dure.api.tokens import KeptActors
from dure.api.told import told_unknown_token
from dure.base.group_writer import GroupWriter
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import Refusal
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.bounds import Bounds
from dure.movement.ledger.types import NewEntry

PATH: Final = "/api/v1/entries"
# 500 entries with the longest notes are half of it.
BODY_BYTES_MAX: Final = 2 * 1024 * 1024


class BodyTooLarge(Refusal):
    code = "body_too_large"
    says = (
        "The request has more than {bytes_max} bytes. Send it in parts: at most {entries_max} entries each."
    )
    status = 413


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(bytes_max=BODY_BYTES_MAX, entries_max=ENTRIES_MAX)


class _EntryIn(msgspec.Struct, frozen=True, gc=False):
    """As ``schemas.EntryIn``."""

    client_id: UUID
    campaign: Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS_MAX)]
    indicator: Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS_MAX)]
    team_id: Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
    work_day: date
    quantity_milli: Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MILLI_MAX)]
    note: Annotated[str, msgspec.Meta(max_length=NOTE_CHARACTERS_MAX)] = ""


_Entries = Annotated[list[_EntryIn], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)]


class HotEntries(HotDoor):
    """The hot door for entries, in front of ``rest``."""

    path = PATH
    what = "entries"

    def __init__(self, rest: Application) -> None:
        super().__init__(rest)
        self._decode = msgspec.json.Decoder(_EntryIn | _Entries).decode
        self._actors = KeptActors()
        self._desk = Desk()
        self._bounds = Bounds(kept=KEPT)  # of the writer's thread alone
        self._saw_known = False
        self._writer: GroupWriter[NewEntry, Outcome | Refusal] = GroupWriter("entries", self._write)

    def close(self) -> None:
        """Write what has come in and end the writer's thread."""
        self._writer.stop()

    def forget(self) -> None:
        """Look up rights, campaigns and teams anew."""
        self._actors.forget()
        self._desk.forget()
        self._bounds = Bounds(kept=KEPT)

    def _answer(self, environ: Environ) -> Answer:
        # What became of each entry is told in words, and so is a token that nobody knows.
        with translation.override(caller_language(environ)):
            return self._recorded(environ)

    def _recorded(self, environ: Environ) -> Answer:
        at = now()
        try:
            actor = self._actors.actor_of(_token(environ), at)
            if actor is None:
                return 401, told_unknown_token()
            body = body_of(environ, bytes_max=BODY_BYTES_MAX, too_large=_too_large)
            asked = decoded(body, self._decode)
            taken = self._desk.new_entries(actor, asked if isinstance(asked, list) else (asked,), at)
            # Before waiting: were every connection of the pool held by who waits, the writer would get none.
            _give_back()
            outcomes = stored(taken, self._writer.ask)
            return list_answer(outcomes) if isinstance(asked, list) else one_answer(outcomes[0])
        finally:
            _give_back()

    def _write(self, entries: list[NewEntry]) -> Sequence[Outcome | Refusal]:
        """A batch of many requests, in the writer's thread."""
        recorded = ledger.record(
            entries=entries, now=now(), bounds=self._bounds, expect_known=self._saw_known
        )
        # Where some came a second time, more will.
        self._saw_known = bool(recorded.known_rows)
        return outcomes_of(entries, recorded)


def _give_back() -> None:
    """What was looked up used this thread's connection; a pool wants it back. SQLite has none, and opens slowly."""
    if connection.vendor == "postgresql":
        close_old_connections()


def _token(environ: Environ) -> str:
    """The bearer token, empty if there is none."""
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token if scheme.lower() == "bearer" else ""
