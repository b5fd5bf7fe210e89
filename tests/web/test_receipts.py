"""Receipts: kept by whom they belong to, and checked by anybody. The browser's own check is tried in tests/browser."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.web.public.receipts import asked_in
from tests.web.cast import NOW, YESTERDAY, Cast, made
from tests.web.visitors import visitor

LEAF = "ab" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"5 {LEAF}",
        f" 5,\n{LEAF.upper()} ",
        json.dumps({"index": 5, "leaf_hash": LEAF}),
        json.dumps({"key": "log+00+x", "receipts": [{"index": 5, "leaf_hash": LEAF, "log": "x"}]}),
    ],
)
def test_a_receipt_is_read_as_file_or_as_number_and_hash(text: str) -> None:
    asked = asked_in(text)

    assert asked is not None
    assert (asked.index, asked.leaf_hash.hex()) == (5, LEAF)


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", LEAF, f"-5 {LEAF}", f"5 {LEAF}ab", "[]", "{}", "null", "[" * 50_000, f"٥ {LEAF}"),
        json.dumps({"index": "5", "leaf_hash": LEAF}),
        json.dumps({"index": True, "leaf_hash": LEAF}),
        json.dumps({"index": 2**60, "leaf_hash": LEAF}),
        json.dumps({"index": 5, "leaf_hash": 7}),
        json.dumps({"receipts": []}),
        json.dumps({"receipts": [[]]}),
    ],
)
def test_what_is_no_receipt_is_sent_back(cast: Cast, text: str) -> None:
    assert asked_in(text) is None

    assert Client().post("/check/", {"receipt": text}).status_code == 422


def verdict(index: int, leaf: bytes) -> tuple[str, str]:
    page = Client().post("/check/", {"receipt": f"{index} {leaf.hex()}"})
    assert page.status_code == 200
    return page.context["verdict"], page.text


def test_the_server_answers_by_its_word_and_says_so(cast: Cast) -> None:
    leaf = ledger.receipt(0).leaf_hash
    newest = ledger_actions.correct(index=0, difference_milli=-1000, client_id=made("c"), now=NOW)

    holds, text = verdict(0, leaf)
    assert holds == "holds"
    assert "only our word" in text
    assert verdict(0, bytes(32))[0] == "other"
    assert verdict(1, leaf)[0] == "other"
    assert verdict(newest.index, newest.leaf_hash)[0] == "later"
    assert verdict(10_000, leaf)[0] == "unknown"


def test_the_page_tells_nothing_of_an_entry_but_its_place(cast: Cast) -> None:
    """The leaf of another is neither shown to who has it wrong."""
    right = ledger.receipt(0).leaf_hash.hex()

    assert right not in verdict(0, bytes(32))[1]


def test_everybody_keeps_their_own_receipts(cast: Cast, minji: Client, bora: Client) -> None:
    mine = minji.get("/my/record/receipts.json").json()

    wanted = [one.index for one in ledger.entries_of_person(SYSTEM, cast.people["Minji"])]
    assert [one["index"] for one in mine["receipts"]] == wanted
    assert wanted
    for one in mine["receipts"]:
        assert ledger.receipt(one["index"]).leaf_hash.hex() == one["leaf_hash"]
        assert mine["key"].startswith(f"{one['log']}+")
    assert bora.get("/my/record/receipts.json").json()["receipts"] == []
    assert Client().get("/my/record/receipts.json").status_code == 404


def test_a_captain_keeps_the_receipts_of_their_team_and_of_no_other(cast: Cast, captain: Client) -> None:
    at = f"/captain/{cast.teams['North']}/entries/receipts.json"

    kept = captain.get(at, {"day": YESTERDAY.isoformat()}).json()["receipts"]

    team = ledger.entries(SYSTEM, cast.campaign_id, team_id=cast.teams["North"], work_day=YESTERDAY)
    assert [one["index"] for one in kept] == [one.index for one in team]
    assert kept
    assert captain.get(f"/captain/{cast.teams['South']}/entries/receipts.json").status_code == 404
    assert visitor("other captain", cast).get(at).status_code == 404
