from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from dure.base import briefly
from dure.base.briefly import SECONDS, Briefly, LeftToAnother

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


@pytest.fixture
def two(clock: Clock, tmp_path: Path) -> tuple[Briefly, Briefly]:
    """As two processes keep it that show each other what they made."""
    both = Briefly(), Briefly()
    for one in both:
        one.switch_on(tmp_path)
    return both


def slow(clock: Clock, word: str, seconds: float = 1.0) -> Callable[[], str]:
    def make() -> str:
        clock.now += seconds
        return word

    return make


def test_what_one_process_made_the_other_shows(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    here, there = two
    assert here.get(KEY, slow(clock, "first")) == "first"
    assert there.get(KEY, slow(clock, "never made")) == "first"

    clock.now += 10
    assert there.get(KEY, slow(clock, "second")) == "second"
    assert here.get(KEY, slow(clock, "never made")) == "second"


def test_who_only_looks_leaves_what_is_old_to_who_renews(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    reader, renewer = two
    reader.look(forgotten=0, oldest=0, renews=False)
    assert reader.get(KEY, slow(clock, "first")) == "first"
    assert not reader.has_left

    clock.now += 11
    assert reader.get(KEY, slow(clock, "not made here")) == "first"
    assert reader.has_left

    renewer.look(forgotten=0, oldest=0, renews=True)
    assert renewer.get(KEY, slow(clock, "second")) == "second"
    reader.look(forgotten=0, oldest=0, renews=False)
    assert reader.get(KEY, slow(clock, "not made here")) == "second"
    assert not reader.has_left


def test_what_nobody_renewed_in_time_is_shown_no_longer(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    reader, _ = two
    reader.look(forgotten=0, oldest=0, renews=False)
    reader.get(KEY, slow(clock, "first", 0.1))

    clock.now += 8.1
    assert reader.get(KEY, slow(clock, "second", 0.1)) == "second"


def test_what_is_made_in_no_time_is_left_to_nobody(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    reader, _ = two
    reader.look(forgotten=0, oldest=0, renews=False)
    reader.get(KEY, slow(clock, "first", 0.01))

    clock.now += SECONDS
    assert reader.get(KEY, slow(clock, "second", 0.01)) == "second"


def test_who_acted_sees_it_at_once_and_others_as_soon_as_it_is_renewed(
    two: tuple[Briefly, Briefly], clock: Clock
) -> None:
    server, reader = two
    reader.look(forgotten=0, oldest=0, renews=False)
    reader.get(KEY, slow(clock, "before", 0.1))
    server.forget("bora")

    reader.look(forgotten=server.forgotten, oldest=server.oldest_for("minji"), renews=False)
    assert reader.get(KEY, slow(clock, "not made here", 0.1)) == "before"
    assert reader.has_left
    reader.look(forgotten=server.forgotten, oldest=server.oldest_for("bora"), renews=False)
    assert reader.get(KEY, slow(clock, "after", 0.1)) == "after"
    reader.look(forgotten=server.forgotten, oldest=server.oldest_for("minji"), renews=False)
    assert reader.get(KEY, slow(clock, "not made here", 0.1)) == "after"
    assert not reader.has_left


def test_where_nobody_says_who_acted_all_see_it_at_once(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    server, reader = two
    reader.look(forgotten=0, oldest=0, renews=False)
    reader.get(KEY, slow(clock, "before", 0.1))
    server.forget()

    reader.look(forgotten=server.forgotten, oldest=server.oldest_for("minji"), renews=False)
    assert reader.get(KEY, slow(clock, "after", 0.1)) == "after"


def test_what_hardly_changes_is_kept_as_long_as_is_said_whoever_acts(store: Briefly, clock: Clock) -> None:
    assert store.get(KEY, lambda: "first", seconds=600) == "first"
    store.forget("bora")
    clock.now += 599
    assert store.get(KEY, lambda: "second", seconds=600) == "first"
    clock.now += 2
    assert store.get(KEY, lambda: "second", seconds=600) == "second"


def test_what_can_not_be_shown_to_others_each_makes_and_it_is_said(
    two: tuple[Briefly, Briefly], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two
    assert callable(here.get(KEY, lambda: lambda: 1))
    assert "can't be shown to other processes" in caplog.text
    assert there.get(KEY, lambda: "its own") == "its own"


def test_a_torn_file_is_made_anew(two: tuple[Briefly, Briefly], tmp_path: Path) -> None:
    here, there = two
    here.get(KEY, lambda: "first")
    for one in tmp_path.iterdir():
        one.write_bytes(one.read_bytes()[:-3])

    assert there.get(KEY, lambda: "its own") == "its own"


def test_where_the_folder_is_gone_each_makes_its_own(two: tuple[Briefly, Briefly], tmp_path: Path) -> None:
    here, there = two
    shutil.rmtree(tmp_path)

    assert here.get(KEY, lambda: "first") == "first"
    assert there.get(KEY, lambda: "its own") == "its own"


def test_who_only_looks_begins_nothing_that_is_known_to_take_long(
    two: tuple[Briefly, Briefly], clock: Clock
) -> None:
    reader, renewer = two
    reader.look(forgotten=0, oldest=0, renews=False)
    assert reader.get(KEY, slow(clock, "first")) == "first"

    clock.now += 60
    with pytest.raises(LeftToAnother):
        reader.get(KEY, slow(clock, "not made here"))
    renewer.look(forgotten=0, oldest=0, renews=True)
    assert renewer.get(KEY, slow(clock, "second")) == "second"
    assert reader.get(KEY, slow(clock, "not made here")) == "second"


def test_who_only_looks_waits_for_no_other_process(two: tuple[Briefly, Briefly], clock: Clock) -> None:
    reader, renewer = two
    reader.look(forgotten=0, oldest=0, renews=False)

    def make() -> str:
        with pytest.raises(LeftToAnother):
            reader.get(KEY, slow(clock, "not made here"))
        return "made"

    renewer.look(forgotten=0, oldest=0, renews=True)
    assert renewer.get(KEY, make) == "made"
    assert reader.get(KEY, slow(clock, "not made here")) == "made"
