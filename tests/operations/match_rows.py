"""Parquet files of a few people and posts, and an oracle in plain Python straight from the words of the issue."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from dure.engine.matching import NO_POST, build_problem, solve
from dure.operations.match_files import MatchFiles, read_match_files

EARTH_RADIUS_M = 6_371_008.8
Row = dict[str, Any]


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of the day that all tests share, without a time zone."""
    return datetime(2026, 10, 3, hour, minute, second)  # noqa: DTZ001 (files without zones are allowed)


def person(number: int, **said: object) -> Row:
    """Somebody of 40 in Naju who may do anything within 10 km from 6 to 22, unless said otherwise."""
    row: Row = {
        "person": number,
        "lat": 35.0,
        "lon": 126.7,
        "travel_limit_m": 10_000,
        "skills": [],
        "free": [{"from": at(6), "to": at(22)}],
        "languages": [],
        "refuses": [],
        "prefers": [],
        "age": 40,
        "days_waited": 0,
    }
    return row | said


def post(number: int, **said: object) -> Row:
    """One critical seat in the same place from 9 to 13, unless said otherwise."""
    row: Row = {
        "post": number,
        "lat": 35.0,
        "lon": 126.7,
        "starts_at": at(9),
        "ends_at": at(13),
        "seats": 1,
        "tier": 1,
        "cause": "harvest",
        "skills": [],
        "languages": [],
        "min_age": 0,
    }
    return row | said


_MOMENT = pl.Datetime("us")
SCHEMA: dict[str, Any] = {
    "person": pl.Int64,
    "post": pl.Int64,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "travel_limit_m": pl.Int32,
    "skills": pl.List(pl.String),
    "free": pl.List(pl.Struct({"from": _MOMENT, "to": _MOMENT})),
    "languages": pl.List(pl.String),
    "refuses": pl.List(pl.String),
    "prefers": pl.List(pl.String),
    "age": pl.Int16,
    "days_waited": pl.Int32,
    "starts_at": _MOMENT,
    "ends_at": _MOMENT,
    "seats": pl.Int32,
    "tier": pl.Int8,
    "cause": pl.String,
    "min_age": pl.Int16,
}


def frame(rows: list[Row], like: Row) -> pl.DataFrame:
    """A table with the columns of ``like``, also without any row."""
    names = list(rows[0]) if rows else list(like)
    return pl.DataFrame(
        rows, schema={name: SCHEMA.get(name) for name in names}, orient="row" if rows else None, strict=False
    )


def people_file(path: Path, *rows: Row) -> Path:
    frame(list(rows), person(0)).write_parquet(path)
    return path


def posts_file(path: Path, *rows: Row) -> Path:
    frame(list(rows), post(0)).write_parquet(path)
    return path


def metres(one: Row, other: Row) -> float:
    """The haversine formula."""
    phi, psi = math.radians(one["lat"]), math.radians(other["lat"])
    turn = math.radians(other["lon"] - one["lon"])
    hav = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(hav)))


def may(who: Row, where: Row) -> bool:
    """All skills held, the shift inside one free span, within the limit, cause not refused, a language in common,
    old enough."""
    return (
        all(skill in who["skills"] for skill in where["skills"])
        and any(span["from"] <= where["starts_at"] and where["ends_at"] <= span["to"] for span in who["free"])
        and who["lat"] is not None
        and metres(who, where) <= who["travel_limit_m"]
        and where["cause"] not in who["refuses"]
        and (not where["languages"] or any(word in who["languages"] for word in where["languages"]))
        and who["age"] >= where["min_age"]
    )


def cost(who: Row, where: Row) -> int:
    unwished = bool(who["prefers"]) and where["cause"] not in who["prefers"]
    same = who.get("yesterday_post") == where["post"]
    return (
        round(metres(who, where) / 10) + 200 * unwished - 5 * int(who["days_waited"]) - (300 if same else 0)
    )


def best_by_trying_all(people: list[Row], posts: list[Row]) -> tuple[list[int], int]:
    """The most that can be filled of tiers 1, 2 and 3 in strict order, and the least cost of doing so."""
    choices = [[None, *(place for place in posts if may(who, place))] for who in people]
    best: tuple[int, int, int, int] | None = None
    for day in product(*choices):
        taken = [place["post"] for place in day if place is not None]
        if any(taken.count(place["post"]) > place["seats"] for place in posts):
            continue
        fills = [sum(place is not None and place["tier"] == tier for place in day) for tier in (1, 2, 3)]
        total = sum(cost(who, place) for who, place in zip(people, day, strict=True) if place is not None)
        key = (-fills[0], -fills[1], -fills[2], total)
        best = key if best is None or key < best else best
    assert best is not None
    return [-best[0], -best[1], -best[2]], best[3]


class Read:
    """Writes rows or tables to two files in a folder and reads them; the usual person and post where none are given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, people: list[Row] | pl.DataFrame | None = None, posts: list[Row] | pl.DataFrame | None = None
    ) -> MatchFiles:
        people = [person(1)] if people is None else people
        posts = [post(1)] if posts is None else posts
        people_table = people if isinstance(people, pl.DataFrame) else frame(people, person(0))
        posts_table = posts if isinstance(posts, pl.DataFrame) else frame(posts, post(0))
        people_table.write_parquet(self.folder / "people.parquet")
        posts_table.write_parquet(self.folder / "posts.parquet")
        return read_match_files(self.folder / "people.parquet", self.folder / "posts.parquet")


def two_people(**columns: pl.Expr | pl.Series) -> pl.DataFrame:
    """Two usual people with some columns of another kind."""
    return frame([person(1), person(2)], person(0)).with_columns(**columns)


def placed(files: MatchFiles) -> dict[int, int]:
    """Who is placed where, by id."""
    rows = solve(build_problem(files.people, files.posts)).post_of
    return {
        int(who): int(files.posts.post[row])
        for who, row in zip(files.people.person, rows, strict=True)
        if row != NO_POST
    }
