"""A nation's day read, solved and written: ``python -m bench.match_day --people 1219200 --folder DIR [--json FILE]``.

On the SQLite in the folder, or on the PostgreSQL that DATABASE_URL names. The people are made once and stay there:
one block of about 100,000 is registered by the rooms' own actions, the others are set-based copies of it that live
further west, so that the country grows and stays as dense. The limit, in the same run: the very offer rows, ready-made,
written into a table with the same indices by the driver itself, in transactions of the same size.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dure.base.memory import peak_rss_gb

BLOCK_PEOPLE_MAX = 101_600
DAY = date(2026, 10, 5)
DAWN = datetime(2026, 10, 4, 20, tzinfo=UTC)  # five in the morning in Seoul
# A copy of the country lies so many degrees west of the one before, out of everybody's reach.
COPY_DEGREES = 6.0
LIMIT_TABLE = "bench_offer_limit"


@dataclass
class Steps:
    """Progress that measures what lies between the words it hears."""

    seconds: dict[str, float] = field(default_factory=dict)
    rss_gb: dict[str, float] = field(default_factory=dict)
    step: str = ""
    since: float = 0.0

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        now = time.perf_counter()
        if self.step:
            self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.since
            self.rss_gb[self.step] = peak_rss_gb()
        self.step, self.since = step or self.step, now


@contextmanager
def measured(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started


def make(people: int) -> None:
    """One block by the rooms' own actions, then its copies."""
    from dure.operations.demo.figures import Clock, Unwatched
    from dure.operations.demo.stage import Plan, set_stage
    from dure.operations.demo.turn import publish_needs

    copies = -(-people // BLOCK_PEOPLE_MAX)
    block = people // copies
    stage = set_stage(Plan("KR", block, 1, DAY), Clock(Unwatched()))
    publish_needs(stage)
    for number in range(1, copies):
        copy(number, block)


def copy(number: int, block: int) -> None:
    """Everything of the first block once more, ids and places moved on. All is copied in the database."""
    from django.db import connection, transaction

    from dure.movement.needs.models import Post
    from dure.movement.people.models import Consent, Credential, FreeSpan, Person, Team

    sqlite = connection.vendor == "sqlite"
    new_key = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    west = f" - {number * COPY_DEGREES}"
    person, team = number * block, number * _first_block(Team)
    changed: dict[type[Any], dict[str, str]] = {
        Person: {"key": new_key, "home_lon": "home_lon" + west},
        Consent: {"person_id": f"person_id + {person}"},
        Credential: {"person_id": f"person_id + {person}"},
        FreeSpan: {"person_id": f"person_id + {person}"},
        Team: {"key": new_key, "name": f"name || ' {number}'"},
        Post: {"key": new_key, "lon": "lon" + west, "team_id": f"team_id + {team}"},
    }
    for model, expressions in changed.items():
        names = [column.column for column in model._meta.concrete_fields]
        first = _first_block(model)
        values = {"id": f"id + {number * first}", **expressions}
        chosen = ", ".join(values.get(name, f'"{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        table = model._meta.db_table
        statement = f"INSERT INTO {table} ({quoted}) SELECT {chosen} FROM {table} WHERE id <= {first}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


_first: dict[str, int] = {}


def _first_block(model: Any) -> int:
    """The last id of the first block."""
    table = model._meta.db_table
    if table not in _first:
        _first[table] = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return _first[table]


def match() -> tuple[dict[str, Any], Any]:
    """Match and publish the day; its figures, and the run."""
    from dure.base.access import SYSTEM
    from dure.movement.campaigns.models import Campaign
    from dure.movement.matching import actions, reads

    campaign_id = Campaign.objects.values_list("pk", flat=True).get()
    steps = Steps()
    started = time.perf_counter()
    run = actions.run(campaign_id=campaign_id, day=DAY, now=DAWN, progress=steps)
    seconds: dict[str, float] = {}
    with measured(seconds, "publishing"):
        actions.publish_run(run_id=run.id, now=DAWN, expires_at=DAWN + timedelta(hours=12))
    total = time.perf_counter() - started
    solve = sum(steps.seconds.get(step, 0.0) for step in ("pairs", "auction", "proof"))
    beside = total - solve
    with measured(seconds, "telling 100"):
        actions.tell_offered(now=DAWN, count_max=100)
    with measured(seconds, "why this, one person"):
        reads.why_this(SYSTEM, _some_offer(run.id))
    figures = {
        "people": run.people_count,
        "posts": run.posts_count,
        "pairs": run.pairs_count,
        "offers": run.placed_count,
        "gap_units": run.gap_units,
        "digest": run.input_digest,
        "seconds": {**steps.seconds, **seconds, "total": total, "beside the solve": beside},
        "rss_gb": steps.rss_gb,
        "peak_rss_gb": peak_rss_gb(),
    }
    return figures, run


def _some_offer(run_id: int) -> int:
    from dure.movement.matching.models import Offer

    return Offer.objects.filter(run_id=run_id).values_list("pk", flat=True)[0]


def limit(run_id: int) -> float:
    """Seconds to write the run's offers once more, ready-made, into a table like theirs, by the driver itself."""
    from django.db import connection

    from dure.movement.matching.actions.days import CHUNK_ROWS
    from dure.movement.matching.models import Offer

    columns = ("run_id", "post_id", "person_id", "travel_m", "state")
    rows = list(Offer.objects.filter(run_id=run_id).order_by("person_id").values_list(*columns))
    write = _into_sqlite if connection.vendor == "sqlite" else _into_postgresql
    seconds = 0.0
    with write(columns) as put:
        for start in range(0, len(rows), CHUNK_ROWS):
            part = rows[start : start + CHUNK_ROWS]
            began = time.perf_counter()
            put(part)
            seconds += time.perf_counter() - began
    return seconds


@contextmanager
def _into_sqlite(columns: tuple[str, ...]) -> Iterator[Callable[[list[Any]], None]]:
    from django.db import connection

    raw = connection.connection
    made = raw.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'matching_offer' AND sql IS NOT NULL")
    for (sql,) in made.fetchall():
        raw.execute(
            sql.replace("matching_offer", LIMIT_TABLE).replace("offer_once_a_run", "bench_once_a_run")
        )
    statement = f"INSERT INTO {LIMIT_TABLE} ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?)"

    def put(part: list[Any]) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(statement, part)
        raw.execute("COMMIT")

    yield put
    raw.execute(f"DROP TABLE {LIMIT_TABLE}")


@contextmanager
def _into_postgresql(columns: tuple[str, ...]) -> Iterator[Callable[[list[Any]], None]]:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {LIMIT_TABLE} (LIKE matching_offer INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE {LIMIT_TABLE} ADD FOREIGN KEY (person_id) REFERENCES people_person "
            "DEFERRABLE INITIALLY DEFERRED"
        )

        def put(part: list[Any]) -> None:
            with (
                transaction.atomic(),
                cursor.copy(f"COPY {LIMIT_TABLE} ({', '.join(columns)}) FROM STDIN") as copied,
            ):
                for row in part:
                    copied.write_row(row)

        yield put
        cursor.execute(f"DROP TABLE {LIMIT_TABLE}")


def country(about: str | None) -> Path | None:
    """The database that the command line asks for, ready and with its people in it; where the figures go."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--people", type=int, default=101_600)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ["DURE_HOME"] = str(asked.folder)

    from dure.cli.database import make_ready

    make_ready(lambda words: print(words, file=sys.stderr))
    from dure.movement.people.models import Person

    if not Person.objects.exists():
        make(asked.people)
    keep_in: Path | None = asked.json
    return keep_in


def tell(figures: dict[str, Any], keep_in: Path | None) -> None:
    shown = json.dumps(figures, indent=1)
    print(shown)
    if keep_in:
        keep_in.write_text(shown)


def main() -> None:
    keep_in = country(__doc__)
    from django.db import connection

    from dure.movement.matching.models import Offer, Run

    Offer.objects.all().delete()
    Run.objects.all().delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as its own worker does in quiet hours
    figures, run = match()
    written = figures["seconds"]["writing"]
    raw = limit(run.id)
    limits = {"raw write": raw, "times": written / raw}
    tell({"database": connection.vendor, **figures, "limit": limits}, keep_in)


if __name__ == "__main__":
    main()
