"""Plan arithmetic against documented cases. Every figure is a claim of its source, kept as a worked example."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dure.engine.plan import (
    capacity_use,
    fulfilment,
    growth,
    hold,
    norm_share,
    per,
    productivity,
    rounded,
    share_of,
    speed_ratio,
)
from dure.kernel.must import Broken

UNIT = 1000  # milli-units


def test_a_plan_beaten_by_two_and_a_half_percent_is_fulfilled_to_102_5() -> None:  # first-plan-1947
    share = fulfilment(1_025 * UNIT, 1_000 * UNIT)
    assert share is not None
    assert share.exact == Fraction(41, 40)
    assert share.shown_percent == Decimal("102.5")


def test_growth_counts_from_the_baseline() -> None:  # first-plan-1947: 170,000 t more than in 1946
    grown = growth(2_070_000 * UNIT, 1_900_000 * UNIT)
    assert grown is not None
    assert grown.added_milli == 170_000 * UNIT
    assert grown.share is not None
    assert grown.share.shown_percent == Decimal("8.9")


def test_growth_on_a_baseline_of_zero_has_an_amount_and_no_percent() -> None:
    grown = growth(5 * UNIT, 0)
    assert grown is not None
    assert (grown.added_milli, grown.share) == (5 * UNIT, None)
    assert growth(5 * UNIT, None) is None


def test_a_shrinking_result_grows_below_zero() -> None:
    grown = growth(60 * UNIT, 80 * UNIT)
    assert grown is not None
    assert grown.share is not None
    assert (grown.added_milli, grown.share.shown_percent) == (-20 * UNIT, Decimal("-25.0"))


@pytest.mark.parametrize(
    ("case", "amount", "divisor", "want"),
    [
        ("surge-1950", 740_000, 10, "74000.00"),
        ("maharashtra-polio", 219_313, 16_548, "13.25"),
    ],
)
def test_an_amount_for_each(case: str, amount: int, divisor: int, want: str) -> None:
    ratio = per(amount, divisor)
    assert ratio is not None
    assert rounded(ratio, 2) == Decimal(want), case


def test_a_declared_group_is_a_share_of_all() -> None:  # surge-1950
    women = share_of(230_000, 740_000)
    assert women is not None
    assert women.percent(2) == Decimal("31.08")


@pytest.mark.parametrize(
    ("case", "output", "rated", "percent", "opens_review"),
    [
        ("blooming-mill-1957", 120_000, 60_000, "200.00", True),
        ("blast-furnace-1957", 270_000, 190_000, "142.11", True),
        ("exactly its rating", 60_000, 60_000, "100.00", False),
        ("one milli-unit too much", 60_001, 60_000, "100.00", True),
        ("below its rating", 30_000, 60_000, "50.00", False),
    ],
)
def test_output_above_rated_capacity_opens_a_review(
    case: str, output: int, rated: int, percent: str, opens_review: bool
) -> None:
    load = capacity_use(output, rated)
    assert load is not None
    assert (load.share.percent(2), load.opens_review) == (Decimal(percent), opens_review), case


@pytest.mark.parametrize(
    ("case", "done", "norm", "percent", "opens_review"),
    [
        ("railway-75-days", 400, 100, "400.0", True),
        ("at the limit", 140, 100, "140.0", False),
        ("just above", 1401, 1000, "140.1", True),
    ],
)
def test_work_above_140_percent_of_the_norm_opens_a_review(
    case: str, done: int, norm: int, percent: str, opens_review: bool
) -> None:
    load = norm_share(done, norm)
    assert load is not None
    assert (load.share.shown_percent, load.opens_review) == (Decimal(percent), opens_review), case


@pytest.mark.parametrize(("expected", "want"), [(1095, "14.60"), (1461, "19.48")])
def test_a_schedule_of_years_done_in_75_days(expected: int, want: str) -> None:  # railway-75-days
    ratio = speed_ratio(expected, 75)
    assert ratio is not None
    assert rounded(ratio, 2) == Decimal(want)


def test_more_homes_than_the_resources_were_meant_for() -> None:  # flats-7000-20000
    built = productivity(20_000 * UNIT, 7_000 * UNIT)
    assert built is not None
    assert rounded(built.ratio, 3) == Decimal("2.857")
    assert built.beyond_norm_milli == 13_000 * UNIT


def test_nothing_is_a_share_of_no_plan() -> None:
    assert fulfilment(5, None) is None
    assert fulfilment(5, 0) is None
    assert capacity_use(5, None) is None
    assert norm_share(5, 0) is None
    assert speed_ratio(5, 0) is None
    assert productivity(5, None) is None


def test_a_negative_denominator_is_a_bug() -> None:
    with pytest.raises(Broken):
        fulfilment(5, -1)


@pytest.mark.parametrize(
    ("done", "plan", "shown"),
    [
        (12_25, 100_00, "12.2"),
        (12_35, 100_00, "12.4"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (10**15 - 1, 10**15, "100.0"),
    ],
)
def test_halves_are_shown_with_the_even_digit(done: int, plan: int, shown: str) -> None:
    share = fulfilment(done, plan)
    assert share is not None
    assert share.shown_percent == Decimal(shown)


@pytest.mark.parametrize(
    ("done", "confirmed", "shows", "held"),
    [
        (100_0, False, False, False),
        (100_1, False, True, False),
        (104_0, False, True, False),
        (105_0, False, True, False),
        (105_1, False, True, True),
        (140_0, False, True, True),
        (140_0, True, True, False),
    ],
)
def test_above_100_percent_rings_a_bell(done: int, confirmed: bool, shows: bool, held: bool) -> None:
    bell = hold(done, 100_0, confirmed=confirmed)
    assert (bell.shows_denominator, bell.held) == (shows, held)


def test_no_denominator_rings_nothing() -> None:
    bell = hold(7, None)
    assert (bell.share, bell.shows_denominator, bell.held) == (None, False, False)
