from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from dure.base import briefly
from dure.base.briefly import SECONDS, Briefly

KEY = (1, "what is open", "today")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(briefly, "monotonic", made)
    return made


@pytest.fixture
def store(clock: Clock) -> Briefly:
    made = Briefly()
    made.switch_on()
    return made


def test_what_is_asked_again_soon_is_worked_out_once(store: Briefly, clock: Clock) -> None:
    answers = iter(["first", "second"])

    assert store.get(KEY, lambda: next(answers)) == "first"
    clock.now += SECONDS - 0.1
    assert store.get(KEY, lambda: next(answers)) == "first"
    clock.now += 0.2
    assert store.get(KEY, lambda: next(answers)) == "second"


def test_nothing_is_kept_where_it_is_not_switched_on() -> None:
    answers = iter(["first", "second"])
    store = Briefly()

    assert [store.get(KEY, lambda: next(answers)) for _ in range(2)] == ["first", "second"]


def test_whoever_changed_something_sees_it_at_once(store: Briefly) -> None:
    store.get(KEY, lambda: "before")
    store.forget()

    assert store.get(KEY, lambda: "after") == "after"


def test_what_was_begun_before_a_change_is_not_kept_after_it(store: Briefly, clock: Clock) -> None:
    def slow() -> str:
        clock.now += 0.5
        store.forget()
        return "as it was"

    assert store.get(KEY, slow) == "as it was"
    assert store.get(KEY, lambda: "as it is") == "as it is"


def test_many_who_ask_together_wait_for_one(store: Briefly) -> None:
    begun, go_on = Event(), Event()
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        begun.set()
        assert go_on.wait(10)
        return "once"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(store.get, KEY, make) for _ in range(8)]
        assert begun.wait(10)
        go_on.set()
        assert {one.result(10) for one in asked} == {"once"}
    assert count == 1


def test_while_one_renews_it_the_others_are_shown_what_there_was(store: Briefly, clock: Clock) -> None:
    store.get(KEY, lambda: "old")
    clock.now += SECONDS + 0.1

    def renew() -> str:
        assert store.get(KEY, lambda: "a second renewer") == "old"
        return "new"

    assert store.get(KEY, renew) == "new"
    assert store.get(KEY, lambda: "a third") == "new"


def test_a_renewal_that_failed_is_tried_again(store: Briefly, clock: Clock) -> None:
    store.get(KEY, lambda: "old")
    clock.now += SECONDS + 0.1

    def fail() -> str:
        raise RuntimeError("no disk")

    with pytest.raises(RuntimeError):
        store.get(KEY, fail)
    clock.now += SECONDS
    assert store.get(KEY, lambda: "new") == "new"


def test_what_took_long_is_kept_ten_times_as_long_but_no_more_than_a_minute(
    store: Briefly, clock: Clock
) -> None:
    def take(seconds: float, word: str) -> str:
        clock.now += seconds
        return word

    assert store.get("slow", lambda: take(2, "first")) == "first"
    clock.now += 19
    assert store.get("slow", lambda: take(2, "second")) == "first"
    clock.now += 2
    assert store.get("slow", lambda: take(30, "second")) == "second"
    clock.now += 61
    assert store.get("slow", lambda: take(2, "third")) == "third"


def test_whoever_changed_something_waits_for_nobody_who_makes_it_as_it_was(
    store: Briefly, clock: Clock
) -> None:
    begun, go_on = Event(), Event()

    def slowly() -> str:
        begun.set()
        go_on.wait(10)
        return "before"

    with ThreadPoolExecutor(2) as pool:
        before = pool.submit(store.get, KEY, slowly)
        assert begun.wait(10)
        store.forget()
        clock.now += 0.1
        try:
            assert pool.submit(store.get, KEY, lambda: "after").result(10) == "after"
        finally:
            go_on.set()
        assert before.result(10) == "before"
    assert store.get(KEY, lambda: "a third") == "after"


def test_what_could_not_be_made_leaves_nothing_that_grows(store: Briefly) -> None:
    def fail() -> str:
        raise LookupError

    for number in range(2 * briefly.COUNT_MAX):
        with pytest.raises(LookupError):
            store.get(number, fail)

    assert len(store._making) <= briefly.COUNT_MAX
