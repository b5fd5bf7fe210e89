"""The match killed with SIGKILL: the old day or the new one is there, and the next try is the same to the byte."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from dure.base.access import SYSTEM
from dure.base.models import Job
from dure.movement.matching import actions, reads
from dure.movement.matching.errors import RunExists
from dure.movement.matching.models import Offer, Run, RunInput
from dure.operations.day import match_again as match_running_day
from dure.operations.day import match_day
from tests.movement.matching.farm import DAY, Farm, at, made, settle_valley

PEOPLE, SEATS = 30, 24
CHUNK_ROWS = 4
KILLS_AT_RANDOM = 8
SEED = 5
ROOT = Path(__file__).parents[2]
# When each is run, and until when its offers stand.
TURNS = {"match": (at(4), at(7)), "again": (at(6), at(9))}


def valley() -> Farm:
    """Thirty people, and posts for twenty-four of them in three places."""
    farm = settle_valley()
    for number in range(PEOPLE):
        farm.person(
            f"Person {number}",
            home_lat=35.03 + 0.01 * (number % 7),
            waiting_since=at(0) - timedelta(days=number),
        )
    for number in range(3):
        farm.post(f"Post {number}", seats=SEATS // 3, tier=1 + number, lat=35.0 + 0.03 * number)
    return farm


def all_of_it() -> object:
    """Everything that is stored of the day's match but when it was made and what its rows are numbered."""
    offers = Offer.objects.order_by("run__round", "person_id").values_list(
        "run__round", "person_id", "post_id", "instead_of_id", "travel_m", "state"
    )
    runs = [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
        for row in Run.objects.order_by("round").values()
    ]
    for row in runs:
        row.pop("id")
    gathered = [
        (bytes(row.person_steps), bytes(row.home), bytes(row.post_of))
        for row in RunInput.objects.order_by("run__round")
    ]
    return list(offers), runs, gathered


def forget() -> None:
    Offer.objects.all().delete()
    Run.objects.all().delete()
    Job.objects.all().delete()


@contextmanager
def matcher() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.race.matcher", str(connection.settings_dict["NAME"])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "dure.config.settings"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def attempt(
    process: subprocess.Popen[str], farm: Farm, pause_at: int, wait_s: float = 0.0, turn: str = "match"
) -> bool:
    """Match until the ``pause_at``-th step, or for some time, and kill it there; whether it got to its end."""
    assert process.stdin is not None
    moments = (DAY.isoformat(), *(moment.isoformat() for moment in TURNS[turn]))
    process.stdin.write(f"{pause_at} {CHUNK_ROWS} {farm.campaign.id} {' '.join(moments)} {turn}\n")
    process.stdin.flush()
    # The fork may speak before its pid is told.
    first, second = says(process), says(process)
    pid, word = (first, second) if first.isdigit() else (second, first)
    time.sleep(wait_s)
    with suppress(ProcessLookupError):  # it was done before
        os.kill(int(pid), signal.SIGKILL)
    done = word == "done"
    while word != "over":
        word = says(process)
        done = done or word == "done"
    return done


def is_old_or_new(farm: Farm) -> bool:
    """Whether the new day is there; a part of it never is."""
    published = reads.open_offers(farm.campaign.id, DAY)
    assert len(published) in {0, SEATS}
    seen = sum(len(farm.offers(name)) for name in farm.people)
    assert seen == len(published)
    run = reads.run_of(farm.campaign.id, DAY)
    assert run is None or run.placed_count == Offer.objects.filter(run_id=run.id).count()
    return bool(published)


def match_again(farm: Farm) -> None:
    # A minute later: the one that was killed no longer says that it lives.
    Job.objects.update(last_advanced_at=timezone.now() - timedelta(hours=1))
    match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(7))


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_leaves_the_old_day_or_the_new_one_and_the_next_try_is_the_same() -> None:
    farm = valley()
    match_again(farm)
    whole = all_of_it()
    forget()
    dice = random.Random(SEED)  # noqa: S311  moments, no secrets
    ends = set()
    with matcher() as process:
        for _ in range(2):  # the first loads what is compiled
            started = time.monotonic()
            assert attempt(process, farm, 10**6)
            usual_s = time.monotonic() - started
            assert all_of_it() == whole
            forget()
        step = 1
        while not attempt(process, farm, step):  # until there is no such step
            ends.add(again(farm, whole))
            step += 1
        forget()
        for _ in range(KILLS_AT_RANDOM):
            attempt(process, farm, 0, dice.uniform(0, usual_s))
            ends.add(again(farm, whole))
    assert step > SEATS // CHUNK_ROWS
    assert False in ends


def again(farm: Farm, whole: object) -> bool:
    """Ask once more, as whoever finds the machine dead does; whether the new day was there already."""
    is_there = is_old_or_new(farm)
    if is_there:
        with pytest.raises(RunExists):
            match_again(farm)
    else:
        match_again(farm)
    assert all_of_it() == whole
    forget()
    return is_there


def running_valley() -> Farm:
    """The thirty, matched for an afternoon; half of the twenty-four said yes, and two posts became urgent since."""
    farm = settle_valley()
    for number in range(PEOPLE):
        farm.person(f"Person {number}", home_lat=35.03 + 0.01 * (number % 7))
    for number in range(3):
        farm.post(f"Post {number}", seats=SEATS // 3, tier=3, starts=14, ends=20, lat=35.0 + 0.03 * number)
    farm.match()
    for offer in reads.open_offers(farm.campaign.id, DAY)[::2]:
        actions.accept(actor=SYSTEM, offer_id=offer.id, request_id=made("yes", offer.id), now=at(5))
    for number in range(2):
        farm.post(f"Urgent {number}", seats=6, tier=1, starts=14, ends=20, lat=35.02 + 0.04 * number)
    return farm


@pytest.mark.django_db(transaction=True)
def test_the_running_day_killed_at_any_step_is_the_old_one_or_the_new_one() -> None:
    farm = running_valley()
    before = all_of_it()
    again_at_six(farm)
    whole = all_of_it()
    ends = set()
    forget_again()
    assert all_of_it() == before
    with matcher() as process:
        step = 1
        while not attempt(process, farm, step, turn="again"):  # until there is no such step
            is_there = Run.objects.filter(round=2, published_at__isnull=False).exists()
            shown = Offer.objects.filter(run__round=2, run__published_at__isnull=False)
            assert shown.exists() == is_there
            ends.add(is_there)
            if not is_there:
                again_at_six(farm)
            assert all_of_it() == whole
            forget_again()
            step += 1
    assert all_of_it() == whole
    assert step > Offer.objects.filter(run__round=2).count() // CHUNK_ROWS
    assert Offer.objects.filter(run__round=2, instead_of__isnull=False, state="open").exists()
    assert False in ends


def again_at_six(farm: Farm) -> None:
    Job.objects.update(last_advanced_at=timezone.now() - timedelta(hours=1))
    now, expires_at = TURNS["again"]
    match_running_day(campaign_id=farm.campaign.id, day=DAY, now=now, expires_at=expires_at)


def forget_again() -> None:
    Offer.objects.filter(run__round=2).delete()
    Run.objects.filter(round=2).delete()
    Job.objects.all().delete()
