"""What doors before Django share: reading a request's body, saying what is wrong with it, and answering."""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from dure.api.told import retry_after, told_broken, told_misshapen, told_refusal, told_unreadable
from dure.base.storage import refusal_of
from dure.kernel.refusals import Refusal
from dure.operations.letters import ENGLISH, language_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Answer = tuple[int, dict[str, object]]
STATUS_LINES: Final = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}
log = logging.getLogger(__name__)
T = TypeVar("T")


class _Said(Exception):
    """An answer that was found on the way; ``answer`` puts it into the caller's words."""

    def __init__(self, answer: Callable[[], Answer]) -> None:
        super().__init__()
        self.answer = answer


class HotDoor(ABC):
    """The WSGI application in front of ``rest``: it answers POSTs to ``path``, and hands everything else on."""

    path: ClassVar[str]
    what: ClassVar[str]  # is stored here, in the words of the log

    def __init__(self, rest: Application) -> None:
        self._rest = rest
        self._encode = msgspec.json.Encoder().encode

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ.get("PATH_INFO") != self.path
            or environ["REQUEST_METHOD"] != "POST"
            or _wants_tls(environ)
        ):
            return self._rest(environ, start_response)
        headers = [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")]
        try:
            status, told = self._answer(environ)
        except Exception as error:
            # Nothing before Django has chosen a language yet.
            with translation.override(caller_language(environ)):
                status, told = self._told_why(error)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", retry_after(told)))
        body = self._encode(told)
        headers.append(("Content-Length", str(len(body))))
        start_response(STATUS_LINES[status], headers)
        return [body]

    def _told_why(self, error: Exception) -> Answer:
        if isinstance(error, _Said):
            return error.answer()
        no = error if isinstance(error, Refusal) else refusal_of(error)
        if no is None:
            log.error("the door for %s failed", self.what, exc_info=error)
            return 500, told_broken()
        if no is not error:
            log.error("%s can't be stored: %s", self.what, no)
        return no.status, self._told(no)

    @abstractmethod
    def _answer(self, environ: Environ) -> Answer:
        """Status and what is told, in words of its own choosing; refusals, and what says something of the storage,
        may be raised, and are told in the caller's language."""

    def _told(self, refusal: Refusal) -> dict[str, object]:
        return told_refusal(refusal)


def caller_language(environ: Environ) -> str:
    """The first language that a caller asks for (Accept-Language) and we speak, else English."""
    asked = parse_accept_lang_header(str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
    spoken = (
        language_of(code) for code, _weight in asked if language_of(code).split("-")[0] == code.split("-")[0]
    )
    return next(spoken, ENGLISH)


def decoded(body: bytes | None, decode: Callable[[bytes], T]) -> T:
    """What ``decode``, msgspec's, makes of a body; what doesn't fit is answered by the door (400 or 422)."""
    if body is None:
        raise _Said(lambda: (400, told_unreadable()))
    if not body:
        raise _Said(lambda: (422, told_misshapen([{"where": "body", "what": "is empty"}])))
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        what = _problem(str(error))
        raise _Said(lambda: (422, told_misshapen([what]))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _Said(lambda: _unreadable(body)) from error


def _wants_tls(environ: Environ) -> bool:
    """Behind a proxy with TLS a request that came without is Django's to send away."""
    if not settings.SECURE_SSL_REDIRECT:
        return False
    return str(environ.get("HTTP_X_FORWARDED_PROTO", "")).strip().lower() != "https"


def body_of(environ: Environ, *, bytes_max: int, too_large: Callable[[], Refusal]) -> bytes | None:
    """The body, None if the client hung up before its end. Refuses with what ``too_large`` gives, before it is read."""
    stream = environ["wsgi.input"]
    given = str(environ.get("CONTENT_LENGTH") or "")
    if given.isascii() and given.isdigit():
        length = int(given)
        if length > bytes_max:
            raise too_large()
        body: bytes = stream.read(length)
        return body if len(body) == length else None
    if given:
        return None
    if "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower():
        body = stream.read(bytes_max + 1)
        if len(body) > bytes_max:
            raise too_large()
        return body
    return b""


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
