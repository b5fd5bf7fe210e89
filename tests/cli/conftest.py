"""A valley with three towns, an open campaign, and the command line to work on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from dure.base.access import SYSTEM
from dure.cli.main import app
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts, NewIndicator
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, MESSAGES, NewPerson
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, RegionRow, TownRow
from tests.harvest import HARVEST

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)  # 21:00 in Seoul


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        answer: dict[str, object] = json.loads(self.out)
        return answer


Dure = Callable[..., Said]


def dure_command(*words: object) -> Said:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return Said(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def dure() -> Iterator[Dure]:
    with time_machine.travel(NOW, tick=True):
        yield dure_command


@pytest.fixture
def valley(db: None) -> CampaignFacts:
    """Towns Naju and Suwon, and Gwangju twice; the campaign harvest-2026, open."""
    return _opened(date(2026, 10, 1), date(2026, 11, 9))


@pytest.fixture
def long_valley(db: None) -> Iterator[CampaignFacts]:
    """The same towns, with the campaign as long as the one of examples/; a day of it."""
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=True):
        yield _opened(date(2026, 11, 1), date(2027, 11, 30))


def _opened(starts_on: date, ends_on: date) -> CampaignFacts:
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("16", "Jeonnam", "전남"), RegionRow("13", "Gyeonggi"), RegionRow("03", "Jeonbuk")],
        towns=[
            TownRow("101", "Naju", "나주", "16", "Jeonnam", 35.03, 126.72, 80_000),
            TownRow("102", "Gwangju", "광주", "16", "Jeonnam", 35.15, 126.92, 1_400_000),
            TownRow("103", "Gwangju", "", "13", "Gyeonggi", 37.41, 127.26, 390_000),
            TownRow("104", "Suwon", "수원", "13", "Gyeonggi", 37.29, 127.01, 1_200_000),
        ],
    )
    new = replace(
        HARVEST,
        slug="harvest-2026",
        starts_on=starts_on,
        ends_on=ends_on,
        indicators=(
            NewIndicator("hours", "hours", "Hours worked", "h"),
            NewIndicator("harvest", "output", "Crops brought in", "kg"),
            NewIndicator("gifts", "goods", "Tools given", "piece"),
        ),
    )
    campaigns.create(new=new, now=NOW)
    return campaigns.open_campaign(actor=SYSTEM, slug=new.slug, now=NOW)


@pytest.fixture
def minji(valley: CampaignFacts) -> int:
    """Somebody of Naju who agreed to be written to; the id."""
    row = NewPerson(
        key=client_id(b"cli", "minji"),
        given_name="Minji",
        birth_year=1990,
        area_id=place_reads.by_code("101").id,
        home_lat=35.03,
        home_lon=126.72,
        travel_limit_m=20_000,
        email="minji@example.org",
        consents=(MATCHING, MESSAGES),
        wording="1",
    )
    (pk,) = people.register_many(rows=[row], now=NOW).ids
    assert pk is not None
    return pk


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table: the header's names with one space between, then rows of cells."""

    def write(name: str, header: str, *rows: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header.replace(" ", ","), *rows]) + "\n", encoding="utf-8")
        return path

    return write
