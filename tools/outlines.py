"""Make the country outlines of the maps from the npm package world-atlas (Natural Earth, public domain).

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/outlines.py package/countries-10m.json src/dure/web/static/dure/outlines

Writes one small JSON file a country: ``{"country", "box": [south, west, north, east], "rings":
[[[lon, lat], …], …]}`` in degrees, simplified (Douglas and Peucker 1973), islets left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# Country code to ISO 3166-1 numeric, as world-atlas names countries.
COUNTRIES = {"KR": "410", "GB": "826", "KE": "404"}
# 0.006 degree is about one unit of the 640-unit wide map of a country of 500 km.
TOLERANCE_DEGREES = 0.006
# Islets smaller than this box would be a dot.
ISLET_DEGREES = 0.05

Point = tuple[float, float]


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Positions of every arc in degrees: TopoJSON stores differences in whole grid steps."""
    (scale_x, scale_y), (shift_x, shift_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in deltas:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(arc)
    return arcs


def ring_of(arc_numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Arcs joined to a ring; number ``~n`` is arc ``n`` walked backwards, shared ends stand once."""
    ring: list[Point] = []
    for number in arc_numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def _off_line(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if length == 0:
        return float(((x - x1) ** 2 + (y - y1) ** 2) ** 0.5)
    return float(abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length)


def simplify(ring: list[Point], tolerance: float) -> list[Point]:
    """The ring with every point dropped that lies within ``tolerance`` of the line without it."""
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        offs = [(_off_line(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)]
        if offs and max(offs)[0] > tolerance:
            middle = max(offs)[1]
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [ring[i] for i in sorted(keep)]


def outline(topology: dict[str, Any], iso_numeric: str) -> list[list[Point]]:
    """The outer rings of a country, simplified, largest first."""
    arcs = decode_arcs(topology)
    shapes = topology["objects"]["countries"]["geometries"]
    shape = next(one for one in shapes if one.get("id") == iso_numeric)
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = [ring_of(polygon[0], arcs) for polygon in polygons]
    large = [ring for ring in rings if max(_extent(ring)) >= ISLET_DEGREES]
    return sorted((simplify(ring, TOLERANCE_DEGREES) for ring in large), key=len, reverse=True)


def _extent(ring: list[Point]) -> tuple[float, float]:
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    return max(lons) - min(lons), max(lats) - min(lats)


def main(source: Path, target: Path) -> None:
    topology = json.loads(source.read_text())
    for country, iso_numeric in COUNTRIES.items():
        rings = [[(round(x, 3), round(y, 3)) for x, y in ring] for ring in outline(topology, iso_numeric)]
        lons, lats = [p[0] for r in rings for p in r], [p[1] for r in rings for p in r]
        box = [min(lats), min(lons), max(lats), max(lons)]
        text = json.dumps({"country": country, "box": box, "rings": rings}, separators=(",", ":"))
        (target / f"{country.lower()}.json").write_text(text + "\n")
        print(f"{country}: {len(rings)} rings, {sum(map(len, rings))} points, {len(text)} bytes, box {box}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
