"""Goods and money on the command line, and what is said about entries there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dure.base.access import SYSTEM
from dure.base.accounts import open_account
from dure.kernel.ids import client_id
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, Kind
from dure.movement.people import actions as people
from dure.movement.places import reads as places
from tests.cli.conftest import Dure

Table = Callable[..., Path]
KEEPERS = ("--keeper", "hana@example.org", "--keeper", "jun@example.org")


@pytest.fixture
def team(valley: CampaignFacts) -> int:
    for name in ("hana", "jun"):
        open_account(email=f"{name}@example.org", name=name.title())
    key, area_id = client_id(b"cli", "team"), places.by_code("101").id
    return people.form_team(key=key, name="Fields 1", area_id=area_id, kind="harvest").id


def offered(dure: Dure) -> int:
    words = ("--campaign", "harvest-2026", "--indicator", "gifts", "--area", "101", "--item", "rakes")
    return int(
        str(dure("gift", "offer", *words, "--quantity", "10", "--ref", "slip 1", "--json", "-").json["id"])
    )


def listed_offers(dure: Dure) -> list[dict[str, object]]:
    told = dure("gift", "list", "--campaign", "harvest-2026", "--json", "-").json["offers"]
    assert isinstance(told, list)
    return told


def test_goods_come_are_handed_on_and_lost_and_the_stock_is_told(dure: Dure, team: int) -> None:
    offer = offered(dure)
    assert offered(dure) == offer
    move = ("--team", team, *KEEPERS)
    came = dure("gift", "receive", offer, "--quantity", "9", "--ref", "a", *move, "--json", "-")
    assert (
        came.json
        == dure("gift", "receive", offer, "--quantity", "9", "--ref", "a", *move, "--json", "-").json
    )
    assert dure("gift", "issue", offer, "--quantity", "4", "--ref", "b", *move).code == 0
    lost = dure("gift", "lose", offer, "--quantity", "1", "--ref", "c", *move, "--json", "-")
    too_much = dure("gift", "issue", offer, "--quantity", "5", "--ref", "d", *move)
    assert (too_much.code, "in stock" in too_much.err) == (1, True)
    right = ("gift", "correct", came.json["id"], "--difference", "-2", "--ref", "e", *KEEPERS)
    assert dure(*right).code == 0

    listed = listed_offers(dure)[0]
    names = ("received_milli", "issued_milli", "lost_milli", "stock_milli")
    assert [listed[name] for name in names] == [7000, 4000, 1000, 2000]
    assert [one.kind for one in ledger.entries(SYSTEM, campaigns.campaign(slug="harvest-2026").id)] == [
        *(Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST, Kind.CORRECTION)
    ]
    assert dure("gift", "take-back", lost.json["id"], "--ref", "f", *KEEPERS).code == 0
    assert dure("ledger", "verify").code == 0


@pytest.mark.parametrize(
    "keepers",
    [
        ("--keeper", "hana@example.org"),
        ("--keeper", "hana@example.org", "--keeper", "hana@example.org"),
        ("--keeper", "hana@example.org", "--keeper", "nobody@example.org"),
    ],
)
def test_goods_do_not_move_under_one_pair_of_eyes(dure: Dure, team: int, keepers: tuple[str, ...]) -> None:
    said = dure("gift", "receive", offered(dure), "--quantity", "1", "--ref", "a", "--team", team, *keepers)

    assert said.code == 1
    assert ledger.size() == 0


def test_entries_are_confirmed_and_withdrawn_once(dure: Dure, team: int, table: Table) -> None:
    header = "id campaign day team indicator kind quantity unit"
    work = table(
        "work.csv",
        header,
        "w1,harvest-2026,2026-10-03,Fields 1,harvest,,12.5,kg",
        "w2,harvest-2026,2026-10-03,Fields 1,harvest,help,3,",
        "w3,harvest-2026,2026-10-03,Fields 1,hours,help,2,h",
        "w4,harvest-2026,2026-10-03,Fields 1,harvest,,1,sack",
        "w5,harvest-2026,2026-10-03,Fields 1,harvest,gift,1,",
        "w6,harvest-2026,2026-10-06,Fields 1,harvest,,1,",
        "w7,harvest-2026,2026-09-30,Fields 1,harvest,,1,",
    )

    told = dure("record", work, "--json", "-").json

    assert (told["new"], told["rejected"]) == (3, 4)
    problems = told["problems"]
    assert isinstance(problems, list)
    assert [(one["row"], one["column"]) for one in problems] == [
        *((5, "unit"), (6, "kind"), (7, "day"), (8, "day"))
    ]
    assert [one.kind for one in ledger.entries(SYSTEM, campaigns.campaign(slug="harvest-2026").id)] == [
        Kind.OUTPUT,
        Kind.HELP,
        Kind.HELP,
    ]
    for _ in range(2):
        assert dure("ledger", "confirm", 0, "--found", "12", "--grade", "second-source").code == 0
        assert dure("ledger", "withdraw", 1, "--note", "counted twice").code == 0
    assert dure("ledger", "confirm", 0, "--found", "12", "--grade", "recounted").code == 1
    entries = ledger.entries(SYSTEM, campaigns.campaign(slug="harvest-2026").id)
    assert (len(entries), entries[0].proved, entries[1].is_withdrawn) == (5, Grade.SECOND_SOURCE, True)
