"""How soon every status page is true: ``python -m bench.answers --people 750000 --database sqlite postgresql``.

Everybody has signed up and confirmed, and reads that we look where they are needed. One refresh gathers the line,
serves it and writes a new answer and a notice for each; a second one, with nothing new, must write nothing. The limit
it is held against, in the same run: writing the very rows it left behind, ready-made, in chunks as large, into the same
tables, as durably; no refresh that answers everybody can be quicker than that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import numpy as np

from tools.with_postgres import server

DATABASES = ("sqlite", "postgresql")
SEED = 5
OPENED = datetime(2026, 9, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
PAST_DAYS, KNOWN_DAYS = 14, 3
CHUNK = 5_000
BLOCK = 20_000
# Of two months' tasks as in England 2020: 200,000 for 750,000 people.
TASKS_A_PERSON_A_DAY = 200_000 / 750_000 / 60
LIMITS_KM = (5, 10, 15, 25, 40)


def set_up(count: int) -> int:
    """Towns, needs, and ``count`` people who signed up and confirmed; id of the campaign."""
    from dure.base.access import SYSTEM
    from dure.cli.database import make_ready
    from dure.kernel.ids import client_id
    from dure.movement.calls import actions as calls
    from dure.movement.calls.answering_columns import AnswerColumns, answer_columns
    from dure.movement.calls.types import NewSignUp
    from dure.movement.campaigns import actions as campaigns
    from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
    from dure.movement.needs import actions as needs
    from dure.movement.needs.types import NewPost
    from dure.movement.people import actions as people
    from dure.movement.people.types import (
        BRIEFING,
        COVER,
        MATCHING,
        MESSAGES,
        NewCredential,
        NewPerson,
        NewTeam,
    )
    from dure.movement.places import reads as places
    from dure.operations.answer_words import CONFIRMED
    from dure.operations.imports.towns import add_country

    make_ready(lambda _: None)
    add_country("GB")
    towns = places.towns_under("/GB/ENG/")
    campaigns.create(
        new=NewCampaign(
            movement=NewMovement("bench", "A benchmark", "Everybody gets an answer."),
            slug="bench",
            name="Bench",
            summary="Two months.",
            area="GB.ENG",
            timezone="Europe/London",
            starts_on=OPENED.date(),
            ends_on=OPENED.date() + timedelta(days=75),
            synthetic_label="synthetic",
            indicators=(NewIndicator("hours", "hours", "Hours", "h"),),
        ),
        now=OPENED,
    )
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="bench", now=OPENED)
    calls.open_appeal(
        actor=SYSTEM, campaign_id=campaign.id, code="bench", title="Neighbours", text="Come.", now=OPENED
    )
    rows = [NewTeam(client_id(b"team", town.id), "Helpers", town.id, "help") for town in towns]
    teams = [team.id for team in people.form_teams(rows=rows)]

    draw = np.random.default_rng(SEED)
    shares = np.array([town.population for town in towns], np.float64)
    shares /= shares.sum()

    def post(day: date, row: int, seats: int) -> NewPost:
        starts = datetime.combine(day, time(12), UTC)
        return NewPost(
            key=client_id(b"post", row, day.isoformat()),
            campaign_id=campaign.id,
            team_id=teams[row],
            area_id=towns[row].id,
            day=day,
            title="Bring shopping",
            lat=towns[row].lat,
            lon=towns[row].lon,
            starts_at=starts,
            ends_at=starts + timedelta(hours=4),
            seats=seats,
            tier=2,
            cause="neighbours",
        )

    for ahead in range(-PAST_DAYS, KNOWN_DAYS + 1):
        seats = draw.poisson(shares * count * TASKS_A_PERSON_A_DAY)
        day = NOW.date() + timedelta(days=ahead)
        needs.publish(rows=[post(day, row, int(seats[row])) for row in np.flatnonzero(seats).tolist()])

    free = ((OPENED, OPENED + timedelta(days=75)),)
    ready = (NewCredential(COVER, "accident", "policy"), NewCredential(BRIEFING, "safety", "talk"))
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        home = draw.choice(len(towns), size, p=shares)
        limit = draw.choice(LIMITS_KM, size)
        prepared = draw.random(size) < 0.1
        done = people.register_many(
            rows=[
                NewPerson(
                    key=UUID(int=start + k + 1),
                    given_name="Synthetic",
                    birth_year=1980,
                    area_id=towns[home[k]].id,
                    home_lat=towns[home[k]].lat,
                    home_lon=towns[home[k]].lon,
                    travel_limit_m=int(limit[k]) * 1000,
                    email=f"p{start + k}@example.invalid",
                    consents=(MATCHING, MESSAGES),
                    wording="bench",
                    credentials=ready if prepared[k] else (),
                    free_spans=free,
                    waiting_since=OPENED + timedelta(seconds=start + k),
                    synthetic=True,
                )
                for k in range(size)
            ],
            now=OPENED,
        )
        ids = [pk for pk in done.ids if pk is not None]
        calls.sign_up_many(
            appeal_code="bench", rows=[NewSignUp(client_id(b"sign-up", pk), pk) for pk in ids], now=OPENED
        )
        by_date = NOW.date() + timedelta(days=1)
        told = AnswerColumns(
            np.array(sorted(ids), np.int64),
            np.zeros(len(ids), np.int64),
            np.full(len(ids), by_date.toordinal()),
            ((CONFIRMED.kind, CONFIRMED.reason),),
        )
        answer_columns(
            campaign_id=campaign.id,
            answers=told,
            now=NOW - timedelta(minutes=5),
        )
    return campaign.id


def refreshed(count: int) -> dict[str, Any]:
    """Two refreshes in a new database, and the same rows written again."""
    from django.db import connection, transaction

    campaign_id = set_up(count)
    from dure.base.memory import peak_rss_gb
    from dure.base.ready_rows import moment
    from dure.movement.calls import reads as calls
    from dure.operations import answers

    # The loops are compiled once an installation, not once a refresh.
    _compile()
    begun, worked = perf_counter(), process_time()
    done = answers.refresh(campaign_id=campaign_id, day=NOW.date(), now=NOW)
    seconds, cpu_seconds = perf_counter() - begun, process_time() - worked
    begun = perf_counter()
    again = answers.refresh(campaign_id=campaign_id, day=NOW.date(), now=NOW + timedelta(minutes=3))
    unchanged_seconds = perf_counter() - begun

    tables = ("calls_answer", "base_outboxmessage")
    raw = 0.0
    with connection.cursor() as cursor:
        for table in tables:
            column = "given_at" if table == "calls_answer" else "send_after"
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [moment(NOW)])  # names from above
            names = [one[0] for one in cursor.description]
            rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [moment(NOW)])
            begun = perf_counter()
            for start in range(0, len(rows), CHUNK):
                with transaction.atomic():
                    _write(cursor, table, names, rows[start : start + CHUNK])
            raw += perf_counter() - begun
    return {
        "people": count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "given": done.given_count,
        "unchanged_seconds": round(unchanged_seconds, 2),
        "given_again": again.given_count,
        "raw_seconds": round(raw, 2),
        "times_raw": round(seconds / raw, 2),
        "by_kind": dict(calls.tally(campaign_id).by_kind),
        "peak_rss_gb": peak_rss_gb(),
    }


def _compile() -> None:
    """Run the loops once on nearly nothing."""
    from dure.engine.plan.line import Places, Waiting, line
    from dure.engine.plan.seats import SeatsAhead

    one, many = np.ones(1), np.ones((1, 2))
    whole, mask = np.ones(1, np.int64), np.ones(1, np.uint64)
    waiting = Waiting(one, one, np.ones(1, np.int32), mask, mask, whole, whole, whole)
    line(waiting, Places(one, one, np.zeros(1, np.int32), SeatsAhead(many, many, 1.0, many)))


def _plain(value: Any) -> Any:
    """As both drivers take it in a bare statement."""
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value) if isinstance(value, date) else value


def _write(cursor: Any, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["?"] * len(names))
    connection.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def measure(database: str, count: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        server(durable=True) if database == "postgresql" else nullcontext("") as url,
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "bench.answers", "--database", database, "--people", str(count), "--part"],
            env={**os.environ, "DURE_HOME": folder, "DATABASE_URL": url},
            check=True,
            stdout=subprocess.PIPE,
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.answers", description="How soon every status page is true."
    )
    parser.add_argument("--people", type=int, default=750_000)
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
        django.setup()
        print(json.dumps(refreshed(asked.people)))
        return
    found = {database: measure(database, asked.people) for database in asked.database}
    print(json.dumps(found, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
