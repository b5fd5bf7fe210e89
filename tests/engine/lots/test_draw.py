"""The public lot: re-runnable, with known chances."""

import hashlib
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.lots import CHANCE_FLOOR, commitment_opens, draw, seed_commitment
from dure.kernel.must import Broken

SEED = b"thrown with dice in the village hall"
ROOT = hashlib.sha256(b"the log of the day").digest()


def seed_of(run: int) -> bytes:
    return hashlib.sha256(run.to_bytes(4, "big")).digest()


def test_a_commitment_opens_with_its_seed_and_no_other() -> None:
    commitment = seed_commitment(SEED)
    assert commitment_opens(commitment, SEED)
    assert not commitment_opens(commitment, SEED + b"!")
    assert commitment != hashlib.sha256(SEED).hexdigest()  # no other use of the seed gives it away


def test_a_seed_that_could_be_guessed_is_a_bug() -> None:
    with pytest.raises(Broken):
        seed_commitment(b"1234")


def test_a_stranger_draws_the_same_from_the_written_rule() -> None:
    tickets = {}
    for index in range(400):
        told = b"dure/lot/ticket/v1\x00"
        for part in (SEED, ROOT):
            told += len(part).to_bytes(4, "big") + part
        tickets[index] = hashlib.sha256(told + index.to_bytes(8, "big")).digest()[:8]
    by_ticket = sorted(tickets, key=lambda index: (tickets[index], index))

    drawn = draw(seed=SEED, log_root=ROOT, eligible=range(400), count=10)

    assert drawn.indices == tuple(sorted(by_ticket[:10]))
    assert drawn.chances == (Fraction(10, 400),) * 10
    assert not drawn.raised_to_floor


def test_the_order_of_the_list_changes_nothing_and_seed_and_root_change_the_draw() -> None:
    drawn = draw(seed=SEED, log_root=ROOT, eligible=range(1000), count=10)
    assert draw(seed=SEED, log_root=ROOT, eligible=range(999, -1, -1), count=10) == drawn
    assert draw(seed=SEED, log_root=ROOT[::-1], eligible=range(1000), count=10).indices != drawn.indices
    assert draw(seed=SEED[::-1], log_root=ROOT, eligible=range(1000), count=10).indices != drawn.indices


@pytest.mark.parametrize(
    ("size", "count", "drawn_count", "raised"),
    [
        (2000, 10, 10, False),
        (2001, 10, 11, True),
        (100_000, 10, 500, True),
        (7, 10, 7, False),
        (1, 0, 1, True),
    ],
)
def test_every_entry_keeps_the_least_chance(size: int, count: int, drawn_count: int, raised: bool) -> None:
    drawn = draw(seed=SEED, log_root=ROOT, eligible=range(size), count=count)
    assert (drawn.count, drawn.raised_to_floor) == (drawn_count, raised)
    assert drawn.base_chance == Fraction(drawn_count, size) >= CHANCE_FLOOR


def test_nothing_is_drawn_from_nothing() -> None:
    assert draw(seed=SEED, log_root=ROOT, eligible=[], count=10).indices == ()


def test_each_entry_is_drawn_as_often_as_its_chance_says() -> None:
    runs = 2000
    times = np.zeros(50)
    for run in range(runs):
        times[list(draw(seed=seed_of(run), log_root=ROOT, eligible=range(50), count=5).indices)] += 1
    # 0.1 of 2,000: 200 with a standard deviation of 13.4; five of them hold for all 50 at once.
    assert np.all(np.abs(times - 200) < 67)


def test_weights_raise_chances_exactly_as_stated() -> None:
    weights = {3: 4.0, 7: 2.5, 11: 4.0}
    runs, times, stated = 3000, np.zeros(40), np.zeros(40)
    for run in range(runs):
        drawn = draw(seed=seed_of(run), log_root=ROOT, eligible=range(40), count=5, weights=weights)
        assert drawn.count == 5
        times[list(drawn.indices)] += 1
        for index, chance in zip(drawn.indices, drawn.chances, strict=True):
            stated[index] = float(chance)
    assert stated[3] == pytest.approx(4 * 5 / 47.5)
    assert stated[7] == pytest.approx(2.5 * 5 / 47.5)
    assert stated[0] == pytest.approx(5 / 47.5)
    deviation = np.sqrt(stated * (1 - stated) / runs)
    assert np.all(np.abs(times / runs - stated) < 5 * deviation)


def test_a_weight_never_makes_more_than_certainty() -> None:
    drawn = draw(seed=SEED, log_root=ROOT, eligible=range(10), count=5, weights={0: 100.0})
    assert drawn.count == 5
    assert drawn.chances[drawn.indices.index(0)] == 1
    assert drawn.base_chance == Fraction(4, 9)


@settings(max_examples=60)
@given(
    size=st.integers(1, 3000),
    count=st.integers(0, 60),
    weights=st.dictionaries(st.integers(0, 2999), st.floats(1, 50), max_size=30),
)
def test_a_weighted_draw_keeps_the_floor_and_its_size(
    size: int, count: int, weights: dict[int, float]
) -> None:
    kept = {index: weight for index, weight in weights.items() if index < size}
    drawn = draw(seed=SEED, log_root=ROOT, eligible=range(size), count=count, weights=kept)
    assert drawn.base_chance >= CHANCE_FLOOR
    assert all(drawn.base_chance <= chance <= 1 for chance in drawn.chances)
    if not drawn.raised_to_floor:
        assert drawn.count == min(count, size)
    assert len(set(drawn.indices)) == drawn.count


def test_a_weight_below_one_or_of_a_stranger_is_a_bug() -> None:
    for weights in ({3: 0.5}, {99: 2.0}):
        with pytest.raises(Broken):
            draw(seed=SEED, log_root=ROOT, eligible=range(10), count=5, weights=weights)


def test_an_entry_listed_twice_is_a_bug() -> None:
    with pytest.raises(Broken):
        draw(seed=SEED, log_root=ROOT, eligible=[1, 2, 2], count=1)
