"""The peer of bench.intake: the very rows of the sign-ups, ready beforehand, inserted one sign-up a durable commit.

The same tables with their indices and foreign keys, by the driver's own statements, prepared, on one connection. What
the hot door does besides (HTTP, checking, sealing, limits, the receipt) this side doesn't do at all.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from dure.cli.database import make_ready

Statement = tuple[str, list[tuple[object, ...]]]
READY_AT_ONCE = 500


def rows_of(numbers: range, ids: Iterator[int]) -> list[list[Statement]]:
    """What the door would write for each sign-up: statements and their rows, in its order."""
    import msgspec

    from bench.intake_cast import Crowd
    from dure.base.ready_rows import ReadyTable
    from dure.movement.calls import intake
    from dure.operations.intake_desk import Desk
    from dure.operations.signup_shape import SignUpAsked

    crowd, now, decode = Crowd(datetime.now(UTC)), datetime.now(UTC), msgspec.json.Decoder(SignUpAsked).decode
    desk = Desk()
    found: list[list[Statement]] = []
    written: list[Statement] = []

    def note(table: ReadyTable, rows: Sequence[tuple[object, ...]]) -> int:
        if rows:
            written.append((statement_of(table), list(rows)))
        return len(rows)

    with (
        patch.object(ReadyTable, "insert", note),
        patch("dure.movement.people.intake.next_ids", lambda model, count: [next(ids) for _ in range(count)]),
        patch("dure.movement.calls.intake.next_ids", lambda model, count: [next(ids) for _ in range(count)]),
    ):
        for number in numbers:
            asked = decode(crowd.body(number))
            form, town = desk.form(asked)
            row = intake.ready(
                client_id=asked.client_id,
                form=form,
                area=town,
                terms=desk.terms(asked.call, now),
                now=datetime.now(UTC),
            )
            written.clear()
            intake.store([row])
            found.append(list(written))
    return found


def statement_of(table: Any) -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return str(table._statement(1))
    fields = [table.model._meta.get_field(name) for name in table.names]
    marks = ", ".join(f"%s::{field.db_type(connection)}" for field in fields)
    return f"{table._head()} VALUES ({marks}){table._tail}"


def committer() -> Callable[[list[Statement]], None]:
    """Writes one sign-up durably; on the connection's own terms (dure.config.database)."""
    from django.db import connection

    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.vendor == "sqlite":

        def commit(statements: list[Statement]) -> None:
            raw.execute("BEGIN IMMEDIATE")
            for statement, rows in statements:
                raw.executemany(statement, rows) if len(rows) > 1 else raw.execute(statement, rows[0])
            raw.execute("COMMIT")

        return commit
    from psycopg import Cursor

    raw.autocommit = True
    cursor = Cursor(raw)

    def commit_on_server(statements: list[Statement]) -> None:
        # One way there and back for all of them: the best a client can do.
        with raw.pipeline(), raw.transaction():
            for statement, rows in statements:
                for row in rows:
                    cursor.execute(statement, row, prepare=True)

    return commit_on_server


def chunks(count: int) -> Iterator[range]:
    return (range(start, min(start + READY_AT_ONCE, count)) for start in range(0, count, READY_AT_ONCE))


def measure(signups: int, seconds: float) -> dict[str, Any]:
    """Until ``signups`` are written or ``seconds`` of writing are over; making ready is not counted."""
    make_ready(lambda text: None)
    from bench.intake_cast import build

    build()
    commit = committer()
    spent, count, row_count = 0.0, 0, 0
    ids = iter(range(1, 10**9))
    for numbers in chunks(signups):
        ready = rows_of(numbers, ids)
        began = time.perf_counter()
        for statements in ready:
            commit(statements)
        spent += time.perf_counter() - began
        count += len(ready)
        row_count += sum(len(rows) for statements in ready for _, rows in statements)
        if spent > seconds:
            break
    from dure.movement.calls.models import SignUp

    assert SignUp.objects.count() == count
    return {
        "commits_per_s": round(count / spent, 1),
        "rows_a_signup": round(row_count / count, 2),
        "commits": count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake_raw")
    parser.add_argument("--signups", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    json.dump(measure(asked.signups, asked.seconds), sys.stdout)


if __name__ == "__main__":
    main()
