"""Long work shows how far it is and can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils import timezone

from dure.base.errors import Stopped
from dure.base.models import Job


class Progress(Protocol):
    """What long work reports to. ``advance`` raises Stopped when somebody asked to stop."""

    def advance(self, done: int, total: int) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def advance(self, done: int, total: int) -> None:
        """Say nothing."""


SILENT = Silent()


class JobProgress:
    """Progress kept in the jobs table, where a page can read it and ask to stop."""

    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id

    def advance(self, done: int, total: int) -> None:
        row = Job.objects.filter(pk=self.job_id)
        row.update(done_count=done, total_count=total)
        if row.filter(stop_asked=True).exists():
            raise Stopped(done=done, total=total)


@contextmanager
def job(*, kind: str, now: datetime) -> Iterator[JobProgress]:
    """Run long work as a job; how it ended is kept, also when it broke."""
    row = Job.objects.create(kind=kind, started_at=now)
    ended, note = Job.State.DONE, ""
    try:
        yield JobProgress(row.pk)
    except Stopped as stop:
        ended, note = Job.State.STOPPED, str(stop)
        raise
    except BaseException as broken:
        ended, note = Job.State.FAILED, str(broken)[:500]
        raise
    finally:
        Job.objects.filter(pk=row.pk).update(state=ended, note=note, ended_at=timezone.now())


class Told:
    """Progress that several watch: each is told, and each may stop it."""

    def __init__(self, *watchers: Progress) -> None:
        self.watchers = watchers

    def advance(self, done: int, total: int) -> None:
        for watcher in self.watchers:
            watcher.advance(done, total)


def ask_all_to_stop(kind: str) -> int:
    """Ask every running job of a kind to stop at its next step; how many there were."""
    return Job.objects.filter(kind=kind, state=Job.State.RUNNING).update(stop_asked=True)


def ask_to_stop(job_id: UUID) -> bool:
    """Ask a running job to stop at its next step; False when it isn't running."""
    return bool(Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(stop_asked=True))
