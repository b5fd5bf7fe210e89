"""`dure call …` and `dure drive …`."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

from dure.movement.calls import drive_reads, drives, reads
from dure.movement.calls.models import Support
from dure.movement.calls.types import NewDrive
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, MESSAGES, NewPerson
from dure.movement.places import reads as places
from tests.cli.conftest import NOW, Dure

OPEN = ("call", "open", "harvest-2026", "--code", "hands", "--title", "Hands", "--text", "Come.")


@pytest.fixture
def opened(dure: Dure, valley: CampaignFacts) -> Dure:
    assert dure(*OPEN, "--wanted", 30, "--until", "2026-10-20").code == 0
    return dure


def line_of(count: int) -> None:
    area = places.towns_under("/")[0]
    rows = [
        NewPerson(
            key=UUID(int=number + 1),
            given_name=f"P{number}",
            birth_year=1990,
            area_id=area.id,
            home_lat=area.lat,
            home_lon=area.lon,
            travel_limit_m=10_000,
            email=f"p{number}@example.org",
            consents=(MATCHING, MESSAGES),
            wording="1",
        )
        for number in range(count)
    ]
    people.register_many(rows=rows, now=NOW)


def test_a_call_is_opened_with_its_plan_and_listed(opened: Dure) -> None:
    call = reads.appeal("hands")

    assert (call.wanted_count, call.channels[:2]) == (30, ("email", "sms"))
    assert call.closes_at is not None
    assert call.closes_at.isoformat() == "2026-10-20T15:00:00+00:00"  # midnight in Seoul
    listed = opened("call", "list", "harvest-2026", "--json", "-").json["calls"]
    assert isinstance(listed, list)
    assert [(one["code"], one["is_open"]) for one in listed] == [("hands", True)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--asks", "love"), "nothing to ask for"),
        (("--channels", "pigeon"), "no channel"),
        (("--until", "soon"), "soon"),
        (("--until", "2026-10-01"), "has passed"),
        (("--area", "nowhere"), "nowhere"),
    ],
)
def test_a_call_that_does_not_fit_is_refused_in_a_sentence(
    dure: Dure, valley: CampaignFacts, words: tuple[str, str], says: str
) -> None:
    said = dure(*OPEN, *words)

    assert (said.code, len(said.err.splitlines())) == (1, 1)
    assert says in said.err


def test_a_wave_calls_and_its_results_are_told_by_ten(opened: Dure) -> None:
    line_of(13)
    started = ("call", "wave", "hands", "--per-minute", 12, "--id", str(UUID(int=7)))
    assert opened(*started).code == 0
    assert opened(*started, "--json", "-").json["state"] == "running"

    assert opened("call", "run", "--json", "-").json == {"called": 12}
    assert opened("call", "run", "--json", "-").json == {"called": 0}
    told = opened("call", "results", "hands", "--json", "-").json

    assert (told["called"], told["answered"], told["is_met"]) == (12, 0, False)
    assert opened("call", "stop", "hands").out.startswith("Call hands: 1 wave stopped.")
    assert opened("call", "stop", "hands").out.startswith("Call hands: no wave runs.")
    assert opened("call", "close", "hands").code == 0
    assert opened("call", "results", "hands", "--json", "-").json["called"] == 12
    assert opened("call", "wave", "hands").code == 1


def test_results_of_few_are_not_told(opened: Dure) -> None:
    line_of(3)
    opened("call", "wave", "hands")
    opened("call", "run")

    assert opened("call", "results", "hands", "--json", "-").json["called"] is None
    assert "fewer than 10" in opened("call", "results", "hands").out


def test_a_poster_is_drawn_in_a_language_of_the_call(
    opened: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_SITE", "https://help.example.org")
    opened("call", "say", "hands", "--language", "ko", "--title", "일손", "--text", "와 주세요.")
    sheet = tmp_path / "poster.svg"

    assert opened("call", "poster", "hands", sheet, "--language", "ko").code == 0

    words = [node.text for node in ElementTree.parse(sheet).getroot().iter()]  # noqa: S314  made here
    assert {"일손", "help.example.org/call/hands"} <= set(words)
    assert opened("call", "poster", "hands", sheet, "--language", "sw").code == 1
    assert opened("call", "poster", "hands", tmp_path / "none" / "poster.svg").code == 1


def test_a_proposal_is_listed_and_answered(dure: Dure, valley: CampaignFacts) -> None:
    new = NewDrive(UUID(int=1), "Clear it", "Now.", places.towns_under("/")[0].id, "Dal", "dal@example.org")
    made = drives.propose(new=new, now=NOW)
    drives.confirm(token=drive_reads.token_of(Support.objects.get().key), now=NOW)
    assert made.code in dure("drive", "list").out

    said = dure("drive", "answer", made.code, "--words", "Yes.", "--opens", "harvest-2026", "--json", "-")

    assert said.json["state"] == "opened"
    assert reads.appeal(made.code).title == "Clear it"
    assert dure("drive", "answer", made.code, "--words", "No.").code == 1
    assert dure("drive", "lapse", "--json", "-").json == {"ended": 0}
