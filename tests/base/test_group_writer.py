"""Group commit: whoever is woken wakes the next of their batch, and whoever has left holds up nobody."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from dure.base import group_writer
from dure.base.group_writer import GroupWriter
from dure.base.storage import StorageBusy

LEFT, PATIENT_S = 3, 20.0


@pytest.mark.django_db(transaction=True)
def test_who_left_their_batch_holds_up_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    has_begun, may_write = Event(), Event()
    batches: list[list[int]] = []

    def write(rows: list[int]) -> list[int]:
        has_begun.set()
        may_write.wait(PATIENT_S)
        batches.append(rows)
        return [10 * row for row in rows]

    writer: GroupWriter[int, int] = GroupWriter("numbers", write)

    def ask(number: int) -> list[int]:
        return list(writer.ask([number]))

    asked: dict[int, Future[list[int]]] = {}
    with ThreadPoolExecutor(8) as pool:
        for number in range(6):
            monkeypatch.setattr(group_writer, "WAIT_S_MAX", 0.05 if number == LEFT else PATIENT_S)
            asked[number] = pool.submit(ask, number)
            while writer._rows_in_hand <= number:
                time.sleep(0.001)
            has_begun.wait(PATIENT_S)  # the first alone, the others behind it
            if number == LEFT:
                with pytest.raises(StorageBusy):
                    asked[number].result(PATIENT_S)
        may_write.set()
        found = {number: one.result(PATIENT_S / 2) for number, one in asked.items() if number != LEFT}
    writer.stop()

    assert found == {0: [0], 1: [10], 2: [20], 4: [40], 5: [50]}
    assert [len(rows) for rows in batches] == [1, 5]


@pytest.mark.django_db(transaction=True)
def test_a_whole_crowd_is_woken() -> None:
    writer: GroupWriter[int, int] = GroupWriter("numbers", lambda rows: [row + 1 for row in rows])
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda number: writer.ask([number])[0], range(3_000)))
    writer.stop()

    assert found == list(range(1, 3_001))
