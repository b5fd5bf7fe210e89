"""Badges: a QR code that leads a captain to the check-in of one placement, and nobody anywhere else."""

from __future__ import annotations

import segno
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse

from dure.kernel.refusals import NotFound

_SIGNER = Signer(salt="dure.web.badge", sep=".")
TOKEN_LENGTH_MAX = 100


def badge_token(placement_id: int) -> str:
    """Signed, so that placements can't be tried one by one; it opens nothing without the captain's own rights."""
    return _SIGNER.sign(str(placement_id))


def placement_of_badge(token: str) -> int:
    """The placement a badge stands for. Refuses with NotFound."""
    try:
        return int(_SIGNER.unsign(token[:TOKEN_LENGTH_MAX]))
    except BadSignature as error:
        raise NotFound(what="badge") from error


def badge_picture(request: HttpRequest, placement_id: int) -> str:
    """The badge as a data URI of an SVG: dark on light whatever the page's colours, so that it scans."""
    address = request.build_absolute_uri(reverse("badge", args=[badge_token(placement_id)]))
    picture: str = segno.make(address, error="m").svg_data_uri(scale=4, border=2, light="#ffffff")
    return picture
