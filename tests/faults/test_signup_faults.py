"""The door for sign-ups while its disk fails, fills up, crawls or its database restarts: 503, then on, nothing lost.

As in test_disk_faults: strace denies a sending process its disk at the N-th write to the database, or kills it there.
Whoever was refused sends again, as a phone does, and is taken once the disk is well.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bench.intake_cast import client_id
from tests.faults.disk import (
    DATABASE,
    ROOT,
    TIMEOUT_S,
    WRITTEN,
    Runs,
    Told,
    environment,
    heard,
    injecting,
    tracing,
)
from tools.provide import postgres_bin
from tools.with_postgres import _as_other, server

PROGRAM = "tests.faults.signups"
COUNT, THREADS = 120, 8
# For so many writes the disk is ill.
ILL = 30
FAULTS = {
    "one write fails": "pwrite64:error=EIO:when={n}",
    "one sync fails": "fdatasync:error=EIO:when={n}",
    "the disk is full for a while": "pwrite64:error=ENOSPC:when={n}..{m}",
    "the disk is read-only for a while": "pwrite64:error=EROFS:when={n}..{m}",
}
KILLS = {
    "killed at a write": "pwrite64:signal=SIGKILL:when={n}",
    "killed at a sync": "fdatasync:signal=SIGKILL:when={n}",
}
# Of each of these a sign-up writes one row.
ONE_EACH = (
    "SELECT count(*) FROM people_person",
    "SELECT count(*) FROM calls_answer",
    "SELECT count(*) FROM people_contact WHERE kind = 'email'",
    "SELECT count(*) FROM base_outboxmessage WHERE kind = 'sign_up'",
)
CODES = {"storage_full", "storage_failed", "storage_busy", "writer_busy"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    assert shutil.which("strace"), "strace is needed: run `python -m tools.provide strace`"
    runs = Runs(tmp_path_factory.mktemp("call"))
    made = runs.run(PROGRAM, "prepare")
    assert made.returncode == 0, made.stderr
    runs.keep()
    yield runs
    runs.close()


def send(runs: Runs, under: list[str] | None = None, *words: str) -> Told:
    return heard(runs.run(PROGRAM, "send", COUNT, THREADS, *words, under=under or []))


def must_be_whole(home: Path, told: Told, where: str) -> None:
    """Everybody acknowledged stands once, with all that belongs to them; of nobody there is a part."""
    with closing(sqlite3.connect(home / DATABASE)) as database:
        stored = [one for (one,) in database.execute("SELECT client_id FROM calls_signup")]
        counts = [database.execute(count).fetchone()[0] for count in ONE_EACH]
    assert len(stored) == len(set(stored)), where
    assert {client_id(number) for number in told.acknowledged} <= set(stored), where
    assert counts == [len(stored)] * len(ONE_EACH), where


@pytest.fixture(scope="module")
def places(runs: Runs) -> Callable[[str, int], range]:
    """Some of the places at which an undisturbed run does what a fault is about."""

    @cache
    def count(call: str) -> int:
        home = runs.begin()
        log = home.parent / call
        told = send(runs, tracing(home, call, WRITTEN, str(log)))
        assert (len(told.acknowledged), told.is_over, told.refused, told.broke) == (COUNT, True, [], [])
        return sum(f"{call}(" in line for line in log.read_text().splitlines())

    def some(fault: str, points: int) -> range:
        most = count(fault.partition(":")[0])
        return range(2, most, max(1, (most - 2) // points))

    return some


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("points", [1, pytest.param(30, marks=pytest.mark.full)])
def test_who_comes_while_the_disk_is_ill_is_told_so_and_taken_afterwards(
    runs: Runs,
    places: Callable[[str, int], range],
    record_property: Callable[[str, int], None],
    name: str,
    points: int,
) -> None:
    told_no = 0
    for n in places(FAULTS[name], points):
        home = runs.begin()
        told = send(runs, injecting(home, FAULTS[name].format(n=n, m=n + ILL)))
        where = f"{name}, from {n} on"

        assert told.broke == [], where
        assert (len(told.acknowledged), told.is_over) == (COUNT, True), where
        for no in told.refused:
            status, code, retry_after = no.split()
            assert (status, code in CODES, int(retry_after) > 0) == ("503", True, True), (where, no)
        told_no += len(told.refused)
        must_be_whole(home, told, where)
        record_property("faults", 1)
        record_property("acknowledged", len(told.acknowledged))
    assert told_no > 0


@pytest.mark.parametrize("name", KILLS)
@pytest.mark.parametrize("points", [1, pytest.param(10**6, marks=pytest.mark.full)])
def test_whatever_was_acknowledged_before_a_kill_at_any_write_stands_once(
    runs: Runs,
    places: Callable[[str, int], range],
    record_property: Callable[[str, int], None],
    name: str,
    points: int,
) -> None:
    killed = 0
    for n in places(KILLS[name], points):
        home = runs.begin()
        told = send(runs, injecting(home, KILLS[name].format(n=n)))
        where = f"{name} {n}"
        assert told.broke == [], where
        must_be_whole(home, told, where)
        again = send(runs)

        # The same link for whoever had one, and everybody is in.
        assert len(again.acknowledged) == COUNT, where
        assert again.acknowledged | told.acknowledged == again.acknowledged, where
        must_be_whole(home, again, where)
        killed += not told.is_over
        record_property("faults", 1)
        record_property("acknowledged", len(told.acknowledged))
    assert killed > 0


@pytest.mark.parametrize(
    "fault",
    [
        "pwrite64:signal=SIGKILL:when=400",
        "fdatasync:signal=SIGKILL:when=6",
        *(pytest.param(f"pwrite64:signal=SIGKILL:when={n}", marks=pytest.mark.full) for n in (301, 507, 790)),
        *(pytest.param(f"fdatasync:signal=SIGKILL:when={n}", marks=pytest.mark.full) for n in (2, 3, 4)),
    ],
)
def test_when_the_process_beside_is_killed_those_who_wait_hear_it_and_another_goes_on(
    runs: Runs, record_property: Callable[[str, int], None], fault: str
) -> None:
    home = runs.begin()

    # Each that is begun anew is killed at the same place again, after some commits.
    told = send(runs, injecting(home, fault), "beside")

    assert (told.broke, told.is_over, len(told.acknowledged)) == ([], True, COUNT)
    assert {tuple(no.split()[:2]) for no in told.refused} == {("503", "writer_busy")}
    must_be_whole(home, told, fault)
    record_property("faults", 1)
    record_property("acknowledged", len(told.acknowledged))


def test_a_disk_that_crawls_holds_nobody_up_for_good(runs: Runs) -> None:
    home = runs.begin()

    told = send(runs, injecting(home, "fdatasync:delay_enter=200000"))

    assert (len(told.acknowledged), told.broke, told.is_over) == (COUNT, [], True)
    must_be_whole(home, told, "each sync takes 0.2 s")


@contextmanager
def sending(home: Path, url: str, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", PROGRAM, "send", str(count), str(THREADS)]
    settings = {**environment(home), "DATABASE_URL": url}
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.mark.parametrize("restarts", [1, pytest.param(10, marks=pytest.mark.full)])
def test_a_database_that_restarts_is_waited_for_and_nothing_is_lost(
    tmp_path: Path, record_property: Callable[[str, int], None], restarts: int
) -> None:
    programs = postgres_bin()
    if programs is None:
        pytest.skip("no PostgreSQL here")
    with server(durable=True) as url:
        folder = Path(unquote(urlsplit(url).hostname or ""))
        control = [
            *_as_other(),
            str(programs / "pg_ctl"),
            "-D",
            str(folder / "data"),
            "-l",
            str(folder / "log"),
        ]
        restart = [*control, "-w", "-m", "immediate", "restart"]
        settings = {**environment(tmp_path), "DATABASE_URL": url}
        prepare = [sys.executable, "-m", PROGRAM, "prepare"]
        subprocess.run(prepare, cwd=ROOT, env=settings, check=True, timeout=TIMEOUT_S)
        told = Told()
        done, count = 0, COUNT * (restarts + 2)
        with sending(tmp_path, url, count) as process:
            assert process.stdout is not None
            for line in process.stdout:
                told.hear(line.strip())
                if len(told.acknowledged) > COUNT * (done + 1) and done < restarts:
                    subprocess.run(
                        restart, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=TIMEOUT_S
                    )
                    done += 1
        look = [sys.executable, "-m", PROGRAM, "look"]
        given = json.dumps(sorted(told.acknowledged))
        looked = subprocess.run(
            look,
            cwd=ROOT,
            env=settings,
            input=given,
            capture_output=True,
            check=True,
            text=True,
            timeout=TIMEOUT_S,
        )

    found = json.loads(looked.stdout)
    assert (done, told.broke, told.is_over) == (restarts, [], True)
    assert len(told.acknowledged) == count
    assert {no.split()[1] for no in told.refused} & {"storage_failed", "storage_busy"}
    assert (found["stored"], found["lost"], found["doubled"], found["torn"]) == (count, 0, 0, 0)
    record_property("faults", restarts)
    record_property("acknowledged", len(told.acknowledged))
