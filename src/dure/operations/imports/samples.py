"""Sample tables for trying out: invented people, posts and work in the campaign's own towns and on its own days.

Nobody in them exists; their addresses lead nowhere (example.org, RFC 2606) and they agree to no letters.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Final

from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.operations.imports.columns import TABLES
from dure.operations.imports.headings import in_words
from dure.operations.imports.templates import template_rows, workbook

TOWNS_MAX: Final = 3
PEOPLE_COUNT: Final = 48
POSTS_A_TOWN: Final = 4
DAYS: Final = 2
NAMES: Final = (
    *("Ari", "Bela", "Chidi", "Dana", "Emre", "Fen", "Gita", "Hana", "Ines", "Jiho", "Kofi", "Lena"),
    *("Mina", "Noor", "Ola", "Pia", "Quan", "Rosa", "Sami", "Tala", "Uma", "Vera", "Wan", "Yuna"),
)
WORK: Final = (
    ("Sort and pack what came in", "harvest", "1", "gloves"),
    ("Drive boxes to the depot", "transport", "2", ""),
    ("Cook for everybody", "kitchen", "2", "an apron"),
    ("Answer the telephone", "office", "3", ""),
)
VILLAGES: Final = {
    "Upper valley": (
        ("Millbrook", 46.21, 8.52, 1_850),
        ("Stonebridge", 46.24, 8.47, 920),
        ("Alder", 46.27, 8.55, 310),
    ),
    "Lower valley": (("Market Ford", 46.08, 8.61, 12_400), ("Reedham", 46.04, 8.66, 2_700)),
}
EVIDENCE: Final = "sample only"


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one table, its header first; written out with headings in the language of who asks."""

    kind: str
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> bytes:
        """As CSV, marked as UTF-8: Excel takes it for something else without."""
        told = StringIO(newline="")
        csv.writer(told).writerows(in_words(self.rows))
        return told.getvalue().encode("utf-8-sig")

    def book(self) -> bytes:
        """As an Excel workbook, with the columns explained on a second sheet."""
        held = BytesIO()
        workbook(self.kind, held, in_words(self.rows))
        return held.getvalue()


def places_sample() -> Sample:
    """Villages that are nowhere, in a country of no code: nobody takes them for their own."""
    columns = ("country", "country_name", "region", "code", "name", "lat", "lon", "population")
    rows = [
        ("XX", "Sample country", region, f"{at:02}-{n:02}", name, f"{lat:.3f}", f"{lon:.3f}", str(people))
        for at, (region, villages) in enumerate(VILLAGES.items(), 1)
        for n, (name, lat, lon, people) in enumerate(villages, 1)
    ]
    return Sample("places", (columns, *rows))


def sample(kind: str, *, campaign: CampaignFacts, within: tuple[str, ...], today: date) -> Sample:
    """A table of a kind that this campaign takes as it stands. Refuses with NotFound (another kind)."""
    if kind not in TABLES or kind == "places":
        raise NotFound(what="sample")
    towns = _towns(campaign, within)
    first = max(campaign.starts_on, today + timedelta(days=1))
    days = [first + timedelta(days=n) for n in range(DAYS) if first + timedelta(days=n) <= campaign.ends_on]
    makers = {
        "people": lambda: _people(towns, days or [campaign.ends_on]),
        "needs": lambda: _needs(campaign, towns, days or [campaign.ends_on]),
        "work": lambda: _work(campaign, towns, min(max(today, campaign.starts_on), campaign.ends_on)),
    }
    names = [column.name for column in TABLES[kind]]
    made = list(makers[kind]())
    used = [name for name in names if any(row.get(name) for row in made)]
    rows = [tuple(row.get(name, "") for name in used) for row in made]
    return Sample(kind, (tuple(used), *rows))


def empty(kind: str) -> Sample:
    """The columns with one row as an example. Refuses with NotFound (another kind)."""
    if kind not in TABLES:
        raise NotFound(what="sample")
    return Sample(kind, tuple(tuple(row) for row in template_rows(kind)))


def _towns(campaign: CampaignFacts, within: tuple[str, ...]) -> list[str]:
    """The largest towns, as a file names them for sure: by name and region where the name alone isn't enough."""
    found = [one for one in places.towns_under(campaign.area_path) if one.path.startswith(within)]
    found.sort(key=lambda one: (-one.population, one.code))
    regions = places.areas({one.parent_id for one in found[:TOWNS_MAX] if one.parent_id is not None})
    named = [
        f"{one.name}, {regions[one.parent_id].name}" if one.parent_id in regions else one.code
        for one in found[:TOWNS_MAX]
    ]
    return named or ["Suwon, Gyeonggi"]


def _people(towns: Sequence[str], days: Sequence[date]) -> Iterator[dict[str, str]]:
    for n in range(PEOPLE_COUNT):
        yield {
            "id": f"sample-{n + 1:03}",
            "given_name": NAMES[n % len(NAMES)],
            "birth_year": str(days[0].year - 20 - (n * 7) % 50),
            "town": towns[n % len(towns)],
            "travel_limit_km": ("10", "20", "40")[n % 3],
            "email": f"sample-{n + 1:03}@example.org",
            "prefers": WORK[n % len(WORK)][1],
            "free_from": ";".join(f"{day} 08:00" for day in days),
            "free_to": ";".join(f"{day} 18:00" for day in days),
            # The last four show what is missing: nobody is placed without cover and a briefing (P7).
            "cover": EVIDENCE if n < PEOPLE_COUNT - 4 else "",
            "briefing": EVIDENCE if n < PEOPLE_COUNT - 2 else "",
            "consent": "yes",
            "messages": "no",
        }


def _needs(campaign: CampaignFacts, towns: Sequence[str], days: Sequence[date]) -> Iterator[dict[str, str]]:
    for at, day in enumerate(days):
        for place, town in enumerate(towns):
            for n, (title, cause, tier, bring) in enumerate(WORK[:POSTS_A_TOWN]):
                yield {
                    "id": f"sample-{at + 1}-{place + 1}-{n + 1}",
                    "campaign": campaign.slug,
                    "team": f"Sample team {place + 1}",
                    "town": town,
                    "title": title,
                    "day": day.isoformat(),
                    "starts": "09:00",
                    "ends": "15:00" if n else "13:00",
                    "seats": str(4 - n if n < 3 else 2),
                    "tier": tier,
                    "cause": cause,
                    "bring": bring,
                }


def _work(campaign: CampaignFacts, towns: Sequence[str], day: date) -> Iterator[dict[str, str]]:
    counted = [one for one in campaigns.indicators(campaign.id) if one.kind in {"hours", "output"}]
    for place, town in enumerate(towns):
        for n, indicator in enumerate(counted):
            yield {
                "id": f"sample-{day}-{place + 1}-{n + 1}",
                "campaign": campaign.slug,
                "day": day.isoformat(),
                "team": f"Sample team {place + 1}",
                "town": town,
                "indicator": indicator.code,
                "quantity": "24" if indicator.kind == "hours" else "120",
            }
