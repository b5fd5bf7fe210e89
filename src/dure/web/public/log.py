"""The log for outsiders: C2SP tlog-tiles, so that software we did not write can verify it."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.movement.ledger import reads as ledger

TILE_WIDTH = 256
LEVEL_MAX = 63
# "x001/x234/067" and "x001/234.p/5": groups of three digits, all but the last with an x (c2sp.org/tlog-tiles).
_PLACE = re.compile(r"((?:x\d{3}/){0,5})(\d{3})(?:\.p/([1-9]\d{0,2}))?")
# A tile never changes: its name says how wide it is.
FOREVER = "public, max-age=31536000, immutable"
# The newest signed state may be a few seconds old.
SOON = "public, max-age=10"


def tile_place(text: str) -> tuple[int, int]:
    """Number and width of the tile at ``text``; refuses with NotFound what is no canonical name."""
    found = _PLACE.fullmatch(text)
    if found is None or found[1].startswith("x000/"):
        raise NotFound(what="tile")
    number = int(found[1].replace("x", "").replace("/", "") + found[2])
    width = int(found[3]) if found[3] else TILE_WIDTH
    if found[3] and width >= TILE_WIDTH:
        raise NotFound(what="tile")
    return number, width


def _plain(text: str | bytes, content_type: str, cache: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Cache-Control"] = cache
    # Public by design: anybody's program may read it from anywhere.
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    newest = ledger.latest_checkpoint()
    if newest is None:
        raise NotFound(what="signed state of the log yet")
    return _plain(newest.note, "text/plain; charset=utf-8", SOON)


@require_safe
def tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    number, width = tile_place(place)
    if level > LEVEL_MAX:
        raise NotFound(what="tile")
    return _plain(ledger.tile(level, number, width), "application/octet-stream", FOREVER)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    return _plain(ledger.public_key() + "\n", "text/plain; charset=utf-8", SOON)
