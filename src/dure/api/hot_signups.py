"""The hot door for sign-ups: ``POST /api/v1/signups`` answered before Django.

A bare WSGI callable: msgspec checks the shape of the body, tries are counted in memory, and whatever many hand in at
the same moment is held to the rules of the rooms and stored together (operations.intake; beside a server, in a process
of its own). An answer of 201 or 200 means: durable. When too many wait, whoever comes is told so at once. Everything
else goes on to Django. django-ninja's door for the same address (api.signups) takes and refuses the same;
tests/api/signup_vectors.py holds both to it.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Final

import msgspec
from django.db import close_old_connections, connection

from dure.api.clock import now
from dure.api.raw import Answer, Application, Environ, HotDoor, body_of, decoded
from dure.api.signup_desk import BODY_BYTES_MAX, SignUpTooLarge, take, told_no
from dure.base import group_writer, throttle
from dure.base.errors import WriterBusy
from dure.kernel.refusals import Refusal
from dure.operations.intake import INTAKE, Intake
from dure.operations.signup_shape import SignUpAsked

PATH: Final = "/api/v1/signups"
# A body comes with its head, but over the slowest lines. Of the server's threads (cli.serve.THREADS) an eighth at most.
READERS_MAX: Final = 64
READERS_OF_A_PLACE_MAX: Final = 16


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
        self._decode = msgspec.json.Decoder(SignUpAsked).decode
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
