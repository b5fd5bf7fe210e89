"""Maps drawn by the server: a country's outline and its towns as dots."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OUTLINES = Path(__file__).parent / "static" / "dure" / "outlines"
WIDTH = 640
HEIGHT_MAX = 1280
MARGIN = 16
DOT_RADIUS_MIN = 2.5
DOT_RADIUS_MAX = 22.0
# Only the largest dots carry their name: more would lie over one another.
NAMES_MAX = 8
# Room that a name of usual length takes.
NAME_WIDTH = 70
NAME_HEIGHT = 18

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A town on a map: degrees, ``amount`` sets the area of its dot, ``says`` is its title.

    ``is_named`` False: it lies within another dot of the same town, which has the name.
    """

    name: str
    lat: float
    lon: float
    amount: int
    kind: str
    says: str
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    name: str
    kind: str
    says: str
    shows_name: bool
    # SVG's text-anchor: "start" to the right of the dot, "end" to its left.
    name_side: str = "start"

    @property
    def name_x(self) -> float:
        """Where the name begins or ends: beside the dot, not on it."""
        beside = self.radius + 3
        return round(self.x + (beside if self.name_side == "start" else -beside), 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG of ``width`` x ``height`` units: ``land`` is path data, empty where no outline is known."""

    width: int
    height: int
    land: str
    dots: tuple[Dot, ...]


@cache
def _outline(country: str) -> tuple[Box, tuple[tuple[tuple[float, float], ...], ...]] | None:
    path = OUTLINES / f"{country.lower()}.json"
    if not country.isalpha() or not path.exists():
        return None
    stored = json.loads(path.read_text())
    south, west, north, east = stored["box"]
    rings = tuple(tuple((lon, lat) for lon, lat in ring) for ring in stored["rings"])
    return (south, west, north, east), rings


class _Projection:
    """Equirectangular, true to length at the middle of the box (Snyder 1987, section 12)."""

    def __init__(self, box: Box) -> None:
        self.south, self.west, self.north, self.east = box
        self.squeeze = math.cos(math.radians((self.south + self.north) / 2))
        across = max((self.east - self.west) * self.squeeze, 0.05)
        # A land far longer than it is wide keeps to a screen or two.
        tall = (HEIGHT_MAX - 2 * MARGIN) / max(self.north - self.south, 0.05)
        self.scale = min((WIDTH - 2 * MARGIN) / across, tall)
        self.left = (WIDTH - across * self.scale) / 2

    @property
    def height(self) -> int:
        return round((self.north - self.south) * self.scale) + 2 * MARGIN

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        # East of 180 degrees goes on from there (Fiji, Chukotka).
        east = lon + 360 if lon < self.west and self.east > 180 else lon
        x = self.left + (east - self.west) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)


def _box_around(spots: Sequence[Spot]) -> Box:
    lats, lons = [spot.lat for spot in spots], [spot.lon for spot in spots]
    if max(lons) - min(lons) > 180:
        lons = [lon + 360 if lon < 0 else lon for lon in lons]
    return min(lats) - 0.1, min(lons) - 0.1, max(lats) + 0.1, max(lons) + 0.1


def _is_left_of_a_name(x: float, y: float, dots: Sequence[Dot]) -> bool:
    """Whether a name to the right of this dot would lie over a larger dot's name."""
    return any(dot.shows_name and 0 < dot.x - x < NAME_WIDTH and abs(dot.y - y) < NAME_HEIGHT for dot in dots)


def draw(country: str, spots: Sequence[Spot]) -> Picture | None:
    """The map of ``country`` (two letters) with ``spots``; large dots first, so that small ones stay seen.

    None where there is neither an outline nor a spot.
    """
    known = _outline(country)
    if known is None and not spots:
        return None
    box = known[0] if known is not None else _box_around(spots)
    projection = _Projection(box)
    largest = max((spot.amount for spot in spots), default=1) or 1
    ordered = sorted(spots, key=lambda spot: (-spot.amount, spot.name))
    dots: list[Dot] = []
    named_count = 0
    for spot in ordered:
        x, y = projection.xy(spot.lat, spot.lon)
        radius = max(DOT_RADIUS_MIN, DOT_RADIUS_MAX * math.sqrt(spot.amount / largest))
        shows_name = spot.is_named and named_count < NAMES_MAX
        named_count += shows_name
        side = "end" if shows_name and _is_left_of_a_name(x, y, dots) else "start"
        dots.append(Dot(x, y, round(radius, 1), spot.name, spot.kind, spot.says, shows_name, side))
    return Picture(WIDTH, projection.height, _land(country), tuple(dots))


@cache
def _land(country: str) -> str:
    """The outline as the path of an SVG: it lies in the same box on every map of the country."""
    known = _outline(country)
    if known is None:
        return ""
    projection = _Projection(known[0])
    return "".join(
        "M" + "L".join("{:g} {:g}".format(*projection.xy(lat, lon)) for lon, lat in ring) + "Z"
        for ring in known[1]
    )
