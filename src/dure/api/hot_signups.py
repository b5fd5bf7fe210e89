"""The hot door for sign-ups: ``POST /api/v1/signups`` answered before Django.

A bare WSGI callable: the body is checked by msgspec and the rules of the calls room, tries are counted in memory, and
one thread commits whatever many hand in at the same moment (operations.intake). An answer of 201 or 200 means:
durable. When too many wait, whoever comes is told so at once. Everything else goes on to Django. django-ninja's door
for the same address (api.signups) takes and refuses the same; tests/api/signup_vectors.py holds both to it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.db import close_old_connections, connection

from dure.api.clock import now
from dure.api.raw import Answer, Application, Environ, HotDoor, body_of, decoded
from dure.api.signup_desk import (
    BODY_BYTES_MAX,
    CODE_CHARACTERS_MAX,
    SHAPE_CODES_MAX,
    SPANS_MAX,
    TEXT_CHARACTERS_MAX,
    SignUpTooLarge,
    take,
    told_no,
)
from dure.base import group_writer, throttle
from dure.base.errors import WriterBusy
from dure.kernel.refusals import Refusal
from dure.operations.intake import INTAKE, Intake

PATH: Final = "/api/v1/signups"
# A body comes with its head, but over the slowest lines. Of the server's threads (cli.serve.THREADS) a third at most.
READERS_MAX: Final = 64
READERS_OF_A_PLACE_MAX: Final = 16
_Code = Annotated[str, msgspec.Meta(max_length=CODE_CHARACTERS_MAX)]
_Codes = Annotated[tuple[_Code, ...], msgspec.Meta(max_length=SHAPE_CODES_MAX)]
_Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS_MAX)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Spans = Annotated[tuple[tuple[_Moment, _Moment], ...], msgspec.Meta(max_length=SPANS_MAX)]


class _SignUpIn(msgspec.Struct, frozen=True, gc=False):
    """As ``signup_schemas.SignUpIn``; what a name, an address or a year must be like is the room's to say."""

    client_id: UUID
    call: _Code
    given_name: _Text
    birth_year: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    town: _Code
    travel_km: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    consent: bool
    email: _Text = ""
    phone: _Text = ""
    languages: _Codes = ()
    language: _Code = "en"
    skills: _Codes = ()
    refuses: _Codes = ()
    prefers: _Codes = ()
    free: _Spans = ()
    physical_max: Annotated[int, msgspec.Meta(ge=0, le=9)] = 2
    long_shift: bool = False
    guardian_email: _Text = ""
    household: UUID | None = None
    messages: bool = False


class Readers:
    """Who is sending a body just now. A slow line holds a thread of the server until its last byte has come."""

    def __init__(self) -> None:
        self._by_place: Counter[str] = Counter()
        self._count = 0
        self._lock = Lock()

    def begin(self, place: str) -> None:
        """Refuses with WriterBusy when too many are slow, so that threads are left for everybody else."""
        with self._lock:
            if self._count >= READERS_MAX or self._by_place[place] >= READERS_OF_A_PLACE_MAX:
                raise WriterBusy(retry_s=group_writer.RETRY_S)
            self._count += 1
            self._by_place[place] += 1

    def end(self, place: str) -> None:
        with self._lock:
            self._count -= 1
            self._by_place[place] -= 1
            if not self._by_place[place]:
                del self._by_place[place]


class HotSignUps(HotDoor):
    """The hot door for sign-ups, in front of ``rest``."""

    path = PATH
    what = "sign-ups"

    def __init__(self, rest: Application, intake: Intake = INTAKE) -> None:
        super().__init__(rest)
        self._intake = intake
        self._decode = msgspec.json.Decoder(_SignUpIn).decode
        self._readers = Readers()
        self._has_pool = connection.vendor == "postgresql"

    def _told(self, refusal: Refusal) -> dict[str, object]:
        return told_no(refusal)

    def _answer(self, environ: Environ) -> Answer:
        # Before anything is read or worked out: whoever is too many costs those who were taken nothing.
        self._intake.must_have_room()
        try:
            place = throttle.place_in(environ)
            self._readers.begin(place)
            try:
                body = body_of(environ, bytes_max=BODY_BYTES_MAX, too_large=SignUpTooLarge)
            finally:
                self._readers.end(place)
            asked = decoded(body, self._decode)
            return take(self._intake, asked, place=place, now=now())
        finally:
            # What was looked up used this thread's connection; a pool wants it back. SQLite has none.
            if self._has_pool and connection.connection is not None:
                close_old_connections()
