"""The hot door for entries: ``POST /api/v1/entries`` answered before Django.

A bare WSGI callable: the body is checked by msgspec, rights are remembered for seconds, and one thread commits
whatever many hand in at the same moment (base.group_writer). An answer of 201 or 200 means: durable. Everything
else goes on to Django. django-ninja's door for the same address (api.entries) takes and refuses the same; the
vectors in tests/api/entry_vectors.py hold both to it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import close_old_connections, connection

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
from dure.api.tokens import KeptActors
from dure.api.told import told_broken, told_misshapen, told_refusal, told_unknown_token, told_unreadable
from dure.base.group_writer import GroupWriter
from dure.base.storage import refusal_of
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import Refusal
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.bounds import Bounds
from dure.movement.ledger.types import NewEntry

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Answer = tuple[int, dict[str, object]]

PATH: Final = "/api/v1/entries"
# 500 entries with the longest notes are half of it.
BODY_BYTES_MAX: Final = 2 * 1024 * 1024
_RETRY_S: Final = 10
_STATUS_LINES: Final = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}
log = logging.getLogger(__name__)


class BodyTooLarge(Refusal):
    code = "body_too_large"
    says = (
        "The request has more than {bytes_max} bytes. Send it in parts: at most {entries_max} entries each."
    )
    status = 413


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


class HotEntries:
    """The WSGI application in front of ``rest``; it answers for PATH, and hands everything else on."""

    def __init__(self, rest: Application) -> None:
        self._rest = rest
        self._decode = msgspec.json.Decoder(_EntryIn | _Entries).decode
        self._encode = msgspec.json.Encoder().encode
        self._actors = KeptActors()
        self._desk = Desk()
        self._bounds = Bounds(kept=KEPT)  # of the writer's thread alone
        self._saw_known = False
        self._writer: GroupWriter[NewEntry, Outcome | Refusal] = GroupWriter("entries", self._write)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST" or _wants_tls(environ):
            return self._rest(environ, start_response)
        headers = [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")]
        try:
            status, told = self._answer(environ)
        except Refusal as refusal:
            status, told = refusal.status, told_refusal(refusal)
            if status == HTTPStatus.SERVICE_UNAVAILABLE:
                retry_s = refusal.facts.get("retry_s", _RETRY_S)
                headers.append(("Retry-After", str(retry_s)))
        except Exception:
            log.exception("the door for entries failed")
            status, told = 500, told_broken()
        body = self._encode(told)
        headers.append(("Content-Length", str(len(body))))
        start_response(_STATUS_LINES[status], headers)
        return [body]

    def close(self) -> None:
        """Write what has come in and end the writer's thread."""
        self._writer.stop()

    def forget(self) -> None:
        """Look up rights, campaigns and teams anew."""
        self._actors.forget()
        self._desk.forget()
        self._bounds = Bounds(kept=KEPT)

    def _answer(self, environ: Environ) -> Answer:
        at = now()
        try:
            actor = self._actors.actor_of(_token(environ), at)
            if actor is None:
                return 401, told_unknown_token()
            body = _body(environ)
            if body is None:
                return 400, told_unreadable()
            if not body:
                return 422, told_misshapen([{"where": "body", "what": "is empty"}])
            try:
                asked = self._decode(body)
            except msgspec.ValidationError as error:
                return 422, told_misshapen([_problem(str(error))])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return _unreadable(body)
            taken = self._desk.new_entries(actor, asked if isinstance(asked, list) else (asked,), at)
            # Before waiting: were every connection of the pool held by who waits, the writer would get none.
            _give_back()
            outcomes = stored(taken, self._writer.ask)
            return list_answer(outcomes) if isinstance(asked, list) else one_answer(outcomes[0])
        except Exception as error:
            if (storage := refusal_of(error)) is not None:
                log.error("entries can't be stored: %s", storage)
                raise storage from error
            raise
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


def _wants_tls(environ: Environ) -> bool:
    """Behind a proxy with TLS a request that came without is Django's to send away."""
    if not settings.SECURE_SSL_REDIRECT:
        return False
    return str(environ.get("HTTP_X_FORWARDED_PROTO", "")).strip().lower() != "https"


def _token(environ: Environ) -> str:
    """The bearer token, empty if there is none."""
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _body(environ: Environ) -> bytes | None:
    """The body, None if the client hung up before its end. Refuses with BodyTooLarge, before it is read."""
    stream = environ["wsgi.input"]
    given = str(environ.get("CONTENT_LENGTH") or "")
    if given.isascii() and given.isdigit():
        length = int(given)
        _must_fit(length)
        body: bytes = stream.read(length)
        return body if len(body) == length else None
    if given:
        return None
    if "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower():
        body = stream.read(BODY_BYTES_MAX + 1)
        _must_fit(len(body))
        return body
    return b""


def _must_fit(length: int) -> None:
    if length > BODY_BYTES_MAX:
        raise BodyTooLarge(bytes_max=BODY_BYTES_MAX, entries_max=ENTRIES_MAX)


def _problem(error: str) -> dict[str, str]:
    """msgspec's sentence, such as "Expected `int`, got `str` - at `$.team_id`", in the API's shape."""
    what, _, place = error.partition(" - at `$")
    return {"where": f"body{place.rstrip('`')}", "what": what}


def _unreadable(body: bytes) -> Answer:
    """No JSON at all is a bad request; JSON with text that no Unicode has is of the wrong shape."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return 400, told_unreadable()
    return 422, told_misshapen([{"where": "body", "what": "holds text that is not valid Unicode"}])
