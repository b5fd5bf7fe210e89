"""Output against the norm of work: booked savings beside what nothing explains, which earns nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.productivity import Reckoned, reckoned
from dure.movement.standings.types import Figure, Verified, Withheld
from tests.movement.standings.valley import build

HOURS = IndicatorFacts(1, 1, "hours", "hours", "Hours", "h", "")
HOMES = IndicatorFacts(2, 1, "output", "homes", "Homes", "home", "", daily_norm_milli=100)
SAVED = IndicatorFacts(3, 1, "saving", "saved", "Homes from what was saved", "home", "", saves_id=2)
UNKNOWN = Verified(None, None, None, None, None, is_projected=False)
NOTHING = Figure(
    *(None, None, None, UNKNOWN, None, None, None, None, None, None, None, None, None, None),
    opens_review=False,
    denominator=None,
    withheld=None,
)


def told(
    claimed: int, *, verified: tuple[int, int] | None = None, n: int = 20, withheld: Withheld | None = None
) -> Figure:
    """In whole units."""
    checked = UNKNOWN
    if verified is not None:
        estimate, lower = (1_000 * one for one in verified)
        checked = Verified(estimate, lower, None, 5, 20, is_projected=False)
    return replace(NOTHING, claimed_milli=claimed * 1_000, verified=checked, n_entries=n, withheld=withheld)


def of(*figures: tuple[IndicatorFacts, Figure], output: IndicatorFacts = HOMES) -> Reckoned:
    found = reckoned(output, figures)
    assert found is not None
    return found


def test_the_almanac_s_homes_come_out_with_their_reserves() -> None:
    # 70,000 days of work at a tenth of a home each were meant for 7,000 homes; 20,000 were built.
    found = of((HOURS, told(560_000, n=70_000)), (HOMES, told(20_000)), (SAVED, told(9_000)))

    assert (found.meant_milli, found.beyond_milli) == (7_000_000, 13_000_000)
    assert found.ratio == Decimal("2.86")
    assert (found.booked_milli, found.unexplained_milli) == (9_000_000, 4_000_000)
    assert found.made_milli - found.meant_milli == (found.booked_milli or 0) + (found.unexplained_milli or 0)


def test_without_bookings_all_of_the_rest_is_unexplained() -> None:
    found = of((HOURS, told(8, n=10)), (HOMES, told(5)))

    assert (found.booked_milli, found.unexplained_milli) == (0, 4_000)


def test_more_booked_than_made_is_shown_below_nothing() -> None:
    found = of((HOURS, told(8, n=10)), (HOMES, told(1)), (SAVED, told(3)))

    assert (found.beyond_milli, found.unexplained_milli) == (0, -3_000)


def test_recounts_stand_beside_the_claims_and_a_claim_alone_is_unknown() -> None:
    hours, homes = (HOURS, told(80, n=10)), (HOMES, told(20, verified=(18, 16)))
    checked = of(hours, homes, (SAVED, told(9, verified=(6, 4))))
    alone = of(hours, homes, (SAVED, told(9)))

    assert (checked.made_verified_milli, checked.made_lower_milli) == (18_000, 16_000)
    assert (checked.booked_verified_milli, checked.booked_lower_milli) == (6_000, 4_000)
    assert (checked.beyond_verified_milli, checked.unexplained_verified_milli) == (17_000, 11_000)
    assert (alone.booked_milli, alone.booked_verified_milli, alone.unexplained_verified_milli) == (
        *(9_000, None, None),
    )


def test_savings_that_are_not_told_leave_the_rest_untold_too() -> None:
    found = of((HOURS, told(80, n=10)), (HOMES, told(20)), (SAVED, told(9, withheld="few_people")))

    assert (found.booked_milli, found.unexplained_milli) == (None, None)


@pytest.mark.parametrize(
    ("output", "hours", "homes"),
    [
        (replace(HOMES, daily_norm_milli=None), told(80), told(20)),
        (HOMES, told(80, n=0), told(20)),
        (HOMES, told(80, withheld="few_people"), told(20)),
        (HOMES, replace(NOTHING, withheld="few_people"), told(20)),
        (HOMES, told(80), told(20, withheld="above_105")),
        (HOMES, told(80), NOTHING),
    ],
)
def test_nothing_is_reckoned_without_a_norm_days_of_work_and_a_figure_that_is_told(
    output: IndicatorFacts, hours: Figure, homes: Figure
) -> None:
    assert reckoned(output, [(HOURS, hours), (output, homes)]) is None


def test_it_stands_on_the_pages_of_the_campaign_a_place_and_a_team(db: None, client: Client) -> None:
    built = build(indicators=("harvest", "hours", "saved"), daily_norm_milli=50_000)
    team_id = built.team("Gimje hands", "Gimje")
    built.worked("Gimje hands", "Gimje", 8, crew=built.persons([f"Hand{number}" for number in range(12)]))
    built.brought_in("Gimje hands", "Gimje", 800)
    built.put_by("Gimje hands", "Gimje", 150)

    for address in ("/c/harvest/", "/c/harvest/places/gimje/", f"/c/harvest/teams/{team_id}/"):
        page = client.get(address).content.decode()
        for said in ("1.33 times as much", "Explained by nothing", 'data-head="Reported">50</td>'):
            assert said in page, (address, said)
