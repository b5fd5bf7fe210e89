"""Killed, out of space, read-only or failing at any write: nothing that was promised is lost, nothing stands twice.

strace denies the recorder its disk or kills it at the N-th write to the database, for every N in turn (a share of
them in ``make test``, all in ``make prove``). Afterwards a phone sends everything again. SQLite is looked at, since
there the writes are this program's own; PostgreSQL answers for its own disk.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings

from dure.analytics.sealed.seal import ENTRIES_NAME, PROOF_NAME, SEAL_NAME
from tests.faults.disk import WRITTEN, Runs, heard, injecting, tracing
from tests.movement.ledger.village import NOW

FIRST, END = 10, 25
FAULTS = {
    "killed at a write": "pwrite64:signal=SIGKILL:when={n}",
    "killed at a sync": "fdatasync:signal=SIGKILL:when={n}",
    "one write fails": "pwrite64:error=EIO:when={n}",
    "one sync fails": "fdatasync:error=EIO:when={n}",
    "the disk is full from a write on": "pwrite64:error=ENOSPC:when={n}+",
    "the disk is read-only from a write on": "pwrite64:error=EROFS:when={n}+",
}
REFUSED = ("storage_full ", "storage_failed ")
DRAFT = f"sealed/.{NOW.date().isoformat()}.new"
# Where sealing writes: the database, the draft's files, the folders made durable, the memory of what was signed.
SEALED_AT = (
    *WRITTEN,
    DRAFT,
    *(f"{DRAFT}/{name}" for name in (ENTRIES_NAME, PROOF_NAME, SEAL_NAME)),
    "sealed",
    "log",
)
SEAL_FAULTS = {
    "killed at a write": "write,pwrite64:signal=SIGKILL:when={n}",
    "killed at a sync or rename": "fsync,fdatasync,rename:signal=SIGKILL:when={n}",
    "one write fails": "write,pwrite64:error=EIO:when={n}",
    "one sync fails": "fsync,fdatasync:error=EIO:when={n}",
    "the disk is full from a write on": "write,pwrite64:error=ENOSPC:when={n}+",
}
SEAL_REFUSED = (*REFUSED, "seal_impossible ")

pytestmark = pytest.mark.skipif(
    "postgresql" in settings.DATABASES["default"]["ENGINE"], reason="SQLite's own writes"
)


@dataclass(frozen=True)
class Prepared:
    """A village that has recorded and signed its first entries, and how often undisturbed runs write."""

    runs: Runs
    village: str
    counted: dict[str, int]

    def count_of(self, calls: str) -> int:
        """How often an undisturbed recorder does ``calls`` on the database."""
        if calls not in self.counted:
            home = self.runs.begin()
            log = home.parent / "calls"
            under = tracing(home, calls, WRITTEN, str(log))
            told = heard(self.runs.run("tests.faults.recorder", FIRST, END, given=self.village, under=under))
            assert len(told.acknowledged) == END - FIRST
            assert told.is_over
            self.counted[calls] = sum(f"{calls}(" in line for line in log.read_text().splitlines())
        return self.counted[calls]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    assert shutil.which("strace"), "strace is needed: run `python -m tools.provide strace`"
    runs = Runs(tmp_path_factory.mktemp("faults"))
    made = runs.run("tests.faults.preparing", FIRST)
    assert made.returncode == 0, made.stderr
    runs.keep()
    yield Prepared(runs, made.stdout, {})
    runs.close()


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("points", [4, pytest.param(10**6, marks=pytest.mark.full)])
def test_nothing_promised_is_lost_and_nothing_stands_twice(
    prepared: Prepared,
    record_property: Callable[[str, int], None],
    name: str,
    points: int,
) -> None:
    fault, runs = FAULTS[name], prepared.runs
    calls = prepared.count_of(fault.partition(":")[0])
    stopped = acknowledged = 0
    places_at = range(1, calls + 1, max(1, calls // points))
    for n in places_at:
        under = injecting(runs.begin(), fault.format(n=n))
        told = heard(runs.run("tests.faults.recorder", FIRST, END, given=prepared.village, under=under))
        where = f"{name} {n} of {calls}"
        looked = runs.run("tests.faults.examining", FIRST, END, given=prepared.village)
        assert looked.returncode == 0, f"{where}: {looked.stderr}"
        found = json.loads(looked.stdout)

        assert found["faults"] == [], where
        assert told.broke == [], where
        assert all(said.startswith(REFUSED) for said in told.refused), where
        for number, (index, leaf) in told.acknowledged.items():
            assert found["stored"].get(str(number)) == [index], where
            assert found["leaves"][str(index)] == leaf, where
        for size, root in told.signed.items():
            assert found["roots"].get(str(size)) == root, where
        assert found["refused"] == [], where
        assert sorted(map(int, found["stored_after"])) == list(range(END)), where
        assert all(len(places) == 1 for places in found["stored_after"].values()), where
        stopped += len(told.acknowledged) < END - FIRST
        acknowledged += len(told.acknowledged)
    assert stopped > 0
    record_property("faults", len(places_at))
    record_property("acknowledged", acknowledged)


@pytest.mark.parametrize("name", SEAL_FAULTS)
@pytest.mark.parametrize("points", [3, pytest.param(10**6, marks=pytest.mark.full)])
def test_a_day_is_sealed_whole_or_not_at_all_and_sealing_again_finishes(
    prepared: Prepared,
    record_property: Callable[[str, int], None],
    name: str,
    points: int,
) -> None:
    fault, runs = SEAL_FAULTS[name], prepared.runs
    calls = fault.partition(":")[0]
    home = runs.begin()
    log = home.parent / "calls"
    told = heard(runs.run("tests.faults.sealer", under=tracing(home, calls, SEALED_AT, str(log))))
    assert (told.is_over, told.refused, told.broke) == (True, [], [])
    count = sum(any(f"{call}(" in line for call in calls.split(",")) for line in log.read_text().splitlines())
    assert count > 4
    whole = json.loads(runs.run("tests.faults.sealer", "look").stdout)
    stopped = 0
    for n in range(1, count + 1, max(1, count // points)):
        under = injecting(runs.begin(), fault.format(n=n), SEALED_AT)
        told = heard(runs.run("tests.faults.sealer", under=under))
        where = f"{name} {n} of {count}"
        looked = runs.run("tests.faults.sealer", "look")
        assert looked.returncode == 0, f"{where}: {looked.stderr}"
        found = json.loads(looked.stdout)

        assert told.broke == [], where
        assert all(said.startswith(SEAL_REFUSED) for said in told.refused), (where, told.refused)
        assert (found["faults"], found["faults_after"]) == ([], []), where
        assert found["entries"] == found["entries_after"] == whole["entries"], where
        assert found["rows_after"] == 0, where
        stopped += not told.is_over or bool(told.refused)
        record_property("faults", 1)
    assert stopped > 0
