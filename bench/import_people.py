"""How fast `dure import people` is, against the database's own way of taking the very same rows.

    python -m bench.import_people [--rows 750000] [--database sqlite postgresql] [--ending xlsx] [--json FILE]

- *import*: a CSV file with everything a registration may hold (e-mail, phone, skills, evidence, hours, consents; some
  minors, some wrong rows) through the import that ships: read, checked, encrypted, hashed, written durably.
- *raw*: the same ready rows of the same tables (columns, indices, foreign keys), taken out of the database that the
  import filled: on PostgreSQL COPY of ready text, a table at a time, in one transaction; on SQLite prepared inserts,
  5,000 people a transaction, at the same durability. Only the writing is timed.

``ratio``: raw seconds / import seconds. ``peak_rss_gb``: of the importing process and
of the one beside it together, what they share counted twice. Each database is new; PostgreSQL
runs with its own settings of durability.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import polars as pl

from tools.with_postgres import server

DATABASES = ("sqlite", "postgresql")
SEED = 20_261_003
NOW = datetime(2026, 9, 20, tzinfo=UTC)
MINOR_SHARE = 0.02
WRONG_SHARE = 0.002
PHONE_SHARE = 0.6
NAMES = 4_000
SKILLS = ("", "cooking", "first-aid: card 77 until 2028-03-31", "driving: licence seen;cooking", "harvest")
CLOCKS = ((), ((8, 17),), ((8, 12),), ((13, 18),), ((8, 12), (18, 21)))
DAYS = 60
# People a transaction, as the import writes them.
CHUNK = 5_000
# What an import writes, and by which column its rows belong to a person.
TABLES = {
    "people_person": "id",
    "people_contact": "person_id",
    "people_guardian": "person_id",
    "people_consent": "person_id",
    "people_credential": "person_id",
    "people_freespan": "person_id",
}
# Whom those rows point to.
PARENTS = ("places_area", "people_group")
# As dure.config.database sets them.
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "cache_size=-65536",
    "wal_autocheckpoint=16384",
    "temp_store=MEMORY",
)


def write_people(path: Path, count: int) -> None:
    """A file of ``count`` people of Korean towns, drawn with a fixed seed."""
    from dure.simulation.towns import country

    draw = np.random.default_rng(SEED)
    towns = country("KR").towns
    shares = np.array([town.population for town in towns], float)
    town = draw.choice(len(towns), count, p=shares / shares.sum())
    lat = np.array([one.lat for one in towns])[town] + draw.normal(0, 0.03, count)
    lon = np.array([one.lon for one in towns])[town] + draw.normal(0, 0.03, count)
    number = np.arange(count)
    minor = draw.random(count) < MINOR_SHARE
    clocks = [
        [
            ";".join(f"2026-{10 + day // 30}-{1 + day % 30:02d} {span[end]:02d}:00+09:00" for span in spans)
            for end in (0, 1)
        ]
        for day in range(DAYS)
        for spans in CLOCKS
    ]
    hours = draw.integers(0, len(clocks), count)
    phoned = draw.random(count) < PHONE_SHARE
    syllables = [chr(0xAC00 + k) for k in draw.integers(0, 11_000, 200)]
    names = [syllables[a] + syllables[b] for a, b in draw.integers(0, 200, (NAMES, 2))]
    wrong = draw.random(count) < WRONG_SHARE

    def some(values: tuple[str, ...] | list[str]) -> list[str]:
        return [values[place] for place in draw.integers(0, len(values), count)]

    frame = pl.DataFrame(
        {
            "id": [f"p-{k:07d}" for k in number],
            "given_name": some(names),
            "birth_year": np.where(minor, 2010, draw.integers(1945, 2008, count)),
            "town": [str(towns[k].geoname_id) for k in town],
            "lat": lat.round(4),
            "lon": lon.round(4),
            "travel_limit_km": some(["5", "10", "15", "25", "40"]),
            "email": [f"person{k}@example{'.' if w else ''}.org" for k, w in zip(number, wrong, strict=True)],
            "phone": [
                f"010-{4000 + k // 10_000:04d}-{k % 10_000:04d}" if p else ""
                for k, p in zip(number, phoned, strict=True)
            ],
            "language": some(["ko", "en"]),
            "guardian_email": [
                f"parent{k}@example.org" if m else "" for k, m in zip(number, minor, strict=True)
            ],
            "languages": some(["ko", "ko;en", "ko;en;ja"]),
            "skills": some(SKILLS),
            "refuses": some(["", "", "office"]),
            "prefers": some(["", "harvest", "harvest;kitchen"]),
            "free_from": [clocks[k][0] for k in hours],
            "free_to": [clocks[k][1] for k in hours],
            "cover": some(["group policy 12 until 2027-12-31", ""]),
            "briefing": some(["briefed 2026-09-28", ""]),
            "consent": "yes",
            "messages": some(["yes", "no"]),
            "physical_max": some(["1", "2", "3"]),
            "long_shift": some(["no", "yes"]),
        }
    )
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_excel(path)


def prepare() -> None:
    """Migrate, add the country and open the campaign whose clock hours are told by."""
    from dure.cli.database import make_ready

    make_ready(lambda _: None)
    from dure.operations.imports.towns import add_country

    add_country("KR")


def by_import(path: Path) -> dict[str, Any]:
    """Import the file, as `dure import people` does, into the database of this process."""
    import resource

    from dure.base.memory import BYTES_PER_GB, RSS_UNIT_BYTES, peak_rss_gb
    from dure.cli.database import make_ready

    make_ready(lambda _: None)
    from dure.operations.imports.people import import_people

    begun, worked = perf_counter(), process_time()
    done = import_people(path=path, now=NOW, rejected=path.with_suffix(".rejected.csv"))
    seconds, worked = perf_counter() - begun, process_time() - worked
    beside = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "new": done.new,
        "rejected": done.rejected,
        "seconds": seconds,
        "cpu_seconds": worked,
        "cpu_seconds_beside": beside.ru_utime + beside.ru_stime,
        "peak_rss_gb": peak_rss_gb() + beside.ru_maxrss * RSS_UNIT_BYTES / BYTES_PER_GB,
    }


def raw_into_sqlite(folder: Path) -> dict[str, Any]:
    """The rows of the import's database into an empty one of the same schema, by prepared inserts."""
    source = sqlite3.connect(folder / "dure.sqlite3")
    target = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    for pragma in (*SQLITE_PRAGMAS, "foreign_keys=OFF"):
        target.execute(f"PRAGMA {pragma}")
    for table in (*PARENTS, *TABLES):
        made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name = ?"
        for (statement,) in source.execute(made, [table]):
            target.execute(statement)
    target.execute("ATTACH ? AS source", [str(folder / "dure.sqlite3")])
    for table in PARENTS:
        target.execute(f"INSERT INTO {table} SELECT * FROM source.{table}")
    target.execute("DETACH source")
    # As the program runs: every key of another table is looked up.
    target.execute("PRAGMA foreign_keys=ON")
    statements = {}
    for table in TABLES:
        count = len(list(source.execute(f"PRAGMA table_info({table})")))
        statements[table] = f"INSERT INTO {table} VALUES ({', '.join('?' * count)})"
    last = source.execute("SELECT max(id) FROM people_person").fetchone()[0]
    seconds = worked = 0.0
    for first in range(0, last, CHUNK):
        rows = {
            table: source.execute(
                f"SELECT * FROM {table} WHERE {person} > ? AND {person} <= ?", [first, first + CHUNK]
            ).fetchall()
            for table, person in TABLES.items()
        }
        begun, before = perf_counter(), process_time()
        target.execute("BEGIN IMMEDIATE")
        for table, statement in statements.items():
            target.executemany(statement, rows[table])
        target.execute("COMMIT")
        seconds, worked = seconds + perf_counter() - begun, worked + process_time() - before
    return {"seconds": seconds, "cpu_seconds": worked}


def raw_into_postgresql(folder: Path) -> dict[str, Any]:
    """The rows of the import's tables into the same tables, emptied, by COPY of ready text in one transaction."""
    prepare()
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as handle, cursor.copy(f"COPY {table} TO STDOUT") as out:
                for part in out:
                    handle.write(part)
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("CHECKPOINT")
        begun, worked = perf_counter(), process_time()
        cursor.execute("BEGIN")
        for table in TABLES:
            with (folder / table).open("rb") as handle, cursor.copy(f"COPY {table} FROM STDIN") as into:
                while part := handle.read(1024 * 1024):
                    into.write(part)
        cursor.execute("COMMIT")
    return {"seconds": perf_counter() - begun, "cpu_seconds": process_time() - worked}


def measure(database: str, rows: int, ending: str) -> dict[str, Any]:
    """Import and raw, each in a process of its own, one after the other on the same new database."""
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        server(durable=True) if database == "postgresql" else nullcontext("") as url,
    ):
        environment = {**os.environ, "DURE_HOME": folder, "DATABASE_URL": url}
        path = Path(folder) / f"people.{ending}"
        write_people(path, rows)

        def run(part: str) -> dict[str, Any]:
            words = ["--part", part, "--folder", str(path.parent if part == "raw" else path)]
            command = [sys.executable, "-m", "bench.import_people", "--database", database, *words]
            ran = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
            found: dict[str, Any] = json.loads(ran.stdout)
            return found

        run("prepare")  # migrations take memory that is none of the import's
        imported, raw = run("import"), run("raw")
    return {
        "rows": rows,
        "people_per_s": round(imported["new"] / imported["seconds"]),
        "ratio": round(raw["seconds"] / imported["seconds"], 3),
        "import": imported,
        "raw": raw,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.import_people", description="How fast people are imported."
    )
    parser.add_argument("--rows", type=int, default=750_000)
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--ending", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--part", choices=("prepare", "import", "raw"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part == "prepare":
        prepare()
        print("{}")
        return
    if asked.part == "import":
        print(json.dumps(by_import(asked.folder)))
        return
    if asked.part == "raw":
        raw = raw_into_sqlite if asked.database == ["sqlite"] else raw_into_postgresql
        print(json.dumps(raw(asked.folder)))
        return
    figures = {database: measure(database, asked.rows, asked.ending) for database in asked.database}
    text = json.dumps(figures, indent=2) + "\n"
    print(text, end="")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
