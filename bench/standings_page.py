"""How fast the pages of a campaign of a nation are: its public page, a place, a page of teams; and all grades.

    python -m bench.standings_page [--teams 50000] [--towns 4000] [--database sqlite|postgresql] [--json FILE]

The database holds what stands behind such a campaign: rollups of output and hours that add up to ``--entries``, of
``--days`` days of work; targets of every town; a post a team; twelve people a team. A chore works the standing out and
keeps it (``kept_s``); then each page is asked ``--looks`` times through Django, all middleware included.

``floor_ms`` is the p50 of a page without any figure, asked in between: no page can be faster. ``queries`` is counted,
and again in a campaign of a tenth of the teams: it must be the same. ``live_s`` is how long the page would take if it
worked its figures out itself. ``grades_s``: all teams graded by the engine alone, from their results.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID

NOW: Final = datetime(2026, 11, 22, 3, tzinfo=UTC)
FIRST_DAY: Final = date(2026, 6, 1)
LAST_DAY: Final = date(2026, 12, 17)
TODAY: Final = date(2026, 11, 22)
REGIONS: Final = 17
PEOPLE_A_TEAM: Final = 12
BATCH: Final = 5_000
# What a town wants to bring in.
PLAN_MILLI: Final = 1_400_000_000
SEED: Final = 20_261_122


def grade_all(teams: int) -> float:
    """Seconds to grade so many teams, the best of three."""
    from dure.engine.grading import TeamResult, grade_teams

    draw = random.Random(SEED)  # noqa: S311  made-up work, always the same
    results = [
        TeamResult(
            team=str(k),
            done_milli=int(draw.gauss(1.0, 0.2) * 100_000_000),
            plan_milli=100_000_000,
            person_days=draw.randint(20, 2_400),
            days=draw.randint(1, 175),
            best_day_milli=2_000_000,
        )
        for k in range(teams)
    ]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        grading = grade_teams(results)
        took.append(time.perf_counter() - began)
        if len(grading.teams) != teams:
            raise RuntimeError("every team is graded")
    return round(min(took), 3)


class Nation:
    """A campaign of so many towns and teams, written straight into the tables."""

    def __init__(self, *, slug: str, teams: int, towns: int, entries: int, days: int) -> None:
        self.slug, self.teams, self.towns = slug, teams, towns
        self.entries, self.days = entries, days
        self.draw = random.Random(SEED + teams)  # noqa: S311  made-up work, always the same

    def build(self) -> None:
        """Places, the campaign, its teams, posts, people's heads and rollups."""
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import actions as campaigns
        from dure.movement.campaigns import reads as campaign_reads
        from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement, NewTarget
        from dure.movement.places import actions as places
        from dure.movement.places import reads as place_reads
        from dure.movement.places.types import CountryRow, RegionRow, TownRow

        code = self.slug[:2].upper()
        codes = [f"{self.slug}-{k}" for k in range(self.towns)]
        places.add_country(
            country=CountryRow(code, f"Land {code}"),
            regions=[RegionRow(f"{k:02}", f"Region {k}") for k in range(REGIONS)],
            towns=[
                TownRow(
                    town, f"Town {k:04}", "", f"{k % REGIONS:02}", "",
                    33 + self.draw.random() * 5, 126 + self.draw.random() * 3, 12_000,
                )
                for k, town in enumerate(codes)
            ],
        )  # fmt: skip
        indicators = (
            NewIndicator("harvest", "output", "Harvest", "kg"),
            NewIndicator("hours", "hours", "Hours", "h"),
        )
        movement = NewMovement(f"m-{self.slug}", "Neighbours", "No field is left standing.")
        targets = tuple(
            NewTarget(
                "harvest", town, PLAN_MILLI, LAST_DAY, "Survey", FIRST_DAY, baseline_milli=PLAN_MILLI // 2
            )
            for town in codes
        )
        made = campaigns.create(
            new=NewCampaign(
                movement=movement,
                slug=self.slug,
                name="Two hundred days",
                summary="A nation works.",
                area=code,
                timezone="Asia/Seoul",
                starts_on=FIRST_DAY,
                ends_on=LAST_DAY,
                indicators=indicators,
                targets=targets,
            ),
            now=NOW,
        )
        campaigns.open_campaign(actor=SYSTEM, slug=self.slug, now=NOW)
        found = {one.code: one.id for one in campaign_reads.indicators(made.id)}
        self.campaign_id, self.harvest, self.hours = made.id, found["harvest"], found["hours"]
        self.areas = [area.id for area in place_reads.towns_under(f"/{code}/")]
        self._teams()
        self._work()

    def _teams(self) -> None:
        from dure.movement.needs.models import Post
        from dure.movement.people.models import Team

        rows = [
            Team(key=self._key(), name=f"{_name(k)} {k}", area_id=self._home(k), kind="pickers")
            for k in range(self.teams)
        ]
        Team.objects.bulk_create(rows, batch_size=BATCH)
        known = Team.objects.filter(area_id__in=self.areas).order_by("pk")
        self.team_ids = list(known.values_list("pk", flat=True))
        begins = datetime(2026, 11, 23, tzinfo=UTC)
        shift = {"day": begins.date(), "starts_at": begins, "ends_at": begins + timedelta(hours=8)}
        work = {"title": "Picking", "lat": 35.0, "lon": 127.0, "seats": 24, "cause": "harvest"}
        posts = (
            Post(
                key=self._key(),
                campaign_id=self.campaign_id,
                team_id=team,
                area_id=self._home(k),
                seats_taken=self.draw.randint(0, 24),
                tier=1 + k % 3,
                **shift,
                **work,
            )
            for k, team in enumerate(self.team_ids)
        )
        _write(Post, posts)

    def _key(self) -> UUID:
        return UUID(int=self.draw.getrandbits(128))

    def _home(self, number: int) -> int:
        return int(self.areas[number % len(self.areas)])

    def _work(self) -> None:
        from dure.movement.ledger.models import Rollup, Seen

        _write(Rollup, self._rollups(Rollup))
        heads = (
            Seen(
                campaign_id=self.campaign_id,
                indicator_id=indicator,
                team_id=team,
                area_id=self._home(k),
                person_key=UUID(int=k * 100 + one),
                n=1,
            )
            for k, team in enumerate(self.team_ids)
            for indicator in (self.harvest, self.hours)
            for one in range(PEOPLE_A_TEAM)
        )
        _write(Seen, heads)

    def _rollups(self, row: Callable[..., Any]) -> Iterator[Any]:
        each = max(1, self.entries // (self.teams * self.days * 2))
        team_milli = PLAN_MILLI * self.towns // self.teams
        for k, team in enumerate(self.team_ids):
            power = self.draw.gauss(0.85, 0.13)
            for day in range(self.days):
                kilograms = int(max(0.1, power * self.draw.gauss(1.0, 0.2)) * team_milli / self.days)
                for indicator, milli in ((self.harvest, kilograms), (self.hours, each * 6_000)):
                    yield row(
                        campaign_id=self.campaign_id,
                        team_id=team,
                        area_id=self._home(k),
                        indicator_id=indicator,
                        work_day=TODAY - timedelta(days=1 + day),
                        n=each,
                        quantity_milli=milli,
                    )


def _write(table: Any, rows: Iterable[Any]) -> None:
    """A few rows in memory at a time."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        table.objects.bulk_create(some)


def _name(number: int) -> str:
    names = ("Larch", "Plough", "Ox", "Sickle", "Heron", "Magpie", "Ginkgo", "Rice", "Furrow", "Dawn")
    return names[number * 7 % len(names)]


def look(path: str, looks: int, floor: str) -> dict[str, float]:
    """Milliseconds of a page and of the floor, asked in turn."""
    from django.test import Client

    client = Client()
    took: dict[str, list[float]] = {path: [], floor: []}
    for _ in range(looks):
        for asked, times in took.items():
            began = time.perf_counter()
            answer = client.get(asked)
            times.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{asked}: {answer.status_code}")
    ours, bare = sorted(took[path]), sorted(took[floor])
    return {
        "p50_ms": round(median(ours), 1),
        "p99_ms": round(ours[int(len(ours) * 0.99) - 1], 1),
        "floor_ms": round(median(bare), 1),
        "ratio_to_floor": round(median(ours) / median(bare), 1),
    }


def queries_of(path: str) -> int:
    """How many questions a page asks of the database."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def pages_of(nation: Nation) -> dict[str, str]:
    """The pages that are asked, by name."""
    return {
        "campaign": f"/c/{nation.slug}/",
        "place_region": f"/c/{nation.slug}/places/{nation.slug[:2].upper()}.03/",
        "place_town": f"/c/{nation.slug}/places/{nation.slug}-17/",
        "standings": f"/c/{nation.slug}/standings/",
        "teams": f"/c/{nation.slug}/standings/{nation.harvest}/",
        "team": f"/c/{nation.slug}/teams/{nation.team_ids[17]}/",
        "plan": f"/c/{nation.slug}/plan/",
        "figures_file": f"/c/{nation.slug}/figures.json",
    }


def keep(nation: Nation) -> float:
    """Seconds to work a standing out and keep it."""
    from dure.movement.standings import keeping

    began = time.perf_counter()
    if not keeping.keep(campaign_id=nation.campaign_id, today=TODAY, now=NOW):
        raise RuntimeError("a large standing is kept")
    return round(time.perf_counter() - began, 2)


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """All figures, in the database of the settings."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from dure.movement.standings import keeping, reads

    settings.ALLOWED_HOSTS = ["testserver"]
    # A tenth of few teams is to be kept too, to be compared.
    keeping.LIVE_CELLS_MAX = 0
    call_command("migrate", verbosity=0)
    figures: dict[str, Any] = {"teams": asked.teams, "grades_s": grade_all(asked.teams)}
    small = Nation(
        slug="aa", teams=asked.teams // 10, towns=asked.towns // 10, entries=asked.entries // 10, days=2
    )
    large = Nation(slug="bb", teams=asked.teams, towns=asked.towns, entries=asked.entries, days=asked.days)
    began = time.perf_counter()
    for nation in (small, large):
        nation.build()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures["built_s"] = round(time.perf_counter() - began, 1)
    figures["rollups"] = 2 * asked.teams * asked.days
    figures["kept_small_s"], figures["kept_s"] = keep(small), keep(large)
    began = time.perf_counter()
    reads.standing(campaign_id=large.campaign_id, today=TODAY)
    figures["live_s"] = round(time.perf_counter() - began, 2)
    floor = "/left/"
    few, many = pages_of(small), pages_of(large)
    for name, path in many.items():
        queries = queries_of(path), queries_of(few[name])
        figures[name] = look(path, asked.looks, floor) | {
            "queries": queries[0],
            "queries_a_tenth": queries[1],
        }
    return figures


def main() -> None:
    """Measure in a database that goes away, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.standings_page", description="How fast public pages are."
    )
    parser.add_argument("--teams", type=int, default=50_000)
    parser.add_argument("--towns", type=int, default=4_000)
    parser.add_argument("--days", type=int, default=4, help="days of work that rollups are written for")
    parser.add_argument("--entries", type=int, default=243_840_000, help="what the rollups add up to")
    parser.add_argument("--looks", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(measure(asked)))
        return
    home = tempfile.mkdtemp(prefix="dure-page-")
    inner = [sys.executable, "-m", "bench.standings_page", *sys.argv[1:], "--inside"]
    if asked.database == "postgresql":
        inner = [sys.executable, "-m", "tools.with_postgres", *inner]
    settings = {"DURE_HOME": home, "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
    try:
        ran = subprocess.run(inner, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | settings)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    text = json.dumps(json.loads(ran.stdout.splitlines()[-1]), indent=2) + "\n"
    print(text, end="")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
