"""The match of a day in a process of its own: it outlives the request that asked for it, and the server too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dure.base import jobs
from dure.base.home import home
from dure.base.jobs import SILENT, JobFacts, Progress
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.errors import NoPosts, RunExists, RunNotReady
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from dure.operations.day import MATCH_JOB, match_about, match_again, match_day, open_day

LOG_NAME = "match.log"


def start_match(
    *,
    campaign_id: int,
    day: date,
    round_number: int,
    kept_hours: int,
    asked_by: int | None,
    now: datetime,
    hold: bool = False,
) -> UUID:
    """Start `dure match run` as a process of its own; the id of its job, to be watched and stopped.

    ``hold``: what it finds is shown to nobody until somebody publishes it.

    Refuses with JobRunning (one match of a day at a time; it says whose), CampaignNotOpen, CampaignRests, NoPosts,
    RunExists. What only the work itself finds out stands in the job's note.
    """
    campaign = _to_match(campaign_id, day)
    if any(run.round == round_number and run.published_at for run in matching.rounds(campaign_id, day)):
        raise RunExists(day=day, round=round_number)
    own = ("--round", str(round_number), *(("--hold",) if hold else ()))
    return _start(campaign, day, "run", own, kept_hours, asked_by, now)


def start_again(
    *,
    campaign_id: int,
    day: date,
    stability_m: int,
    kept_hours: int,
    asked_by: int | None,
    now: datetime,
    hold: bool = False,
) -> UUID:
    """Start `dure match again` as a process of its own, as :func:`start_match` starts the morning's.

    Refuses with JobRunning, CampaignNotOpen, CampaignRests, NoPosts, RunNotReady (the day was never matched, or is
    settled).
    """
    campaign = _to_match(campaign_id, day)
    published = [run for run in matching.rounds(campaign_id, day) if run.published_at]
    if not published or matching.is_settled(campaign_id, day):
        raise RunNotReady(day=day, state="settled" if published else "not matched yet")
    # As it was when it was asked for: that is when offers begin to stand, and who was on the way.
    own = ("--stability-m", str(stability_m), "--at", now.isoformat(), *(("--hold",) if hold else ()))
    return _start(campaign, day, "again", own, kept_hours, asked_by, now)


def _to_match(campaign_id: int, day: date) -> CampaignFacts:
    campaign = campaigns.campaign_by_id(campaign_id)
    if campaign.state != "open":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    breaks.must_work(campaign, day)
    if day not in needs.days(campaign_id):
        raise NoPosts(day=day)
    return campaign


def _start(
    campaign: CampaignFacts,
    day: date,
    command: str,
    own: tuple[str, ...],
    kept_hours: int,
    asked_by: int | None,
    now: datetime,
) -> UUID:
    job_id = jobs.start(kind=MATCH_JOB, about=match_about(campaign.id, day), asked_by=asked_by, now=now)
    words = ("--campaign", campaign.slug, "--day", day.isoformat(), *own)
    try:
        launch(["match", command, *words, "--answer-hours", str(kept_hours), "--job", str(job_id)], job_id)
    except OSError as broken:
        why = (broken.strerror or "the system gave no reason").lower()
        jobs.fail(job_id=job_id, note=f"The process could not be started: {why}.")
    return job_id


def launch(words: Sequence[str], job_id: UUID) -> None:
    """Run a `dure` command beside this process, in a session of its own; what it says goes to the home's match.log.

    Its arguments name days and ids, never a person. While this process lives it notices at once when the
    other dies; otherwise its silence tells (:data:`dure.base.jobs.SILENT_MAX`).
    """
    log: Path = home() / LOG_NAME
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as told:
        told.write(f"{timezone.now().isoformat(timespec='seconds')} match job {job_id}\n")
        told.flush()
        # -P: a folder named dure where the site was started is not taken for the program.
        process = subprocess.Popen(  # noqa: S603  our own program, with words made here
            [sys.executable, "-P", "-m", "dure.cli", *words],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    Thread(target=_mind, args=(process, job_id), name="match-minder", daemon=True).start()


def _mind(process: subprocess.Popen[bytes], job_id: UUID) -> None:
    code = process.wait()
    try:
        # A job that was ended in order is left as it is.
        jobs.fail(job_id=job_id, note=jobs.DIED if code < 0 else f"{jobs.BROKE} {LOG_NAME}.")
    finally:
        connection.close()


def run_match(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    expires_at: datetime,
    round_number: int,
    progress: Progress = SILENT,
    job_id: UUID | None = None,
    hold: bool = False,
) -> RunFacts:
    """Open and match a day and publish the offers (not with ``hold``), showing all the while that this process lives.

    Without ``job_id`` a job of its own is started. Refuses as :func:`~dure.operations.day.match_day` does.
    """
    with _alive(campaign_id, day, now, job_id) as pk:
        # The lots are promised before anybody works, so that nobody can know what will be recounted.
        open_day(campaign_id=campaign_id, day=day, now=now)
        return match_day(
            campaign_id=campaign_id,
            day=day,
            now=now,
            expires_at=expires_at,
            round_number=round_number,
            progress=progress,
            job_id=pk,
            hold=hold,
        )


def run_again(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    expires_at: datetime,
    stability_m: int,
    progress: Progress = SILENT,
    job_id: UUID | None = None,
    hold: bool = False,
) -> RunFacts:
    """Match a running day again, showing all the while that this process lives; the lots are drawn up already.

    Refuses as :func:`~dure.operations.day.match_again` does.
    """
    with _alive(campaign_id, day, now, job_id) as pk:
        return match_again(
            campaign_id=campaign_id,
            day=day,
            now=now,
            expires_at=expires_at,
            stability_m=stability_m,
            progress=progress,
            job_id=pk,
            hold=hold,
        )


@contextmanager
def _alive(campaign_id: int, day: date, now: datetime, job_id: UUID | None) -> Iterator[UUID]:
    """The job, which beats meanwhile and is told how it ended."""
    pk = job_id or jobs.start(kind=MATCH_JOB, about=match_about(campaign_id, day), now=now)
    with jobs.beating(pk):
        try:
            yield pk
        except BaseException as broken:
            jobs.fail(job_id=pk, note=jobs.note_of(broken))
            raise


def match_of(campaign_id: int, day: date) -> JobFacts | None:
    """The last match of a day that was started, running or over; None before the first."""
    return jobs.latest(kind=MATCH_JOB, about=match_about(campaign_id, day))


def match_job(campaign_id: int, job_id: UUID) -> tuple[JobFacts, date]:
    """One match of a campaign and the day it is about. Refuses with NotFound, also for another campaign's."""
    found = jobs.found(job_id=job_id, kind=MATCH_JOB, about_start=f"{campaign_id}:")
    return found, date.fromisoformat(found.about.partition(":")[2])


def memory_of_last(campaign_id: int) -> int | None:
    """Bytes that the last match of any day of a campaign needed: the next one's need until it is known."""
    return jobs.last_bytes_needed(kind=MATCH_JOB, about_start=f"{campaign_id}:")
