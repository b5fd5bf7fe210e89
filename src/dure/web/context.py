"""What every page knows: which door this is. Nothing here decides who may see what."""

from __future__ import annotations

from django.http import HttpRequest

from dure.web.addresses import copy_of, versions_of
from dure.web.languages import choices

DOORS = {
    "my": "volunteer",
    "guardian": "guardian",
    "captain": "captain",
    "desk": "organiser",
    "messages": "organiser",
    "start": "organiser",
} | {name: name for name in ("vetting", "auditor", "recipient", "account", "admin")}


def door(request: HttpRequest) -> dict[str, object]:
    """``door``: the name of the door this address belongs to, ``public`` when none; ``page_languages`` to choose
    from; ``static_copy``: the copy the page is made for, None for a visitor; ``versions``: its languages there."""
    first = request.path.split("/")[1]
    return {
        "door": DOORS.get(first, "public"),
        "page_languages": choices(),
        "static_copy": copy_of(request),
        "versions": versions_of(request),
    }
