"""What every page knows: which door this is. Nothing here decides who may see what."""

from __future__ import annotations

from django.http import HttpRequest

DOORS = {
    "my": "volunteer",
    "guardian": "guardian",
    "captain": "captain",
    "desk": "organiser",
    "messages": "organiser",
} | {name: name for name in ("vetting", "auditor", "recipient", "account", "admin")}


def door(request: HttpRequest) -> dict[str, object]:
    """``door``: the name of the door this address belongs to, ``public`` when none."""
    first = request.path.split("/")[1]
    return {"door": DOORS.get(first, "public")}
