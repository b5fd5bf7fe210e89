"""Long work shows how far it is, can be stopped, is never done twice at once, and is known to have died."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Protocol
from uuid import UUID

from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from dure.base.errors import JobRunning, Stopped
from dure.base.models import Account, Job
from dure.kernel.refusals import NotFound, Refusal

# A process that works says so this often, whatever it is busy with ...
BEAT_SECONDS = 5
# ... and one that has not for so long is dead: a beat may wait its turn to write on SQLite for 20 s.
SILENT_MAX = timedelta(seconds=60)
# Within one step, a job's row is written no more often than this.
PAUSE_SECONDS = 0.3
DIED = "It ended without a word: the machine was switched off, or had no memory left."
BROKE = "It broke. What it said last stands in the data folder, in"
# What an exception says may hold a row with a person in it: it stands in a log only its owner reads, not on a page.
BROKE_INSIDE = f"{BROKE} breakage.log."
INTERRUPTED = "It was interrupted where it ran."


class Progress(Protocol):
    """What long work reports to. ``advance`` raises Stopped when somebody asked to stop, or closed the job.

    ``step``: what is being done, a word of the work's own; left empty, the step goes on. ``total`` 0: nobody
    knows yet. ``bytes_needed``: the memory that the rest will take at its peak, said once it is known.
    """

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        """Say nothing."""


SILENT = Silent()


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job as pages show it; ``state`` is running, done, stopped or failed, and a dead one has failed."""

    id: UUID
    kind: str
    about: str
    state: str
    step: str
    done_count: int
    total_count: int
    bytes_needed: int | None
    stop_asked: bool
    note: str
    asked_by: str  # a name; empty: the command line
    started_at: datetime
    ended_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.state == Job.State.RUNNING


class JobProgress:
    """Progress kept in the jobs table, where a page can read it and ask to stop."""

    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id
        self._step = ""
        self._written_at = 0.0

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        same_step = bool(step) and step == self._step and bytes_needed is None and done < total
        if same_step and monotonic() - self._written_at < PAUSE_SECONDS:
            return
        self._step, self._written_at = step or self._step, monotonic()
        told: dict[str, object] = {"done_count": done, "total_count": total, "step": self._step}
        if bytes_needed is not None:
            told["bytes_needed"] = bytes_needed
        row = Job.objects.filter(pk=self.job_id, state=Job.State.RUNNING)
        # One that was silent for too long counts as dead, and another may be at its work.
        goes_on = bool(row.update(**told, last_advanced_at=timezone.now()))
        if not goes_on or row.filter(stop_asked=True).exists():
            raise Stopped(done=done, total=total)


def start(*, kind: str, now: datetime, about: str = "", asked_by: int | None = None) -> UUID:
    """Write down that a job begins; :func:`job` with this id does it, maybe in another process.

    ``about``: what it works on; of one kind only one job about one thing runs at a time. ``asked_by``: an
    account. Refuses with JobRunning, which says whose job it is and how far. A dead one stands in nobody's way.
    """
    _bury(kind, about)
    try:
        with transaction.atomic():
            new = Job.objects.create(
                kind=kind, about=about, asked_by=asked_by, started_at=now, last_advanced_at=timezone.now()
            )
    except IntegrityError as twin:
        other = latest(kind=kind, about=about)
        if other is None or not other.is_running:  # it ended between the two looks
            return start(kind=kind, now=now, about=about, asked_by=asked_by)
        raise JobRunning(
            who=other.asked_by or "the command line",
            at=f"{other.started_at:%H:%M} UTC",
            step=other.step or "starting",
        ) from twin
    return new.pk


def _bury(kind: str, about: str) -> None:
    """Close the jobs whose process has died."""
    running = Job.objects.filter(kind=kind, about=about, state=Job.State.RUNNING)
    dead = running.filter(last_advanced_at__lt=timezone.now() - SILENT_MAX)
    dead.update(state=Job.State.FAILED, note=DIED, ended_at=timezone.now())


@contextmanager
def job(
    *,
    kind: str,
    now: datetime,
    about: str = "",
    asked_by: int | None = None,
    job_id: UUID | None = None,
) -> Iterator[JobProgress]:
    """Run long work as a job; how it ended is kept, also when it broke.

    ``job_id``: of a job that was started already. Refuses with JobRunning as :func:`start` does, and with
    NotFound when the job with this id has ended.
    """
    pk = job_id or start(kind=kind, now=now, about=about, asked_by=asked_by)
    mine = Job.objects.filter(pk=pk, state=Job.State.RUNNING)
    if not mine.update(last_advanced_at=timezone.now()):
        raise NotFound(what="job that is to be done")
    ended, note = Job.State.DONE, ""
    try:
        yield JobProgress(pk)
    except Stopped as stop:
        ended, note = Job.State.STOPPED, str(stop)
        raise
    except BaseException as broken:
        ended, note = Job.State.FAILED, note_of(broken)
        raise
    finally:
        mine.update(state=ended, note=note, ended_at=timezone.now())


def note_of(broken: BaseException) -> str:
    """How a job ended, for a page: a refusal in its own words, of anything else only where to read about it."""
    if isinstance(broken, Refusal):
        return str(broken)[:500]
    return BROKE_INSIDE if isinstance(broken, Exception) else INTERRUPTED


@contextmanager
def beating(job_id: UUID) -> Iterator[None]:
    """Say every few seconds that the job is alive, from a thread of its own, while the block works.

    For a process that does nothing else: the thread's writes wait for the block's transactions.
    """
    over = Event()

    def beat() -> None:
        running = Job.objects.filter(pk=job_id, state=Job.State.RUNNING)
        while not over.wait(BEAT_SECONDS):
            try:
                running.update(last_advanced_at=timezone.now())
            except Error:  # a locked or restarted database: the next beat tries on a new connection
                with suppress(Error):
                    connection.close()
        connection.close()

    thread = Thread(target=beat, name="job-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def fail(*, job_id: UUID, note: str) -> None:
    """Close a job that could not be begun, with the reason."""
    unbegun = Job.objects.filter(pk=job_id, state=Job.State.RUNNING)
    unbegun.update(state=Job.State.FAILED, note=note[:500], ended_at=timezone.now())


def latest(*, kind: str, about: str) -> JobFacts | None:
    """The job of a kind about one thing that runs, else the one that ended last; None before the first."""
    newest = (F("ended_at").desc(nulls_first=True), F("started_at").desc())
    row = Job.objects.filter(kind=kind, about=about).order_by(*newest).first()
    return _facts(row) if row else None


def found(*, job_id: UUID, kind: str, about_start: str = "") -> JobFacts:
    """One job about something that begins so. Refuses with NotFound."""
    row = Job.objects.filter(pk=job_id, kind=kind, about__startswith=about_start).first()
    if row is None:
        raise NotFound(what="job")
    return _facts(row)


def last_bytes_needed(*, kind: str, about_start: str) -> int | None:
    """What the last job of a kind needed at its peak, of those that knew; None before the first."""
    known = Job.objects.filter(kind=kind, about__startswith=about_start, bytes_needed__isnull=False)
    return known.order_by("-started_at").values_list("bytes_needed", flat=True).first()


def _facts(row: Job) -> JobFacts:
    died = row.state == Job.State.RUNNING and row.last_advanced_at < timezone.now() - SILENT_MAX
    return JobFacts(
        id=row.pk,
        kind=row.kind,
        about=row.about,
        state=Job.State.FAILED if died else row.state,
        step=row.step,
        done_count=row.done_count,
        total_count=row.total_count,
        bytes_needed=row.bytes_needed,
        stop_asked=row.stop_asked,
        note=DIED if died else row.note,
        asked_by=_name(row.asked_by),
        started_at=row.started_at,
        ended_at=row.last_advanced_at if died else row.ended_at,
    )


def _name(account_id: int | None) -> str:
    if account_id is None:
        return ""
    return Account.objects.filter(pk=account_id).values_list("name", flat=True).first() or ""


class Told:
    """Progress that several watch: each is told, and each may stop it."""

    def __init__(self, *watchers: Progress) -> None:
        self.watchers = watchers

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        for watcher in self.watchers:
            watcher.advance(done, total, step, bytes_needed=bytes_needed)


def ask_all_to_stop(kind: str) -> int:
    """Ask every running job of a kind to stop at its next step; how many there were."""
    return Job.objects.filter(kind=kind, state=Job.State.RUNNING).update(stop_asked=True)


def ask_to_stop(job_id: UUID) -> bool:
    """Ask a running job to stop at its next step; False when it isn't running."""
    return bool(Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(stop_asked=True))
