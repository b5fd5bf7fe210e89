"""Group commit: one thread of the process writes what many hand in, a batch a transaction.

A durable commit costs a write to the disk however much it holds. So there is no timer: whatever came in while the
last commit ran goes into the next one, a single row when all is quiet, hundreds when a nation signs up. Whoever
hands in waits until their rows are durable, or hears why they are not.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, Generic, TypeVar

from django.db import connection

from dure.base.errors import WriterBusy
from dure.base.storage import StorageBusy, refusal_of
from dure.kernel.must import must
from dure.kernel.refusals import Refusal

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")

# About 100 ms of writing, so that others who write get in between.
BATCH_ROWS_MAX: Final = 2_000
# The batch that runs and two behind it: whoever comes then would wait longer than it takes to come again.
ROWS_IN_HAND_MAX: Final = 3 * BATCH_ROWS_MAX
# A batch that takes longer waits for a lock or for the disk; nobody else is let in behind it.
STALLED_AFTER_S: Final = 3.0
# Longer than the database's own patience with a lock (config.database): its answer is the better one.
WAIT_S_MAX: Final = 30.0
RETRY_S: Final = 1
log = logging.getLogger(__name__)


class _Ticket(Generic[Row, Outcome]):
    """What one caller handed in, and what became of it; ``others``: of its batch, who haven't been woken yet."""

    __slots__ = ("done", "error", "has_left", "others", "outcomes", "rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.others: deque[_Ticket[Row, Outcome]] = deque()
        self.has_left = False
        self.outcomes: Sequence[Outcome] = ()
        self.error: Exception | None = None
        self.done = Lock()
        self.done.acquire()


class GroupWriter(Generic[Row, Outcome]):
    """Hands the rows of many to ``write``, which stores them in one transaction and gives an outcome for each.

    ``write`` runs in a thread of its own, begun when the first row comes (so after a server has forked). A row
    it refuses is an outcome; only what it can't tell from its neighbours it raises. Then each caller's rows are
    written alone, so that one fault doesn't fail a batch, unless the storage itself failed (``base.storage``).
    """

    def __init__(
        self,
        name: str,
        write: Callable[[list[Row]], Sequence[Outcome]],
        *,
        batch_rows_max: int = BATCH_ROWS_MAX,
        rows_in_hand_max: int = ROWS_IN_HAND_MAX,
    ) -> None:
        self._name = name
        self._write = write
        self._batch_rows_max = batch_rows_max
        self._rows_in_hand_max = rows_in_hand_max
        self._tickets: SimpleQueue[_Ticket[Row, Outcome] | None] = SimpleQueue()
        self._held_back: _Ticket[Row, Outcome] | None = None
        self._lock = Lock()
        self._rows_in_hand = 0
        self._writing_since: float | None = None
        self._thread: Thread | None = None

    def ask(self, rows: Sequence[Row]) -> Sequence[Outcome]:
        """The outcome of each of ``rows``, durable by now.

        Refuses with WriterBusy at once when too many wait already, with StorageBusy after WAIT_S_MAX; raises
        what ``write`` raised for these rows.
        """
        must(1 <= len(rows) <= self._batch_rows_max, "a request fits a batch")
        ticket: _Ticket[Row, Outcome] = _Ticket(rows)
        with self._lock:
            self._begin()
            self.must_have_room(len(rows))
            self._rows_in_hand += len(rows)
        self._tickets.put(ticket)
        if not ticket.done.acquire(timeout=WAIT_S_MAX):
            ticket.has_left = True
            # Woken at this very moment: then the others are ours to wake.
            if not ticket.done.acquire(blocking=False):
                raise StorageBusy
        _wake(ticket.others)
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcomes

    def must_have_room(self, row_count: int = 1) -> None:
        """Refuses with WriterBusy when :meth:`ask` would not take so many rows now."""
        if self._rows_in_hand + row_count > self._rows_in_hand_max or self._is_stalled():
            raise WriterBusy(retry_s=RETRY_S)

    def stop(self) -> None:
        """Write what has come in, then end the thread and give its connection back."""
        thread = self._thread
        if thread is not None:
            self._tickets.put(None)
            thread.join()
            self._thread = None

    def _is_stalled(self) -> bool:
        since = self._writing_since
        return since is not None and time.monotonic() - since > STALLED_AFTER_S

    def _begin(self) -> None:
        # None is alive behind a fork, nor after what no writing may raise: whoever comes next begins another.
        if self._thread is None or not self._thread.is_alive():
            self._writing_since = None
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while batch := self._next_batch():
                self._writing_since = time.monotonic()
                try:
                    self._carry_out(batch)
                finally:
                    self._writing_since = None
                    with self._lock:
                        self._rows_in_hand -= sum(len(ticket.rows) for ticket in batch)
                others = deque(batch)
                for ticket in batch:
                    ticket.others = others
                _wake(others)
        finally:
            connection.close()

    def _next_batch(self) -> list[_Ticket[Row, Outcome]]:
        """Everything that waits, up to a batch; waits for the first. Empty: stop."""
        first = self._held_back or self._tickets.get()
        self._held_back = None
        if first is None:
            return []
        batch, row_count = [first], len(first.rows)
        while row_count < self._batch_rows_max:
            try:
                one = self._tickets.get_nowait()
            except Empty:
                break
            if one is None:
                self._tickets.put(None)  # for the next round
                break
            if row_count + len(one.rows) > self._batch_rows_max:
                self._held_back = one
                break
            batch.append(one)
            row_count += len(one.rows)
        return batch

    def _carry_out(self, batch: list[_Ticket[Row, Outcome]]) -> None:
        try:
            outcomes = self._write([row for ticket in batch for row in ticket.rows])
        except Exception as error:
            connection.close()  # whatever state it is in, the next batch gets a sound one
            if len(batch) > 1 and not isinstance(error, Refusal) and refusal_of(error) is None:
                log.exception("a batch of %s failed; its requests are written one by one", self._name)
                for ticket in batch:
                    self._carry_out([ticket])
                return
            for ticket in batch:
                ticket.error = error
            return
        at = 0
        for ticket in batch:
            ticket.outcomes = outcomes[at : at + len(ticket.rows)]
            at += len(ticket.rows)


def _wake(others: deque[_Ticket[Row, Outcome]]) -> None:
    """Wake the first of those whose batch is done; it wakes the next.

    All at once they would queue for Python's turn together, and the writer, who has the next batch to send, behind
    them.
    """
    while others:
        try:
            one = others.popleft()
        except IndexError:  # somebody else's, at this very moment
            return
        one.done.release()
        if not one.has_left:
            return
