"""The plan at the command line: targets from a file, handed down, argued about; limits of safety looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.base import accounts
from dure.movement.campaigns.models import Target
from dure.movement.campaigns.types import CampaignFacts
from tests.cli.conftest import Dure

pytestmark = pytest.mark.django_db
FILE = """
[[targets]]
indicator = "{indicator}"
area = "{area}"
plan = {plan}
deadline = "{deadline}"
source = "Survey"
source_date = "2026-09-01"
"""


@pytest.fixture
def target_id(dure: Dure, valley: CampaignFacts, tmp_path: Path) -> int:
    """One target for the whole country, of the campaign's output."""
    file = tmp_path / "targets.toml"
    file.write_text(
        FILE.format(indicator="harvest", area="KR", plan=1000, deadline=valley.ends_on), encoding="utf-8"
    )
    Target.objects.all().delete()
    said = dure("campaign", "targets", valley.slug, "--file", file, "--json", "-")
    assert said.code == 0, said.err
    assert len(Target.objects.all()) == 1
    return Target.objects.get().pk


def test_a_target_is_handed_down_and_listed(dure: Dure, valley: CampaignFacts, target_id: int) -> None:
    said = dure("campaign", "split", target_id, "--rule", "population", "--json", "-")
    assert said.code == 0, said.err
    parts = said.json["parts"]
    assert sum(part["plan_milli"] for part in parts) == 1_000_000  # type: ignore[attr-defined]  # a list
    again = dure("campaign", "split", target_id)
    assert again.code == 1, "the campaign is open: what was handed down stands"
    assert "stands" in again.err
    listed = dure("campaign", "targets", valley.slug)
    assert "population" in listed.out


def test_a_mistake_in_the_file_or_a_weight_is_named(
    dure: Dure, valley: CampaignFacts, target_id: int, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        FILE.format(indicator="none", area="XX", plan=0, deadline=valley.ends_on), encoding="utf-8"
    )
    said = dure("campaign", "targets", valley.slug, "--file", file)
    assert said.code == 1
    assert "targets[0].area" in said.err
    for weight, what in (("KR=1", "not directly below"), ("KR.03=x", "not a number"), ("7", "not a number")):
        wrong = dure("campaign", "split", target_id, "--rule", "need", "--weight", weight)
        assert (wrong.code, what in wrong.err) == (1, True), wrong.err


def test_a_plea_is_made_and_answered_by_two_people(dure: Dure, valley: CampaignFacts, target_id: int) -> None:
    for name in ("Bora", "Dami"):
        account_id = accounts.open_account(email=f"{name.lower()}@example.org", name=name)
        accounts.grant(account_id=account_id, role="organiser", area_path=valley.area_path)
    asked = dure(
        *("campaign", "plead", target_id, "--by", "bora@example.org", "--wanted", "900"),
        *("--why", "A late frost.", "--json", "-"),
    )
    assert asked.code == 0, asked.err
    number = asked.json["id"]
    words = ("campaign", "answer-plea", number, "--words", "We saw it.", "--agree")
    own = dure(*words, "--by", "bora@example.org")
    assert (own.code, "Somebody else" in own.err) == (1, True)
    assert "1 answers are owed" in dure("campaign", "pleas", valley.slug).out
    assert dure(*words, "--by", "dami@example.org").code == 0
    listed = dure("campaign", "targets", valley.slug, "--json", "-")
    assert [one["plan_milli"] for one in listed.json["targets"]] == [900_000]  # type: ignore[attr-defined]  # a list


def test_nothing_waits_for_a_look_where_nothing_is_beyond_its_limit(
    dure: Dure, valley: CampaignFacts, target_id: int
) -> None:
    said = dure("campaign", "safety", valley.slug, "--json", "-")
    assert (said.code, said.json["reviews"]) == (0, [])
    accounts.open_account(email="bora@example.org", name="Bora")
    looked = dure(
        *("campaign", "looked", valley.slug, "--by", "bora@example.org", "--indicator", "harvest"),
        *("--limit", "capacity", "--area", "KR", "--words", "All well."),
    )
    assert looked.code == 1
