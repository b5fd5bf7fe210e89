"""Which days of entering the log there are, and which of them stand in files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.db.models import Q

from dure.analytics.sealed.columns import fsync
from dure.base import home
from dure.base.asked import Asked
from dure.base.ordered import head, locked
from dure.kernel.must import must
from dure.movement.ledger import store, tree
from dure.movement.ledger.errors import DayAhead, DayEmpty, DayNotOver, EarlierDayOpen, SealImpossible
from dure.movement.ledger.models import LogDay, SealedDay

State: Final = SealedDay.State
# Of these the files count, whatever rows still stand or stand again.
FILED: Final = (State.DROPPING, State.DROPPED, State.RESTORING)


@dataclass(frozen=True, slots=True)
class Span:
    """Entries ``first`` to ``end`` (exclusive) entered the log on ``day`` (UTC)."""

    day: date
    first: int
    end: int

    @property
    def count(self) -> int:
        return self.end - self.first

    @property
    def folder(self) -> Path:
        return sealed_folder() / self.day.isoformat()


def sealed_folder() -> Path:
    """Where the sealed days are kept."""
    return home.home() / "sealed"


@contextmanager
def alone(day: date) -> Iterator[None]:
    """One process at a time seals or restores: two would write each other's files, and drop rows over half of them.

    Whoever comes second waits. Refuses with SealImpossible where there is no folder to write to.
    """
    import fcntl

    folder = sealed_folder()
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            fsync(folder.parent)
        held = os.open(folder, os.O_RDONLY)
    except OSError as broken:
        why = (broken.strerror or str(broken)).lower()
        raise SealImpossible(day=day.isoformat(), folder=str(folder), why=why) from broken
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def filed(where: Q | None = None) -> list[Span]:
    """The days whose entries are read from files, oldest first."""
    rows = SealedDay.objects.filter(where or Q(), state__in=FILED).order_by("first_index")
    return [Span(*row) for row in rows.values_list("day", "first_index", "end_index")]


_FILED_AFTER: Final = Asked(
    lambda index: (
        SealedDay.objects.filter(state__in=FILED, end_index__gt=index)
        .order_by("first_index")
        .values_list("day", "first_index", "end_index")
    ),
    int,
)


def filed_after(index: int) -> list[Span]:
    """:func:`filed` of the days that have an entry at ``index`` or after it."""
    return [Span(*row) for row in _FILED_AFTER(index)]


def spans() -> list[Span]:
    """Every day that is over, with its entries; days without entries are left out."""
    marks = list(LogDay.objects.order_by("day").values_list("day", "first_index"))
    return [
        Span(day, first, following) for (day, first), (_, following) in pairwise(marks) if following > first
    ]


def ended(day: date, now: datetime) -> Span:
    """The entries of ``day``, which gets its end here if nothing entered the log since.

    Refuses with DayNotOver a day that still goes on, with DayAhead one whose entries a clock that was ahead has
    put into a day to come, with DayEmpty one on which nothing entered the log.
    """
    must(now.tzinfo is not None, "times are aware")
    if day >= now.date():
        raise DayNotOver(day=day.isoformat())
    close_days(now)
    for span in spans():
        if span.day == day:
            return span
    following = LogDay.objects.filter(day__gt=day).order_by("day").first()
    if following is not None and following.day > now.date():
        raise DayAhead(day=day.isoformat(), newest=following.day.isoformat())
    raise DayEmpty(day=day.isoformat())


def close_days(now: datetime) -> None:
    """Begin today, so that no entry joins an earlier day any more, even when a clock steps back."""
    newest = LogDay.objects.order_by("-day").first()
    if newest is None or newest.day >= now.date():
        return
    with locked(tree.LOG_NAME) as log:
        store.mark_day(now.date(), log.size)


def must_follow(span: Span) -> None:
    """Refuses with EarlierDayOpen while a day before this one is not sealed."""
    done = set(SealedDay.objects.values_list("day", flat=True))
    for other in spans():
        if other.first < span.first and other.day not in done:
            raise EarlierDayOpen(day=span.day.isoformat(), earlier=other.day.isoformat())


def due(now: datetime, keep_count: int) -> Sequence[Span]:
    """The days to seal today, oldest first: ended, not dropped yet, and not among the last ``keep_count`` of these."""
    close_days(now)
    over = [span for span in spans() if span.day < now.date()]
    done = set(SealedDay.objects.filter(state=State.DROPPED).values_list("day", flat=True))
    ripe = over[:-keep_count] if keep_count else over
    return [span for span in ripe if span.day not in done]


def log_size() -> int:
    return head(tree.LOG_NAME)[0]
