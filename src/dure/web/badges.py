"""A badge as a picture: a QR code that leads a captain to the check-in of one placement, and nobody anywhere else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import segno
from django.http import HttpRequest
from django.urls import reverse

from dure.operations.badges import badge_token, placement_of_badge

__all__ = ["badge_picture", "badge_token", "placement_of_badge"]

# One of QR's eight patterns. Weighing all of them against each other takes eight times as long, and cameras read any.
MASK: Final = 2
# A few kilobytes each: whoever looks again in the morning is not drawn anew.
KEPT_MAX: Final = 2_000


def badge_picture(request: HttpRequest, placement_id: int) -> str:
    """The badge as a data URI of an SVG: dark on light whatever the page's colours, so that it scans."""
    address = request.build_absolute_uri(reverse("badge", args=[badge_token(placement_id)]))
    return _picture(address)


@lru_cache(maxsize=KEPT_MAX)
def _picture(address: str) -> str:
    picture: str = segno.make(address, error="m", mask=MASK).svg_data_uri(scale=4, border=2, light="#ffffff")
    return picture
