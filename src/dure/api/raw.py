"""What doors before Django share: reading a request's body, and saying what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings

from dure.api.told import told_misshapen, told_unreadable
from dure.kernel.refusals import Refusal

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Answer = tuple[int, dict[str, object]]
STATUS_LINES: Final = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}


def wants_tls(environ: Environ) -> bool:
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


def problem_of(error: str) -> dict[str, str]:
    """msgspec's sentence, such as "Expected `int`, got `str` - at `$.team_id`", in the API's shape."""
    what, _, place = error.partition(" - at `$")
    return {"where": f"body{place.rstrip('`')}", "what": what}


def unreadable(body: bytes) -> Answer:
    """No JSON at all is a bad request; JSON with text that no Unicode has is of the wrong shape."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return 400, told_unreadable()
    return 422, told_misshapen([{"where": "body", "what": "holds text that is not valid Unicode"}])
