"""The rules of a season as a file: TOML in, :class:`Rules` out. docs/howto/state-the-rules.md shows one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from dure.kernel.refusals import BadInput
from dure.movement.standings.rules import ALL, PLAIN, Hardship, Rules

FILE_CHARS_MAX = 4 * 1024 * 1024
_TOP = {"population", "capacity", "compare_days", "hardship"}
_HARDSHIP = {"place", "share", "words", "source", "source_date"}


def parse_rules(text: str) -> Rules:
    """What ``text`` (TOML 1.0) states; what it leaves out is as in PLAIN. Shares are exact decimals from 0 to 1.

    Refuses with BadInput, which names the key.
    """
    if len(text) > FILE_CHARS_MAX:
        raise BadInput(where="file", what="is too large", wanted=f"at most {FILE_CHARS_MAX:,} characters")
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(where="file", what=f"is no TOML: {error}", wanted="a TOML file") from error
    _only(table, _TOP, "")
    rows = table.get("hardship", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(where="hardship", what="is no list of tables", wanted="[[hardship]] tables")
    capacity = table.get("capacity", PLAIN.by_capacity)
    if not isinstance(capacity, bool):
        raise BadInput(where="capacity", what=f"{capacity!r} is neither", wanted="true or false")
    return Rules(
        population_permille=_permille(table, "population", "", default=PLAIN.population_permille),
        by_capacity=capacity,
        span_days=_whole(table, "compare_days", default=PLAIN.span_days),
        hardships=tuple(_hardship(row, f"hardship[{number}].") for number, row in enumerate(rows)),
    )


def _hardship(row: Mapping[str, object], path: str) -> Hardship:
    _only(row, _HARDSHIP, path)
    day = row.get("source_date")
    if isinstance(day, datetime) or not isinstance(day, date):
        raise BadInput(
            where=f"{path}source_date", what=f"{day!r} is no date", wanted="a date such as 2026-08-01"
        )
    place, words, source = (_text(row, key, path) for key in ("place", "words", "source"))
    return Hardship(place, _permille(row, "share", path), words, source, day)


def _only(table: Mapping[str, object], known: set[str], path: str) -> None:
    if unknown := sorted(table.keys() - known):
        raise BadInput(
            where=f"{path}{unknown[0]}", what="is unknown", wanted=f"one of {', '.join(sorted(known))}"
        )


def _text(row: Mapping[str, object], key: str, path: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise BadInput(where=f"{path}{key}", what=f"{value!r} is no text", wanted="a text in quotes")
    return value.strip()


def _whole(table: Mapping[str, object], key: str, *, default: int) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(where=key, what=f"{value!r} is no whole number", wanted="a number of days")
    return value


def _permille(table: Mapping[str, object], key: str, path: str, *, default: int | None = None) -> int:
    if key not in table and default is not None:
        return default
    value = table.get(key)
    wanted = "a share from 0 to 1 in steps of a thousandth, such as 0.85"
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(where=f"{path}{key}", what=f"{value!r} is no number", wanted=wanted)
    permille = Decimal(value) * ALL
    if not permille.is_finite() or permille != permille.to_integral_value() or not 0 <= permille <= ALL:
        raise BadInput(where=f"{path}{key}", what=f"{value} is no such share", wanted=wanted)
    return int(permille)
