"""What differs between the three countries: clock, box, languages, given names, crops.

Names are common given names only, never with a family name; crops and rates are round figures for a
believable day, not statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

CountryCode = Literal["KR", "GB", "KE"]
MINUTES_PER_DAY: Final = 24 * 60
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Customs:
    """One country's customs. ``box`` is (south, west, north, east) in degrees around the inhabited land."""

    box: tuple[float, float, float, float]
    # (code, share who speak it); the first is the one the country's campaign is run in.
    languages: tuple[tuple[str, float], ...]
    given_names: tuple[str, ...]
    crops: tuple[str, ...]
    # Kilograms one person brings in per hour of hand harvest, over all crops.
    harvest_kg_per_hour: int
    # Codes of regions that are one metropolis: they need fewer harvest hands than their people suggest.
    metropolitan_regions: frozenset[str]


CUSTOMS: Final[dict[CountryCode, Customs]] = {
    "KR": Customs(
        box=(33.0, 125.8, 38.7, 129.7),
        languages=(("ko", 0.97), ("en", 0.22), ("vi", 0.02), ("zh", 0.04), ("uz", 0.01)),
        given_names=(
            *("Minjun", "Seoyeon", "Jiho", "Hayun", "Doyun", "Jiwoo", "Junseo", "Soyul", "Eunwoo", "Yuna"),
            *(
                "Siwoo",
                "Chaewon",
                "Yejun",
                "Jimin",
                "Hyunwoo",
                "Sua",
                "Youngsu",
                "Sunja",
                "Younghee",
                "Jungho",
            ),
            *("Kyungsook", "Sungmin", "Eunji", "Donghyun", "Misook", "Sangchul", "Hyejin", "Taeyang"),
        ),
        crops=("Rice", "Apple", "Chilli", "Cabbage", "Persimmon", "Sweet potato", "Garlic", "Grape"),
        harvest_kg_per_hour=40,
        metropolitan_regions=frozenset({"10", "11", "12", "15", "18", "19", "21"}),
    ),
    "GB": Customs(
        box=(49.8, -8.3, 60.9, 1.9),
        languages=(("en", 0.98), ("cy", 0.03), ("pl", 0.03), ("ur", 0.02), ("pa", 0.02)),
        given_names=(
            *("Olivia", "George", "Amelia", "Noah", "Isla", "Arthur", "Ava", "Harry", "Freya", "Leo"),
            *("Margaret", "David", "Susan", "Alan", "Priya", "Mohammed", "Rhys", "Megan", "Callum", "Eilidh"),
            *("Zofia", "Aisha", "Thomas", "Grace", "Peter", "Helen", "Callie", "Owen"),
        ),
        crops=("Apple", "Potato", "Strawberry", "Carrot", "Hop", "Onion", "Pear", "Cauliflower"),
        harvest_kg_per_hour=45,
        metropolitan_regions=frozenset(),
    ),
    "KE": Customs(
        box=(-4.8, 33.9, 5.1, 41.95),
        languages=(("sw", 0.96), ("en", 0.72), ("ki", 0.20), ("luo", 0.12), ("so", 0.06)),
        given_names=(
            *(
                "Wanjiku",
                "Otieno",
                "Achieng",
                "Kamau",
                "Njeri",
                "Kiprono",
                "Chebet",
                "Mwangi",
                "Akinyi",
                "Juma",
            ),
            *(
                "Halima",
                "Abdi",
                "Fatuma",
                "Musyoka",
                "Mutua",
                "Wambui",
                "Barasa",
                "Nekesa",
                "Kipchoge",
                "Jelagat",
            ),
            *("Zawadi", "Baraka", "Neema", "Amina", "Grace", "Peter", "Faith", "Joseph"),
        ),
        crops=("Maize", "Tea", "Bean", "Coffee", "Sorghum", "Green gram", "Potato", "Avocado"),
        harvest_kg_per_hour=30,
        metropolitan_regions=frozenset({"05", "37"}),
    ),
}


def _last_sunday(year: int, month: int) -> date:
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def utc_offset_minutes(code: CountryCode, day: date) -> int:
    """Minutes to add to UTC for local time on ``day``, from 02:00 local on.

    Korea and Kenya keep no summer time. Britain: from the last Sunday in March to the last Sunday in October
    (Summer Time Order 2002), changing at 01:00 UTC, before any shift starts. Stated here and not read from
    the system, so that equal seeds give equal bytes on machines without a time zone database.
    """
    if code == "KR":
        return 9 * 60
    if code == "KE":
        return 3 * 60
    return 60 if _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10) else 0


def day_start_minutes(code: CountryCode, day: date) -> int:
    """Local midnight of ``day`` in minutes since 1970-01-01 UTC, by the offset of that day's shifts."""
    return (day - EPOCH).days * MINUTES_PER_DAY - utc_offset_minutes(code, day)
