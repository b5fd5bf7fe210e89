"""The honest answers on the command line."""

from __future__ import annotations

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import NewSignUp
from dure.movement.campaigns.types import CampaignFacts
from tests.cli.conftest import NOW, Dure

AT = ("--campaign", "harvest-2026")


def test_answers_are_brought_up_to_date_and_shown(dure: Dure, valley: CampaignFacts, minji: int) -> None:
    calls.open_appeal(
        actor=SYSTEM, campaign_id=valley.id, code="hands", title="Lend a hand", text="Come.", now=NOW
    )
    calls.sign_up_many(appeal_code="hands", rows=[NewSignUp(client_id(b"cli", "up"), minji)], now=NOW)
    assert dure("answers", "show", *AT, "--json", "-").json["unanswered_count"] == 1

    done = dure("answers", "refresh", *AT, "--json", "-")
    shown = dure("answers", "show", *AT, "--json", "-")

    assert done.json == {"campaign": "harvest-2026", "given_count": 1, "unchanged_count": 0}
    assert dure("answers", "refresh", *AT, "--json", "-").json["unchanged_count"] == 1
    assert (shown.json["signed_up_count"], shown.json["unanswered_count"]) == (1, 0)
    assert shown.json["by_kind"]["not_needed"] == 1  # type: ignore[index]  # a table in JSON
    assert shown.json["dates"] == {"due_count": 0, "kept_count": 0, "corrected_count": 0}
    assert "1 signed up" in dure("answers", "show", *AT).out
    assert calls_reads.silent_since(valley.id, NOW) == ()


def test_an_unknown_campaign_is_refused(dure: Dure, valley: CampaignFacts) -> None:
    for command in ("refresh", "show"):
        assert dure("answers", command, "--campaign", "nowhere").code == 1
