"""The auditor's door: the log by team, indicator and day, and from a figure down to entries and their proofs."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import replace
from io import StringIO

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.base.accounts import grant, open_account
from dure.base.models import Account
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, Kind
from tests.web.cast import NOW, YESTERDAY, Cast, made
from tests.web.visitors import visitor


@pytest.fixture
def auditor(cast: Cast) -> Client:
    return visitor("auditor", cast)


def drawn(cast: Cast) -> int:
    (draw,) = [one for one in audit.draws_for(SYSTEM, cast.campaign_id) if one.id == cast.draw_id]
    return draw.entry_index


def test_entries_are_found_by_team_indicator_and_day(cast: Cast, auditor: Client) -> None:
    page = auditor.get(
        "/auditor/harvest/entries/", {"team": "north", "indicator": "rice", "day": YESTERDAY.isoformat()}
    )

    listed = page.context["listed"]
    known = {one.index: one for one in ledger.entries(SYSTEM, cast.campaign_id)}
    rows = [known[row.index] for row in listed]
    assert {row.team for row in listed} == {"North"}
    assert {(row.team_id, row.work_day) for row in rows} == {(cast.teams["North"], YESTERDAY)}
    assert {row.recorded.rpartition(" ")[2] for row in listed} == {"sack"}
    assert page.context["standing_milli"] == sum(row.standing_milli for row in rows)
    assert auditor.get("/auditor/harvest/entries/", {"team": cast.teams["North"]}).context["listed"]


@pytest.mark.parametrize("asked", [{"team": "Nobody's"}, {"team": "999999"}, {"indicator": "wheat"}])
def test_what_is_not_there_is_told_and_shows_nothing(auditor: Client, asked: dict[str, str]) -> None:
    page = auditor.get("/auditor/harvest/entries/", asked)

    assert page.status_code == 200
    assert page.context["sieve"].wrong
    assert page.context["listed"] == []


def test_pages_follow_each_other_without_a_gap(
    cast: Cast, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dure.web.auditor.log.ENTRIES_SHOWN_MAX", 2)
    seen: list[int] = []
    address: str | None = "/auditor/harvest/entries/"
    while address:
        page = auditor.get(address)
        seen += [row.index for row in page.context["listed"]]
        after = page.context["next_after"]
        address = None if after is None else f"/auditor/harvest/entries/?after={after}"

    assert seen == [one.index for one in ledger.entries(SYSTEM, cast.campaign_id)]


def test_a_figure_is_followed_down_to_its_entries(cast: Cast, auditor: Client) -> None:
    """From the country to a town, its team, its day and the entries: each level adds up to the one above."""
    at = f"/auditor/harvest/figures/{cast.indicators['rice']}/"
    page = auditor.get(at)
    total = page.context["total_milli"]
    claimed = sum(
        row.quantity_milli for row in ledger.rollups(cast.campaign_id, indicator_id=cast.indicators["rice"])
    )
    assert total == claimed

    query = ""
    steps = 0
    while not page.context["is_last"]:
        parts = page.context["parts"]
        assert sum(part.quantity_milli for part in parts) == page.context["total_milli"]
        wanted = max(parts, key=lambda part: part.quantity_milli)
        page = auditor.get(f"{at}?{wanted.query}")
        assert page.context["total_milli"] == wanted.quantity_milli
        steps += 1
    day = page.context["parts"][0]
    query = day.query
    entries = auditor.get(f"/auditor/harvest/entries/?{query}")
    assert entries.context["standing_milli"] == day.quantity_milli
    index = entries.context["listed"][0].index
    assert auditor.get(f"/auditor/harvest/entries/{index}/").status_code == 200
    assert steps >= 2


def test_public_figures_lead_auditors_down_and_nobody_else(
    cast: Cast, auditor: Client, minji: Client
) -> None:
    link = f"/auditor/harvest/figures/{cast.indicators['rice']}/"

    for page in ("/c/harvest/", "/c/harvest/standings/"):
        assert link in auditor.get(page).text
        for stranger in (Client(), minji, visitor("organiser", cast)):
            assert link not in stranger.get(page).text


def test_an_entry_shows_what_was_said_about_it(cast: Cast, auditor: Client) -> None:
    index = drawn(cast)
    said = ledger_actions.confirm(
        index=index,
        found_milli=9_000,
        grade=Grade.SECOND_SOURCE,
        client_id=made("second"),
        now=NOW,
        note="mill slip",
    )

    page = auditor.get(f"/auditor/harvest/entries/{index}/")

    assert [row.entry.index for row in page.context["said"]] == [said.index]
    assert "mill slip" in page.text
    newest = auditor.get(f"/auditor/harvest/entries/{said.index}/")
    assert newest.status_code == 200
    assert newest.context["proof"] is None  # not signed yet, and said so
    assert f"/auditor/harvest/entries/{index}/" in newest.text


def test_only_what_a_lot_drew_is_opened_and_the_opening_gives_the_leaf(cast: Cast, auditor: Client) -> None:
    index = drawn(cast)
    opening = auditor.get(f"/auditor/harvest/entries/{index}/").context["opening"]

    commitment = hashlib.sha256(
        b"dure/entry/v1\n" + opening.entry_salt + opening.person_commitment + opening.facts
    ).digest()
    assert hashlib.sha256(b"\x00" + commitment).digest() == ledger.receipt(index).leaf_hash
    opened = {one.entry_index for one in audit.draws_for(SYSTEM, cast.campaign_id)}
    others = [one.index for one in ledger.entries(SYSTEM, cast.campaign_id) if one.index not in opened]
    assert others
    for other in others:
        page = auditor.get(f"/auditor/harvest/entries/{other}/")
        assert page.context["opening"] is None
        assert "Closed" in page.text


def test_an_auditor_from_elsewhere_sees_nothing_of_it(cast: Cast) -> None:
    stranger = open_account(email="southern@example.org", name="Southern auditor")
    grant(account_id=stranger, role="auditor", area_path="/KR/03/")
    client = Client()
    client.force_login(Account.objects.get(pk=stranger), backend="django.contrib.auth.backends.ModelBackend")
    index = next(
        iter(ledger.entries(SYSTEM, cast.campaign_id, team_id=cast.teams["North"]))
    ).index  # of Suwon, /KR/13/

    assert client.get(f"/auditor/harvest/entries/{index}/").status_code == 404
    assert client.get("/auditor/harvest/entries/", {"team": "North"}).context["listed"] == []
    at = f"/auditor/harvest/figures/{cast.indicators['rice']}/"
    assert client.get(at, {"area": cast.areas["Suwon"]}).status_code == 404
    assert client.get(at, {"team": cast.teams["North"]}).status_code == 404
    rollups = ledger.rollups(cast.campaign_id, indicator_id=cast.indicators["rice"])
    own = [row.quantity_milli for row in rollups if row.area_id == cast.areas["Jeonju"]]
    assert client.get(at).context["total_milli"] == sum(own) > 0
    file = client.get("/auditor/harvest/entries.csv").getvalue().decode()
    assert {row["place"] for row in csv.DictReader(StringIO(file))} == {"Jeonju"}


def test_the_file_holds_the_entries_of_the_page_with_their_leaves(cast: Cast, auditor: Client) -> None:
    answer = auditor.get("/auditor/harvest/entries.csv", {"indicator": "rice"})
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode())))

    listed = ledger.entries(SYSTEM, cast.campaign_id, indicator_id=cast.indicators["rice"])
    assert [int(row["index"]) for row in rows] == [one.index for one in listed]
    assert all(bytes.fromhex(row["leaf_hash"]) == ledger.receipt(int(row["index"])).leaf_hash for row in rows)
    kinds = {one.index: one.kind for one in listed}
    assert all(kinds[int(row["index"])] == Kind[row["kind"].upper()] for row in rows)
    assert not re.search(r"Minji|Bora|@", answer.getvalue().decode())


def test_no_text_in_the_file_is_a_formula(
    cast: Cast, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renamed(*, campaign_id: int) -> list[IndicatorFacts]:
        return [replace(one, code=f"={one.code}", unit=f"+{one.unit}") for one in as_they_are(campaign_id)]

    as_they_are = campaigns.indicators
    monkeypatch.setattr(campaigns, "indicators", renamed)

    rows = list(csv.DictReader(StringIO(auditor.get("/auditor/harvest/entries.csv").getvalue().decode())))

    assert rows
    assert {row["indicator"][:2] + row["unit"][:2] for row in rows} == {"'='+"}


@pytest.mark.parametrize(
    "address", ["entries/99999/", "figures/99999/", "figures/{rice}/?area=x", "figures/{rice}/?team=x"]
)
def test_what_is_not_there_is_not_found(cast: Cast, auditor: Client, address: str) -> None:
    path = address.format(rice=cast.indicators["rice"])

    assert auditor.get(f"/auditor/harvest/{path}").status_code == 404
