"""Who recounts: somebody from elsewhere."""

from collections import Counter

import pytest

from dure.engine.lots import NoCheckerFromElsewhere, Origin, assign_checkers

SEED = b"thrown with dice in the village hall"
ROOT = b"\x07" * 32
MAPO = ("KR", "11", "mapo")
JUNG = ("KR", "11", "jung")
BUSAN = ("KR", "26", "busanjin")


def assign(checkers: dict[str, Origin], entries: dict[int, Origin]) -> dict[int, str]:
    given = assign_checkers(seed=SEED, log_root=ROOT, drawn=list(entries), checkers=checkers, entries=entries)
    return {one.entry: one.checker for one in given}


@pytest.mark.parametrize(
    ("checker", "entry", "elsewhere"),
    [
        (Origin(MAPO), Origin(JUNG), True),
        (Origin(MAPO), Origin(MAPO), False),
        (Origin(("KR", "11")), Origin(MAPO), False),
        (Origin(MAPO), Origin(("KR", "11")), False),
        (Origin(("KR",)), Origin(MAPO), False),
        (Origin(()), Origin(MAPO), False),
        (Origin(BUSAN, frozenset({"crane"})), Origin(MAPO, frozenset({"crane"})), False),
        (Origin(BUSAN, frozenset({"crane"})), Origin(MAPO, frozenset({"heron"})), True),
    ],
)
def test_elsewhere_is_another_area_and_another_team(checker: Origin, entry: Origin, elsewhere: bool) -> None:
    assert checker.is_elsewhere(entry) is elsewhere
    assert entry.is_elsewhere(checker) is elsewhere


def test_nobody_recounts_at_home() -> None:
    checkers = {"bora": Origin(MAPO), "chul": Origin(BUSAN)}
    assert assign(checkers, {5: Origin(MAPO), 9: Origin(BUSAN), 2: Origin(JUNG)})[5] == "chul"
    assert assign(checkers, {5: Origin(MAPO), 9: Origin(BUSAN)}) == {5: "chul", 9: "bora"}


def test_an_entry_without_anyone_from_elsewhere_is_named() -> None:
    checkers = {"bora": Origin(MAPO), "minji": Origin(MAPO)}
    with pytest.raises(NoCheckerFromElsewhere) as no:
        assign(checkers, {4: Origin(JUNG), 5: Origin(MAPO)})
    assert no.value.facts == {"entry": 5, "checkers": 2}


def test_the_work_is_shared_evenly() -> None:
    checkers = {name: Origin(BUSAN) for name in ("bora", "chul", "minji")}
    loads = Counter(assign(checkers, {entry: Origin(MAPO) for entry in range(100)}).values())
    assert sorted(loads.values()) == [33, 33, 34]


def test_who_can_check_little_is_used_where_possible() -> None:
    checkers = {"bora": Origin(MAPO), "chul": Origin(BUSAN)}
    # Both may check Jung, only Chul may check Mapo.
    entries = {entry: Origin(MAPO if entry % 2 else JUNG) for entry in range(20)}
    assert Counter(assign(checkers, entries).values()) == {"bora": 10, "chul": 10}


def test_equal_input_gives_the_same_checkers_and_another_seed_others() -> None:
    checkers = {f"checker {number}": Origin(BUSAN) for number in range(9)}
    entries = {entry: Origin(MAPO) for entry in range(9)}
    backwards = dict(reversed(checkers.items()))
    assert assign(checkers, entries) == assign(backwards, entries)
    other = assign_checkers(
        seed=SEED[::-1], log_root=ROOT, drawn=range(9), checkers=checkers, entries=entries
    )
    assert {one.entry: one.checker for one in other} != assign(checkers, entries)
