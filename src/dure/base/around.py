"""Ways on the globe, and rows round about a place as the database can find them: a box that misses nothing of a
circle."""

from __future__ import annotations

from math import asin, cos, degrees, pi, radians, sin

import numpy as np
import numpy.typing as npt
from django.db.models import Q

EARTH_RADIUS_M = 6_371_008.8
# Homes are kept to a hundredth of a degree, so nobody falls out of a box by rounding.
SLACK_DEGREES = 0.01


def around(*, lat: float, lon: float, reach_m: float, lat_column: str, lon_column: str) -> Q:
    """Rows within ``reach_m`` of a place in degrees, and some that are a little farther away.

    The longitudes within an angle d of latitude f are those within asin(sin d / cos f), or all when the cap holds
    a pole.
    """
    angle = reach_m / EARTH_RADIUS_M
    high = degrees(angle) + SLACK_DEGREES
    box = Q(**{f"{lat_column}__gte": lat - high, f"{lat_column}__lte": lat + high})
    if abs(radians(lat)) + angle >= pi / 2:
        return box
    wide = degrees(asin(sin(angle) / cos(radians(lat)))) + SLACK_DEGREES
    west, east = lon - wide, lon + wide
    inside = Q(**{f"{lon_column}__gte": west, f"{lon_column}__lte": east})
    # Beyond the date line it goes on at the other end.
    if west < -180:
        inside |= Q(**{f"{lon_column}__gte": west + 360})
    if east > 180:
        inside |= Q(**{f"{lon_column}__lte": east - 360})
    return box & inside


def ways_m(lat: float, lon: float, to_lat: npt.ArrayLike, to_lon: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Great-circle ways from a place to others in metres (haversine formula; degrees in).

    >>> ways_m(35.03, 126.72, [35.03, 36.03], [126.72, 126.72]).round().tolist()
    [0.0, 111195.0]
    """
    here_lat, here_lon = radians(lat), radians(lon)
    there_lat, there_lon = np.radians(np.asarray(to_lat, float)), np.radians(np.asarray(to_lon, float))
    half = (
        np.sin((there_lat - here_lat) / 2) ** 2
        + np.cos(there_lat) * cos(here_lat) * np.sin((there_lon - here_lon) / 2) ** 2
    )
    found: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))
    return found
