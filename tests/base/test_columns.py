"""Columns read whole say what the rows say, on both databases; a box round a place misses nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import asin, cos, pi, radians, sin, sqrt

import pytest
from django.db.models import F, Q
from hypothesis import given
from hypothesis import strategies as st

from dure.base.around import EARTH_RADIUS_M, around
from dure.base.columns import Flag, Seconds, SecondsUp, read_columns
from dure.base.models import Job, OrderHead, OutboxMessage
from dure.base.rows import insert_columns
from dure.kernel.must import Broken

NOW = datetime(2026, 10, 5, 8, 0, 0, tzinfo=UTC)
HALF = timedelta(milliseconds=500)


def notice(number: int, **other: object) -> OutboxMessage:
    row = {"dedupe_key": f"key {number}", "person_id": number, "kind": "offer", "send_after": NOW, **other}
    return OutboxMessage(**row)


@pytest.mark.django_db
def test_every_row_is_in_every_column_and_texts_stay_with_their_row() -> None:
    kinds = ["offer", "", "감사", "a,b\"'\n\\t", "offer"]
    OutboxMessage.objects.bulk_create(notice(2**40 + k, kind=kind) for k, kind in enumerate(kinds))

    read = read_columns(OutboxMessage.objects.order_by("-pk"), ints=("person_id",), texts=("kind",))

    kind = read.texts["kind"]
    named = {
        int(person) - 2**40: kind.distinct[place]
        for person, place in zip(read.ints["person_id"], kind.places, strict=True)
    }
    assert named == dict(enumerate(kinds))


@pytest.mark.django_db
def test_moments_are_whole_seconds_and_conditions_are_numbers() -> None:
    moments = [NOW, NOW + HALF, NOW - timedelta(days=30_000), datetime(1, 1, 2, tzinfo=UTC)]
    OutboxMessage.objects.bulk_create(notice(k, send_after=moment) for k, moment in enumerate(moments))

    read = read_columns(
        OutboxMessage.objects.all(),
        ints={
            "who": F("person_id"),
            "down": Seconds("send_after"),
            "up": SecondsUp("send_after"),
            "late": Flag(Q(send_after__gt=NOW)),
        },
    ).ints

    by_who = read["who"].argsort()
    down = [int(moment.timestamp() // 1) for moment in moments]
    assert read["down"][by_who].tolist() == down
    assert read["up"][by_who].tolist() == [down[0], down[1] + 1, *down[2:]]
    assert read["late"][by_who].tolist() == [0, 1, 0, 0]


@pytest.mark.django_db
def test_of_no_rows_every_column_is_empty() -> None:
    read = read_columns(OutboxMessage.objects.none(), ints=("person_id",), texts=("kind",))
    assert (len(read.ints["person_id"]), len(read.texts["kind"].places)) == (0, 0)
    read = read_columns(OutboxMessage.objects.all(), ints=("person_id",), texts=("kind",))
    assert (len(read.ints["person_id"]), read.texts["kind"].distinct) == (0, ())


@pytest.mark.django_db
def test_a_column_with_holes_is_a_mistake_of_the_program() -> None:
    now = NOW
    Job.objects.create(kind="a", started_at=now, last_advanced_at=now, bytes_needed=1)
    Job.objects.create(kind="b", started_at=now, last_advanced_at=now)

    with pytest.raises(Broken):
        read_columns(Job.objects.all(), ints=("done_count", "bytes_needed"))


@pytest.mark.django_db
def test_columns_are_written_as_rows() -> None:
    insert_columns(OrderHead, {"name": ["a", "b"], "size": [1, 2**40], "frontier": [b"", b"\x00\xff"]})

    rows = OrderHead.objects.filter(name__in="ab").order_by("name").values_list("name", "size", "frontier")
    assert [(name, size, bytes(frontier)) for name, size, frontier in rows] == [
        ("a", 1, b""),
        ("b", 2**40, b"\x00\xff"),
    ]


def inside(box: Q, lat: float, lon: float) -> bool:
    """Whether a place keeps a filter made of comparisons."""

    def holds(part: object) -> bool:
        if isinstance(part, Q):
            kept = [holds(child) for child in part.children]
            return any(kept) if part.connector == Q.OR else all(kept)
        assert isinstance(part, tuple)
        column, _, how = part[0].partition("__")
        value = {"lat": lat, "lon": lon}[column]
        return bool(value >= part[1]) if how == "gte" else bool(value <= part[1])

    return holds(box)


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The haversine formula."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    high, wide = radians(lat_b - lat_a), radians(lon_b - lon_a)
    h = sin(high / 2) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(wide / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


lats, lons = st.floats(-90, 90), st.floats(-180, 180)


@given(lat=lats, lon=lons, reach_m=st.floats(0, 400_000), angle=st.floats(0, 2 * pi), share=st.floats(0, 1))
def test_a_box_misses_nobody_within_reach(
    lat: float, lon: float, reach_m: float, angle: float, share: float
) -> None:
    box = around(lat=lat, lon=lon, reach_m=reach_m, lat_column="lat", lon_column="lon")
    reach = reach_m * share / 111_000
    other_lat = max(-90.0, min(90.0, lat + reach * sin(angle)))
    other_lon = lon + reach * cos(angle) / max(0.01, cos(radians(other_lat)))
    other_lon = (other_lon + 180) % 360 - 180
    if distance_m((lat, lon), (other_lat, other_lon)) <= reach_m:
        assert inside(box, other_lat, other_lon)


def test_a_box_leaves_out_the_rest_of_the_country() -> None:
    box = around(lat=37.57, lon=126.98, reach_m=30_000, lat_column="lat", lon_column="lon")
    assert inside(box, 37.45, 126.7)
    assert not inside(box, 35.18, 129.08)
    assert not inside(box, 37.57, 128.0)
