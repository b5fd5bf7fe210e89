"""Writing in turns: whoever waits longest comes next, and a greedy writer does not come before."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from dure.base.fair_sqlite3.turns import Turns
from dure.base.models import OrderHead
from dure.base.storage import StorageBusy, refusal_of

only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL lets many write at once")


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order = Turns(), []
    assert turns.take(wait_s_max=0)

    def ask(number: int) -> None:
        assert turns.take(wait_s_max=20)
        order.append(number)
        turns.give_back()

    threads = []
    for number in range(8):
        threads.append(Thread(target=ask, args=(number,)))
        threads[-1].start()
        while waiting(turns) <= number:
            time.sleep(0.001)
    turns.give_back()
    # Whoever had it and asks again comes after them all.
    ask(8)
    for thread in threads:
        thread.join()

    assert order == list(range(9))


def test_who_gave_up_is_passed_over() -> None:
    turns = Turns()
    assert turns.take(wait_s_max=0)

    assert not turns.take(wait_s_max=0.01)
    turns.give_back()
    assert turns.take(wait_s_max=0)


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_beside_a_writer_without_a_pause_others_write_at_once() -> None:
    OrderHead.objects.create(name="greedy")
    over = Event()

    def greedy() -> int:
        count = 0
        while not over.is_set():
            with transaction.atomic():
                OrderHead.objects.filter(name="greedy").update(size=count)
                count += 1
        connection.close()
        return count

    def polite(number: int) -> None:
        with transaction.atomic():
            OrderHead.objects.create(name=f"polite {number}")
        connection.close()

    with ThreadPoolExecutor(9) as pool:
        writing = pool.submit(greedy)
        list(pool.map(polite, range(40)))
        over.set()
        turns = writing.result()

    assert OrderHead.objects.count() == 41
    # With SQLite's own way of waiting the greedy one writes thousands of times meanwhile.
    assert turns < 400


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_whoever_waits_too_long_hears_that_the_database_was_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, over = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            OrderHead.objects.create(name="held")
            begun.set()
            over.wait(20)
        connection.close()

    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        begun.wait(20)
        with pytest.raises(OperationalError) as no, transaction.atomic():
            OrderHead.objects.create(name="other")
        over.set()
        held.result()

    assert isinstance(refusal_of(no.value), StorageBusy)
    with transaction.atomic():
        OrderHead.objects.create(name="other")
    assert OrderHead.objects.count() == 2


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_gives_its_turn_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    with pytest.raises(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense FROM nowhere")

    def write() -> None:
        with transaction.atomic():
            OrderHead.objects.create(name="after")
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(write).result(timeout=10)
    assert OrderHead.objects.get().name == "after"
