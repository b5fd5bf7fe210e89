"""The log for outsiders: C2SP tlog-tiles, so that software we did not write can verify it.

Signed files never change and are cached for a year; what names them, the checkpoint, for seconds. After a loss the
log goes on at a new address (``/log/2/…``), so that no cache can mix the files of two logs.
"""

from __future__ import annotations

import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dure.base import throttle
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.ledger import actions
from dure.movement.ledger import reads as ledger
from dure.web.clock import now

TILE_WIDTH = 256
LEVEL_MAX = 63
COSIGNED_BYTES_MAX = 64 * 1024
# "x001/x234/067" and "x001/234.p/5": groups of three digits, all but the last with an x (c2sp.org/tlog-tiles).
_PLACE = re.compile(r"((?:x\d{3}/){0,5})(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)
_LEVEL = re.compile(r"0|[1-9]\d?", re.ASCII)
# A tile never changes: its name says how wide it is.
FOREVER = "public, max-age=31536000, immutable"
# The newest signed state may be a few seconds old.
SOON = "public, max-age=10"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"


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


def _file(request: HttpRequest, data: str | bytes, content_type: str, cache: str) -> HttpResponse:
    """A file with a strong validator: who has these very bytes gets 304."""
    raw = data.encode() if isinstance(data, str) else data
    etag = f'"{sha256(raw).hexdigest()[:32]}"'
    response = HttpResponse(raw, content_type=content_type)
    response["ETag"] = etag
    response["Content-Length"] = str(len(raw))
    response["Cache-Control"] = cache
    # Public by design: anybody's program may read it from anywhere.
    response["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def checkpoint(request: HttpRequest, life: int = 1) -> HttpResponse:
    """The newest signed state with its witnesses' lines, at the address of the log's name of today."""
    newest = ledger.newest_number() + 1
    if life != newest:
        ledger.served_size(life - 1)
        moved = HttpResponseRedirect(reverse("log-checkpoint-later", args=[newest]))
        moved["Cache-Control"] = SOON
        return moved
    published = ledger.published_checkpoint()
    if published is None:
        raise NotFound(what="signed state of the log yet")
    return _file(request, published.note, TEXT, SOON)


@require_safe
def tile(request: HttpRequest, level: str, place: str, life: int = 1) -> HttpResponse:
    number, width = tile_place(place)
    if not _LEVEL.fullmatch(level) or int(level) > LEVEL_MAX:
        raise NotFound(what="tile")
    return _file(request, ledger.tile(int(level), number, width, life - 1), BYTES, FOREVER)


@require_safe
def entries(request: HttpRequest, place: str, life: int = 1) -> HttpResponse:
    """A bundle of commitments: hashes of entries, which say nothing about anybody without their salts."""
    number, width = tile_place(place)
    return _file(request, ledger.bundle(number, width, life - 1), BYTES, FOREVER)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The verifier key of the log; after a loss one line a name, today's first."""
    return _file(request, "\n".join(ledger.public_keys()) + "\n", TEXT, SOON)


@require_safe
def resumed(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """What was lost, in a statement signed under the old and the new name."""
    loss = ledger.loss(number)
    return _file(request, loss.statement, TEXT, FOREVER if number else SOON)


@csrf_exempt
@require_POST
def cosignature(request: HttpRequest) -> HttpResponse:
    """Take a checkpoint of ours with a trusted witness's line below it."""
    throttle.count_place(request, now=now())
    try:
        sent = request.read(COSIGNED_BYTES_MAX + 1).decode()
    except UnicodeDecodeError as odd:
        raise BadInput(where="body", what="is no text", wanted="a signed note in UTF-8") from odd
    if len(sent) > COSIGNED_BYTES_MAX:
        raise BadInput(where="body", what="is too long", wanted=f"at most {COSIGNED_BYTES_MAX} bytes")
    taken = actions.take_cosignatures(note=sent)
    names = ", ".join(one.witness for one in taken)
    return HttpResponse(f"Thank you: the cosignature of {names} is shown from now on.\n", content_type=TEXT)
