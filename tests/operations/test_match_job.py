"""The match as a process of its own: it ends well though whoever started it is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from dure.base import jobs
from dure.base.errors import JobRunning, Stopped
from dure.base.models import Job
from dure.operations import match_job
from dure.operations.day import MATCH_JOB, match_about
from dure.operations.match_job import launch, run_match
from tests.movement.matching.farm import DAY, Farm, at

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 120
# The web tests' cast moved to tomorrow, so that the process finds its day still ahead by the real clock.
START = """
import json, sys
from datetime import UTC, datetime, timedelta
from dataclasses import replace
from dure.cli.database import make_ready
make_ready(lambda words: None)
import tests.web.cast as cast
cast.NOW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=30, second=0, microsecond=0)
cast.TODAY, cast.YESTERDAY = cast.NOW.date(), cast.NOW.date() - timedelta(days=1)
cast.BEFORE = cast.NOW - timedelta(hours=23, minutes=30)
new = cast._campaign()
first, last = cast.YESTERDAY, cast.TODAY + timedelta(days=20)
targets = tuple(replace(one, deadline=last, source_date=first) for one in new.targets)
new = replace(new, starts_on=first, ends_on=last, targets=targets)
cast._campaign = lambda: new
made = cast.build()
from dure.operations.match_job import start_match
job_id = start_match(campaign_id=made.campaign_id, day=cast.TODAY, round_number=2, kept_hours=2,
                     asked_by=made.accounts["organiser"], now=datetime.now(UTC))
print(json.dumps([made.campaign_id, cast.TODAY.isoformat(), str(job_id)]))
"""
LOOK = """
import json, sys
from datetime import date
import django
django.setup()
from dure.operations.match_job import match_of
from dure.movement.matching.reads import rounds
found = match_of(int(sys.argv[1]), date.fromisoformat(sys.argv[2]))
runs = rounds(int(sys.argv[1]), date.fromisoformat(sys.argv[2]))
print(json.dumps([str(found.id), found.state, found.note, found.asked_by, [run.state for run in runs]]))
"""


def _python(home: Path, script: str, *words: str) -> list[object]:
    environment = {**os.environ, "DURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def test_a_match_goes_on_after_the_process_that_started_it_has_ended(tmp_path: Path) -> None:
    campaign_id, day, job_id = _python(tmp_path, START)  # this process is over now

    deadline = time.monotonic() + SECONDS_MAX
    while True:
        seen = _python(tmp_path, LOOK, str(campaign_id), str(day))
        if seen[1] != "running" or time.monotonic() > deadline:
            break
        time.sleep(0.5)

    log = tmp_path / "match.log"
    assert seen == [job_id, "done", "", "Organiser", ["published", "published"]], log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_of_two_who_match_a_day_at_once_one_is_told_who_is_at_it(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    jobs.start(kind=MATCH_JOB, about=match_about(farm.campaign.id, DAY), now=at(4))

    with pytest.raises(JobRunning) as no:
        run_match(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(6), round_number=1)

    assert no.value.facts["who"] == "the command line"
    assert farm.offers("Minji") == []


def test_a_stop_asked_for_before_the_work_began_stops_it_at_its_first_step(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    job_id = jobs.start(kind=MATCH_JOB, about=match_about(farm.campaign.id, DAY), now=at(4))
    assert jobs.ask_to_stop(job_id)

    with pytest.raises(Stopped):
        run_match(
            campaign_id=farm.campaign.id,
            day=DAY,
            now=at(4),
            expires_at=at(6),
            round_number=1,
            job_id=job_id,
        )

    assert Job.objects.get(pk=job_id).state == "stopped"
    assert farm.offers("Minji") == []


def test_what_the_work_refuses_before_it_begins_stands_in_the_jobs_note(farm: Farm) -> None:
    job_id = jobs.start(kind=MATCH_JOB, about=match_about(farm.campaign.id, DAY), now=at(4))

    with pytest.raises(Exception, match="no posts"):
        run_match(
            campaign_id=farm.campaign.id,
            day=DAY,
            now=at(4),
            expires_at=at(6),
            round_number=1,
            job_id=job_id,
        )

    row = Job.objects.get(pk=job_id)
    assert (row.state, "no posts" in row.note) == ("failed", True)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_works_says_so_whatever_it_is_busy_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
    job_id = jobs.start(kind="slow", about="x", now=datetime.now(UTC))
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    Job.objects.filter(pk=job_id).update(last_advanced_at=long_ago)

    with jobs.beating(job_id):
        deadline = time.monotonic() + 20
        while Job.objects.get(pk=job_id).last_advanced_at == long_ago and time.monotonic() < deadline:
            time.sleep(0.01)

    assert Job.objects.get(pk=job_id).last_advanced_at > long_ago


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_moment_does_not_silence_the_beat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
    job_id = jobs.start(kind="slow", about="x", now=datetime.now(UTC))
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    Job.objects.filter(pk=job_id).update(last_advanced_at=long_ago)
    refused: list[int] = []
    update = QuerySet.update

    def away(rows: QuerySet[Job], **values: object) -> int:
        if len(refused) < 2:
            refused.append(1)
            raise OperationalError("database is locked")
        return update(rows, **values)

    monkeypatch.setattr(QuerySet, "update", away)
    with jobs.beating(job_id):
        deadline = time.monotonic() + 20
        while Job.objects.get(pk=job_id).last_advanced_at == long_ago and time.monotonic() < deadline:
            time.sleep(0.01)

    assert len(refused) == 2
    assert Job.objects.get(pk=job_id).last_advanced_at > long_ago


def test_what_breaks_inside_a_match_stays_in_the_log(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    farm.cast("Minji")
    farm.post()

    def breaks(**_: object) -> None:
        raise ValueError("Minji, +82 10 5555")

    monkeypatch.setattr(match_job, "open_day", breaks)
    with pytest.raises(ValueError, match="Minji"):
        run_match(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(6), round_number=1)

    row = Job.objects.get()
    assert (row.state, row.note) == ("failed", jobs.BROKE_INSIDE)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_while_its_starter_lives_is_noticed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    # A folder named like the program, where the site happened to be started.
    (tmp_path / "dure").mkdir()
    (tmp_path / "dure" / "__init__.py").write_text("raise SystemExit('the wrong dure')")
    monkeypatch.chdir(tmp_path)
    job_id = jobs.start(kind=MATCH_JOB, about="1:2026-10-05", now=datetime.now(UTC))

    launch(["no-such-command"], job_id)

    deadline = time.monotonic() + SECONDS_MAX
    while Job.objects.get(pk=job_id).state == "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    row = Job.objects.get(pk=job_id)
    assert (row.state, row.note) == (
        "failed",
        "It broke. What it said last stands in the data folder, in match.log.",
    )
    log = tmp_path / "home" / "match.log"
    header, *words = log.read_text().splitlines()
    assert header.endswith(f" match job {job_id}")
    assert datetime.fromisoformat(header.split()[0]).utcoffset() == timedelta(0)
    assert "no-such-command" in "".join(words)
    assert log.stat().st_mode & 0o777 == 0o600
