"""The doors are where the clock is read: everything below gets the time as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.http import HttpRequest

from dure.kernel.refusals import BadInput


def now() -> datetime:
    return datetime.now(UTC)


def day_in(request: HttpRequest) -> date | None:
    """The day named in the address (``?day=2026-11-06``) or None. Refuses with BadInput what is no day."""
    text = request.GET.get("day", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            where="day", what=f"{text!r} is not a day", wanted="a day such as 2026-11-06"
        ) from error
