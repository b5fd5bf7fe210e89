"""From what a source claims to what it comes to; only ever what the claims carry."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan.claims import Claims, Figure, FigureUnknown, figure


@pytest.mark.parametrize(
    ("name", "claims", "wanted"),
    [
        ("fulfilment_percent", {"industry_output_over_plan_percent": 2.5}, 102.5),
        # Bad news keeps its size.
        ("fulfilment_percent", {"industry_output_over_plan_percent": -2.5}, 97.5),
        ("growth_t", {"grain_growth_t": -170_000}, -170_000),
        ("of_norm_percent", {"norm_overfulfilled_by_percent": -25}, 75.0),
        ("fulfilment_percent", {"output_t": 90, "plan_t": 120}, 75.0),
        ("growth_t", {"grain_growth_t": 170_000}, 170_000),
        ("growth_sacks", {"output_sacks": 90, "baseline_sacks": 120}, -30),
        ("per_day", {"signed_up": 750_000, "days": 4}, 187_500),
        ("per_day", {"enlisted": 10, "days": 3}, 3.333),
        ("share_women_percent", {"enlisted": 740_000, "of_which_women": 230_000}, 31.08),
        ("capacity_use_percent", {"output_t": 270_000, "rated_capacity_t": 190_000}, 142.11),
        ("of_norm_percent", {"norm_overfulfilled_by_percent": 300}, 400.0),
        ("of_norm_percent", {"output_m": 3, "norm_m": 4}, 75.0),
        ("speed_ratio", {"days_taken": 50, "days_expected": 100}, 2.0),
        ("speed_ratio_high", {"days_taken": 75, "days_expected_high": 1461}, 19.48),
        ("productivity_ratio", {"built": 20_000, "provided_for": 7_000}, 2.857),
        ("found_in_reserves", {"built": 6_000, "provided_for": 7_000}, -1_000),
        (
            "placed_per_day",
            {"medical_workers_per_day": 71_200, "hygiene_volunteers_per_day": 1_148_000},
            1_219_200,
        ),
        ("end_of_chain_days", {"days": [200, 2000, 20000]}, 22_200),
        ("years", {"days": [200, 2000, 20000]}, 60.78),
        ("staff_per_supervisor", {"staff": 219_313, "supervisors": 16_548}, 13.25),
        ("children_per_post", {"children": 19_500_000, "posts": 20_000}, 975.0),
    ],
)
def test_a_figure_comes_from_its_claims(name: str, claims: Claims, wanted: Figure) -> None:
    assert figure(name, claims) == wanted


@pytest.mark.parametrize(
    ("claims", "wanted"),
    [
        ({"output_t": 100, "rated_capacity_t": 100}, False),
        ({"output_t": 101, "rated_capacity_t": 100}, True),
        ({"norm_overfulfilled_by_percent": 40}, False),
        ({"norm_overfulfilled_by_percent": 40.5}, True),
        ({"norm_overfulfilled_by_percent": 40.0001}, True),
        ({"output_t": 90, "rated_capacity_t": 100, "norm_overfulfilled_by_percent": 300}, True),
    ],
)
def test_a_review_opens_above_capacity_and_above_140_percent_of_the_norm(
    claims: Claims, wanted: bool
) -> None:
    assert figure("opens_review", claims) is wanted


@pytest.mark.parametrize(
    ("name", "claims", "why"),
    [
        ("glory", {"enlisted": 3}, "no rule"),
        ("per_day", {"days": 4}, "no claim says how many people"),
        ("per_day", {"enlisted": 4}, "the claim days is missing"),
        ("per_day", {"enlisted": 4, "days": 0}, "the claim days is 0"),
        ("per_day", {"enlisted": "many", "days": 4}, "'many', which is no number"),
        ("per_day", {"enlisted": True, "days": 4}, "True, which is no number"),
        ("per_day", {"enlisted": float("nan"), "days": 4}, "no number"),
        ("per_day", {"enlisted": -4, "days": 4}, "below zero"),
        ("capacity_use_percent", {"output_t": 4, "rated_capacity_kg": 4}, "output_kg is missing"),
        ("capacity_use_percent", {"output_t": 4, "rated_capacity_t": 0}, "rated_capacity_t is 0"),
        ("opens_review", {"output_t": 4}, "neither a rated capacity nor a norm"),
        ("years", {"days": 200}, "no list"),
        ("years", {"days": []}, "no list"),
        ("staff_per_supervisor", {"staff": 3, "supervisors": 0}, "supervisors is 0"),
        ("productivity_ratio", {"built": 3, "provided_for": 0}, "provided_for is 0"),
        ("found_in_reserves", {"built": 3}, "provided_for is missing"),
        ("placed_per_day", {"staff": 3}, "no claim says how many worked"),
        ("fulfilment_percent", {"output_over_plan_percent": -101}, "below -100"),
        ("years", {"days": [200, -1]}, "below zero"),
        ("fulfilment_percent", {"output_t": 0.0001, "plan_t": 3}, "more than three decimals"),
    ],
)
def test_what_the_claims_do_not_carry_is_refused_with_the_reason(name: str, claims: Claims, why: str) -> None:
    with pytest.raises(FigureUnknown, match=why):
        figure(name, claims)


def hundredths(share: Decimal) -> float:
    return float(share.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))


@given(output=st.integers(0, 10**12), rated=st.integers(1, 10**12))
def test_whatever_is_claimed_of_a_mill_comes_out_as_decimal_arithmetic_has_it(
    output: int, rated: int
) -> None:
    claims = {"output_t": output, "rated_capacity_t": rated}
    with localcontext(prec=60):
        assert figure("capacity_use_percent", claims) == hundredths(Decimal(100 * output) / rated)
    assert figure("opens_review", claims) is (output > rated)


@given(days=st.lists(st.integers(0, 100_000), min_size=1))
def test_whatever_lengths_are_claimed_the_chain_ends_after_their_sum(days: list[int]) -> None:
    assert figure("end_of_chain_days", {"days": days}) == sum(days)
    with localcontext(prec=60):
        assert figure("years", {"days": days}) == hundredths(Decimal(sum(days)) / Decimal("365.25"))
