from datetime import UTC, datetime

import pytest

from dure.base import ordered
from dure.base.errors import Stopped
from dure.base.jobs import ask_to_stop, job
from dure.base.models import Job
from dure.kernel.must import Broken

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
                raise ValueError("no post has a place")
    except ValueError:
        pass
    row = Job.objects.get()
    assert row.state == state
    assert ("no post" in row.note) is broken
    assert not ask_to_stop(row.pk)
