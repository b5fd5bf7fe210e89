from datetime import UTC, datetime

import pytest

from dure.base import ordered
from dure.base.errors import Stopped
from dure.base.jobs import BROKE_INSIDE, INTERRUPTED, ask_to_stop, fail, job
from dure.base.models import Job
from dure.kernel.must import Broken
from dure.kernel.refusals import NotFound

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_head_moves_on_and_is_read_back() -> None:
    assert ordered.head("ledger") == (0, b"")
    with ordered.locked("ledger") as head:
        assert (head.size, head.frontier) == (0, b"")
        head.advance(size=3, frontier=b"abc")
    assert ordered.head("ledger") == (3, b"abc")
    assert ordered.head("other") == (0, b"")


def test_a_head_that_breaks_half_way_stays_where_it_was() -> None:
    with pytest.raises(ZeroDivisionError), ordered.locked("ledger") as head:
        head.advance(size=3, frontier=b"abc")
        raise ZeroDivisionError
    assert ordered.head("ledger") == (0, b"")


def test_a_log_never_gets_shorter() -> None:
    with ordered.locked("ledger") as head:
        head.advance(size=3, frontier=b"")
    with pytest.raises(Broken), ordered.locked("ledger") as head:
        head.advance(size=2, frontier=b"")


def test_a_job_shows_how_far_it_is_and_stops_when_asked() -> None:
    with pytest.raises(Stopped) as stop, job(kind="match", now=NOW) as progress:
        progress.advance(1, 3)
        row = Job.objects.get()
        assert (row.state, row.done_count, row.total_count) == ("running", 1, 3)
        assert ask_to_stop(row.pk)
        progress.advance(2, 3)
    assert stop.value.facts == {"done": 2, "total": 3}
    assert Job.objects.get().state == "stopped"


@pytest.mark.parametrize(("broken", "state"), [(False, "done"), (True, "failed")])
def test_a_job_says_how_it_ended(broken: bool, state: str) -> None:
    try:
        with job(kind="match", now=NOW):
            if broken:
                raise ValueError("no post has a place for Minji")
    except ValueError:
        pass
    row = Job.objects.get()
    assert row.state == state
    # What an exception says stays out of the table and off the pages: it may name somebody.
    assert row.note == (BROKE_INSIDE if broken else "")
    assert not ask_to_stop(row.pk)


def test_a_job_keeps_a_refusal_in_its_own_words_and_an_interruption_in_plain_ones() -> None:
    with pytest.raises(NotFound), job(kind="match", now=NOW):
        raise NotFound(what="day to match")
    assert Job.objects.get().note == "There is no such day to match here."
    with pytest.raises(KeyboardInterrupt), job(kind="import", now=NOW):
        raise KeyboardInterrupt
    assert Job.objects.get(kind="import").note == INTERRUPTED


def test_work_whose_job_was_closed_by_another_stops_and_does_not_reopen_it() -> None:
    with pytest.raises(Stopped), job(kind="match", now=NOW) as progress:
        progress.advance(1, 3, "pairs")
        fail(job_id=Job.objects.get().pk, note="It was silent.")
        progress.advance(2, 3, "auction")
    row = Job.objects.get()
    assert (row.state, row.note, row.step) == ("failed", "It was silent.", "pairs")
