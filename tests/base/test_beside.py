"""A process beside this one: it carries out, says no, dies, and ends with the one it belongs to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from dure.base.beside import RETRY_S, Beside
from dure.base.errors import WriterBusy
from dure.kernel.must import Broken
from dure.kernel.refusals import BadInput, Refusal

ECHO = "tests.base.echo_beside"


@pytest.fixture
def beside() -> Iterator[Beside[str, object]]:
    found: Beside[str, object] = Beside(ECHO)
    yield found
    found.stop()


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_jobs_are_carried_out_in_one_other_process(beside: Beside[str, object]) -> None:
    assert beside.ask(["a", "b"]) == ["a", "b"]
    (first,), (second,) = beside.ask(["who"]), beside.ask(["who"])
    assert first == second != os.getpid()


def test_a_refusal_comes_back_as_itself_and_a_fault_without_its_inside(beside: Beside[str, object]) -> None:
    (who,) = beside.ask(["who"])

    with pytest.raises(BadInput) as no:
        beside.ask(["refuse"])
    with pytest.raises(Broken) as fault:
        beside.ask(["break"])

    assert no.value.facts == {"where": "word", "what": "is refused", "wanted": "another"}
    assert "the inside" not in str(fault.value)
    assert beside.ask(["who"]) == [who]


def test_when_it_dies_those_who_wait_hear_it_and_the_next_begins_another(beside: Beside[str, object]) -> None:
    (first,) = beside.ask(["who"])

    with pytest.raises(WriterBusy) as busy:
        beside.ask(["a", "die"])

    assert busy.value.facts == {"retry_s": RETRY_S}
    (second,) = beside.ask(["who"])
    assert second != first


def test_it_ends_when_the_process_it_belongs_to_is_killed() -> None:
    program = (
        f"from dure.base.beside import Beside; print(Beside({ECHO!r}).ask(['who'])[0], flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert is_alive(pid)
        owner.kill()

    until = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_alive(pid)


@pytest.mark.parametrize("kind", sorted(Refusal.known), ids=str)
def test_every_refusal_travels(kind: str) -> None:
    import pickle

    refusal = Refusal.known[kind].__new__(Refusal.known[kind])
    Refusal.__init__(refusal, what="x", count=3)

    back = pickle.loads(pickle.dumps(refusal))  # noqa: S301  our own

    assert type(back) is type(refusal)
    assert back.facts == refusal.facts


def test_a_fork_begins_its_own_and_leaves_that_of_its_parent(beside: Beside[str, object]) -> None:
    (ours,) = beside.ask(["who"])
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            (theirs,) = beside.ask(["who"])
            os.write(writing, str(theirs).encode())
            beside.stop()
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert int(os.read(reading, 99)) != ours
    assert beside.ask(["who"]) == [ours]
    os.close(reading)
    os.close(writing)
