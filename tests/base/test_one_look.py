from __future__ import annotations

from collections.abc import Iterable

import pytest

from dure.base.one_look import each_once_a_look, once_a_look, one_look


@once_a_look
def counted(asked: list[str] | tuple[str, ...], word: str = "") -> list[str]:
    CALLS.append(word)
    return [*asked, word]


CALLS: list[str] = []


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    CALLS.clear()


def test_within_a_look_the_same_question_is_asked_once_and_its_list_is_ones_own() -> None:
    with one_look():
        first = counted((), word="a")
        first.append("mine")
        assert counted((), word="a") == ["a"]
        assert counted((), word="b") == ["b"]

    assert CALLS == ["a", "b"]


def test_outside_a_look_and_in_the_next_one_it_is_asked_anew() -> None:
    counted((), word="a")
    counted((), word="a")
    with one_look():
        counted((), word="a")
    with one_look():
        counted((), word="a")

    assert len(CALLS) == 4


def test_of_what_is_found_by_id_only_the_rest_is_asked_for() -> None:
    asked: list[tuple[int, ...]] = []

    @each_once_a_look
    def names(ids: Iterable[int]) -> dict[int, str]:
        asked.append(tuple(ids))
        return {one: f"n{one}" for one in ids if one != 9}

    with one_look():
        names([2, 1, 2]).clear()
        assert list(names((3, 9, 1)).items()) == [(1, "n1"), (3, "n3")]
        assert names([3, 2]) == {2: "n2", 3: "n3"}
        assert names(()) == {}
    assert names([2]) == {2: "n2"}

    assert asked == [(1, 2), (3, 9), (2,)]
