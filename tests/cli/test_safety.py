"""`dure safety …`."""

from __future__ import annotations

from typing import cast

from dure.movement.campaigns.types import CampaignFacts
from tests.cli.conftest import Dure

Rows = list[dict[str, object]]


def test_an_area_is_stood_down_shown_and_ended(valley: CampaignFacts, dure: Dure) -> None:
    code = valley.area_path.strip("/").split("/")[-1]
    made = dure("safety", "stand-down", "--area", code, "--why", "Storm.", "--json", "-").json
    assert (made["listed"], made["called_off"], made["why"]) == (0, 0, "Storm.")

    shown = dure("safety", "out", "--campaign", valley.slug, "--json", "-").json
    assert [one["id"] for one in cast(Rows, shown["stood_down"])] == [made["id"]]
    again = dure("safety", "stand-down", "--area", code, "--why", "Storm.")
    assert (again.code, "is stood down already" in again.err) == (1, True)

    ended = dure("safety", "end", str(made["id"]), "--words", "It has passed.", "--json", "-").json
    assert ended["end_words"] == "It has passed."
    assert dure("safety", "incidents", "--campaign", valley.slug, "--json", "-").json["injuries"] == {
        "incidents": 0,
        "people_hurt": 0,
        "by_severity": None,
        "by_kind": None,
        "still_open": 0,
    }
