"""The running day for latecomers, kept in the process: its posts as an index, and which seats are open.

A day that people ask for is a second or so old (a huge one: twenty times what looking takes); it is renewed by a
thread of its own while requests go on with the old one. Whoever asks first after a pause may get one that is
STALE_SECONDS old: an urgent post may be missing from it that long. Nothing is believed of it when a seat is shown or
taken: the day's runs (:func:`runs_now`), the free seats of the few posts in question and the offers that hold some of
them (:func:`held_seats`) are read again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Lock, Thread
from time import monotonic

import numpy as np
import numpy.typing as npt
from django.db import connection

from dure.base.moments import as_utc
from dure.engine.matching.latecomer import PostIndex, index_posts
from dure.kernel.frames import in_one_piece
from dure.movement.matching.columns import _post_facts, _vocabulary
from dure.movement.matching.models import Offer, Run
from dure.movement.needs import reads as needs
from dure.movement.needs.errors import NeedFull
from dure.movement.needs.types import PostFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# A day is looked at again when it is older than this ...
FRESH_SECONDS = 1.0
# ... and so many times what looking took, so that a huge day never keeps a core busy.
REST_SHARE = 20
# Older than this it is renewed before it is used: nobody has asked for a while.
STALE_SECONDS = 30.0
# Campaigns with a day that runs, at once. The oldest goes when there are more, and is prepared again when asked for.
DAYS_KEPT_MAX = 16

NEVER = (datetime.max.replace(tzinfo=UTC),) * 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LateRun:
    """A published run of a day that is not settled; its offers hold seats until it expires."""

    id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """The codes of what the day's posts ask for; nobody asks for any other."""

    skill_of: Mapping[str, int]
    language_of: Mapping[str, int]
    cause_of: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class LateDay:
    """A day that was matched and published. Rows are posts, by ascending id."""

    campaign_id: int
    day: date
    version: object
    ends: tuple[datetime, datetime]  # when the first and the last shift end
    runs: tuple[LateRun, ...]
    index: PostIndex
    need_ids: Ints
    posts: tuple[PostFacts, ...]  # (m,) as they were when read; their seats are asked anew
    areas: Mapping[int, AreaFacts]
    matched: Bools  # (m,) the post was there when the day was matched
    words: Words
    row_of_work: Mapping[tuple[int, str], int]  # by (team, title): the post that continues yesterday's
    held: Ints  # (m,) seats held by offers when they were last counted
    held_due_at: float
    has_seats: Bools  # (m,) had open seats when it was last looked at
    read_at: float
    due_at: float

    def row(self, post_id: int) -> int | None:
        at = int(np.searchsorted(self.need_ids, post_id))
        return at if at < len(self.need_ids) and int(self.need_ids[at]) == post_id else None


_days: dict[tuple[int, date], LateDay] = {}
_renewing = Lock()


def late_day(campaign_id: int, day: date, now: datetime) -> LateDay | None:
    """The day as it stood a moment ago; None unless a run of it is published and it is not settled."""
    known = _days.get((campaign_id, day))
    age = monotonic() - known.read_at if known else STALE_SECONDS
    if known is None or age >= STALE_SECONDS:
        with _renewing:
            return _renew(campaign_id, day, now)
    if monotonic() >= known.due_at and _renewing.acquire(blocking=False):
        renew = in_one_piece(_renew_beside)
        Thread(target=renew, args=(campaign_id, day, now), name="late-day", daemon=True).start()
    return known


def forget_days() -> None:
    """Drop what is kept, so that the next question reads everything."""
    _days.clear()


def _renew_beside(campaign_id: int, day: date, now: datetime) -> None:
    try:
        _renew(campaign_id, day, now)
    except Exception:  # the old one goes on, and the next request tries again
        log.exception("the day of the latecomers could not be renewed")
    finally:
        _renewing.release()
        connection.close()


def _renew(campaign_id: int, day: date, now: datetime) -> LateDay | None:
    key = (campaign_id, day)
    runs = runs_now(campaign_id, day)
    if not runs:
        _days.pop(key, None)
        return None
    version = (runs, needs.version_of_day(campaign_id, day))
    known = _days.get(key)
    if known is None or known.version != version:
        known = _prepared(campaign_id, day, version, runs)
    looked = monotonic()
    free = _column(known, *needs.free_seats_of_day(campaign_id, day))
    due_at = _due(looked)
    known = _with_held(known, now)
    renewed = replace(known, has_seats=free > known.held, read_at=monotonic(), due_at=due_at)
    while len(_days) >= DAYS_KEPT_MAX and key not in _days:
        _days.pop(next(iter(_days)), None)
    _days[key] = renewed
    return renewed


# In SQL, as a latecomer waits for it: Django thinks longer than the database works.
_RUNS = """
    SELECT id, expires_at, settled_at FROM matching_run
    WHERE campaign_id = %s AND day = %s AND published_at IS NOT NULL ORDER BY round
"""


def runs_now(campaign_id: int, day: date) -> tuple[LateRun, ...]:
    """The published runs of a day, by round, as they stand now; () also once any of them is settled."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [campaign_id, connection.ops.adapt_datefield_value(day)])
        rows: list[tuple[int, datetime, datetime | None]] = cursor.fetchall()
    if any(settled_at for *_run, settled_at in rows):
        return ()
    return tuple(LateRun(run_id, as_utc(expires_at)) for run_id, expires_at, _settled_at in rows)


def _prepared(campaign_id: int, day: date, version: object, runs: tuple[LateRun, ...]) -> LateDay:
    posts = needs.posts_of_day(campaign_id, day)
    words = Words(
        skill_of=_vocabulary(*(post.skills for post in posts)),
        language_of=_vocabulary(*(post.languages for post in posts)),
        cause_of=_vocabulary([post.cause for post in posts]),
    )
    columns = _post_facts(
        posts, [post.seats for post in posts], words.skill_of, words.language_of, words.cause_of
    )
    matched, tier_unit = _matched(columns.post, runs)
    row_of_work: dict[tuple[int, str], int] = {}
    for row, post in enumerate(posts):
        row_of_work.setdefault((post.team_id, post.title), row)
    return LateDay(
        campaign_id=campaign_id,
        day=day,
        version=version,
        ends=(min(post.ends_at for post in posts), max(post.ends_at for post in posts)) if posts else NEVER,
        runs=runs,
        index=index_posts(columns, tier_unit=tier_unit),
        need_ids=columns.post,
        posts=tuple(posts),
        areas=places.areas({post.area_id for post in posts}),
        matched=matched,
        words=words,
        row_of_work=row_of_work,
        held=np.zeros(len(posts), np.int64),
        held_due_at=0.0,
        has_seats=np.zeros(len(posts), np.bool_),
        read_at=0.0,
        due_at=0.0,
    )


def _matched(need_ids: Ints, runs: tuple[LateRun, ...]) -> tuple[Bools, int]:
    """((m,) which posts any run knew, W of the latest run)."""
    tables = Run.objects.filter(pk__in=[run.id for run in runs]).order_by("round")
    rows = list(tables.values_list("post_ids", "tier_unit"))
    matched = np.zeros(len(need_ids), np.bool_)
    for ids, _unit in rows:
        matched |= np.isin(need_ids, np.frombuffer(bytes(ids), "<i8"))
    return matched, rows[-1][1]


def held_seats(
    runs: tuple[LateRun, ...], now: datetime, post_ids: Collection[int] | None = None
) -> Counter[int]:
    """Seats kept for those who were offered them and have neither answered nor let the time pass, by post.

    ``post_ids``: of these posts only, which is quick; else of the whole day.
    """
    standing = {run.id for run in runs if run.expires_at > now}
    if not standing or (post_ids is not None and not post_ids):
        return Counter()
    held: Counter[int] = Counter()
    for post_id, run_id, count in _open_offers(standing, post_ids):
        held[post_id] += count * (run_id in standing)
    return held


def refuse_promised(post: PostFacts, now: datetime) -> None:
    """Refuse with NeedFull a seat just taken that was kept for somebody else.

    ``post``: as it is after the seat was taken. The caller's transaction holds it by having taken the seat, so what is
    counted stays true until it ends; the runs are read again, as one that was published a moment ago keeps seats too.
    """
    held = held_seats(runs_now(post.campaign_id, post.day), now, [post.id])
    if post.seats_taken + held[post.id] > post.seats:
        raise NeedFull(post_id=post.id, seats=post.seats)


def _open_offers(runs: Collection[int], post_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
    """(post, run, how many). In SQL, as a latecomer waits for it: Django thinks longer than the database works.

    A post has offers of its own day only. Without the run the index of the post is taken, not the run's.
    """
    column, ids = ("run_id", runs) if post_ids is None else ("post_id", post_ids)
    marks = ", ".join(["%s"] * len(ids))
    wanted = f"state = %s AND {column} IN ({marks})"
    counted = f"SELECT post_id, run_id, COUNT(*) FROM matching_offer WHERE {wanted} GROUP BY post_id, run_id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(counted, [Offer.State.OPEN.value, *ids])
        rows: list[tuple[int, int, int]] = cursor.fetchall()
    return rows


def _column(known: LateDay, ids: Ints, values: Ints) -> Ints:
    """(m,) the values at the rows of their posts, 0 elsewhere; posts that came since are left out."""
    column = np.zeros(len(known.need_ids), np.int64)
    if len(column):
        at = np.minimum(np.searchsorted(known.need_ids, ids), len(column) - 1)
        here = known.need_ids[at] == ids
        column[at[here]] = values[here]
    return column


def _with_held(known: LateDay, now: datetime) -> LateDay:
    """The day with the seats that offers hold counted anew, where that is due: there may be a million."""
    started = monotonic()
    if started < known.held_due_at:
        return known
    held = held_seats(known.runs, now)
    ids = np.fromiter(held.keys(), np.int64, len(held))
    counts = np.fromiter(held.values(), np.int64, len(held))
    return replace(known, held=_column(known, ids, counts), held_due_at=_due(started))


def _due(started: float) -> float:
    """When to look again, having looked since ``started``."""
    return monotonic() + max(FRESH_SECONDS, REST_SHARE * (monotonic() - started))
