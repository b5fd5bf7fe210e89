"""Where a private link was opened, and whether a browser that was let in by it still may be here.

A link is a key: whoever has it is let in. It can't be tied to one device, since people open it on a phone, at home and
on a borrowed computer, and a cookie can be lost. What can be done honestly: they see where it was opened, and by one
act every link given out and every browser let in by one are worthless (``actions.revoke_links``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.movement.people.models import LinkOpening
from dure.movement.people.own import row_of

# Long enough to notice, short enough to be little data (P9).
KEPT: Final = timedelta(days=30)
SHOWN_MAX: Final = 10
BROWSER_CHARS_MAX: Final = 40


_LATEST = Asked(
    lambda person_id, since: (
        LinkOpening.objects.filter(person_id=person_id, opened_at__gte=since)
        .order_by("-opened_at", "-pk")
        .values_list("opened_at", "browser")[:SHOWN_MAX]
    ),
    int,
    datetime,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """That the link was opened at ``at`` in ``browser``, such as "Firefox, Android"."""

    at: datetime
    browser: str


def opened(*, person_id: int, browser: str, now: datetime) -> None:
    """Note that the link let a browser in, and forget what is older than ``KEPT``."""
    mine = LinkOpening.objects.filter(person_id=person_id)
    LinkOpening.objects.create(person_id=person_id, opened_at=now, browser=browser[:BROWSER_CHARS_MAX])
    mine.filter(opened_at__lt=now - KEPT).delete()


def is_open_elsewhere(*, person_id: int, now: datetime) -> bool:
    """Whether the link let a browser in before: in the last 30 days, and since it was made."""
    return LinkOpening.objects.filter(person_id=person_id, opened_at__gte=now - KEPT).exists()


def begin_anew(*, actor: Actor, person_id: int) -> None:
    """Forget where an old link was opened: with a new one no browser is in. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    LinkOpening.objects.filter(person_id=person_id).delete()


def openings(*, actor: Actor, person_id: int, now: datetime) -> list[Opening]:
    """The latest openings, the newest first. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    return [Opening(*values) for values in _LATEST(person_id, now - KEPT)]


def forget(now: datetime) -> int:
    """Delete what is older than ``KEPT``, of whoever has not come since; how many. A chore."""
    return LinkOpening.objects.filter(opened_at__lt=now - KEPT).delete()[0]


def link_version(person_id: int) -> int | None:
    """What a browser must have been let in with; None: they have left."""
    own = row_of(person_id)
    return own.link_version if own else None
