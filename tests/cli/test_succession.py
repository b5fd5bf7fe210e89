"""Rest, the end, the report and the next campaign, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from dure.movement.campaigns.types import CampaignFacts
from tests.cli.conftest import Dure

SLUG = "harvest-2026"


def test_a_pause_and_its_end(dure: Dure, valley: CampaignFacts) -> None:
    paused = dure("campaign", "pause", SLUG, "--reason", "Snow.", "--json", "-").json
    assert (paused["kind"], paused["last_day"], paused["reason"]) == ("pause", None, "Snow.")
    refused = dure("match", "run", "--campaign", SLUG, "--day", "2026-10-04")
    assert refused.code == 1
    assert "Snow." in refused.err

    assert dure("campaign", "resume", SLUG).code == 0
    assert dure("campaign", "resume", SLUG).code == 1
    planned = dure("campaign", "rest", SLUG, "--from", "2026-10-10", "--to", "2026-10-11", "--json", "-")
    assert [one["kind"] for one in planned.json["breaks"]] == ["rest"]  # type: ignore[attr-defined]  # a list


def test_from_the_end_to_the_next_campaign_and_its_people(
    dure: Dure, valley: CampaignFacts, tmp_path: Path
) -> None:
    assert dure("campaign", "report", SLUG).code == 1
    assert dure("campaign", "close", SLUG).code == 1
    assert dure("campaign", "close", SLUG, "--reason", "The crops are in.").code == 0
    page, paper, facts = tmp_path / "r.html", tmp_path / "r.pdf", tmp_path / "r.json"
    made = dure("campaign", "report", SLUG, "--html", page, "--pdf", paper, "--json", facts)
    assert (made.code, paper.read_bytes()[:5]) == (0, b"%PDF-")

    for file in (page, facts):
        checked = dure("campaign", "report", SLUG, "--check", file, "--json", "-")
        assert (checked.code, checked.json["holds"], checked.json["changes"]) == (0, True, [])
    page.write_text(page.read_text().replace("The crops are in.", "Nothing came in."), encoding="utf-8")
    assert dure("campaign", "report", SLUG, "--check", page).code == 1

    words = ("--days", "200", "--name", "The next harvest", "--slug", "next")
    followed = dure("campaign", "follow", SLUG, *words, "--json", "-").json
    assert followed["campaign"]["slug"] == "next"  # type: ignore[index]  # its facts
    assert dure("campaign", "follow", SLUG, "--rest-every", "1").code == 1
    assert dure("campaign", "carry", "next").code == 1  # still a draft
    assert dure("campaign", "open", "next").code == 0
    carried = dure("campaign", "carry", "next", "--json", "-").json
    assert (carried["requests"], carried["posts"], carried["stock"]) == (0, 0, [])
    assert dure("campaign", "hand-over", "next", "--keeper", "one@example.org").code == 1
    assert json.loads(facts.read_text(encoding="utf-8"))["campaign"]["closing_reason"] == "The crops are in."
