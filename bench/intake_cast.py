"""A nation that signs up: an open call, towns by size, and sign-ups as people send them, each made from its number.

Synthetic: names from a short list, addresses at example.org, networks of the documentation ranges (RFC 3849).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from dure.base.access import SYSTEM
from dure.movement.calls import actions as calls
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
from dure.movement.places import actions as places
from dure.movement.places.types import CountryRow, TownRow

CALL = "help"
TOWNS = 1_000
_NAMES = (
    "Minji",
    "Daeun",
    "Olivia",
    "George",
    "Amelia",
    "Mohammed",
    "Zofia",
    "김서연",
    "Siân",
    "Nguyễn Thảo",
)
_SKILLS = ("first-aid", "cooking", "driving-van", "nursing", "record-keeping", "child-care")


def build() -> None:
    """An open campaign for a year, and its call."""
    now = datetime.now(UTC)
    rows = [
        TownRow(
            f"town{n}",
            f"Town {n}",
            "",
            f"{n % 9}",
            f"Region {n % 9}",
            50 + n % 50 / 10,
            -4 + n % 37 / 7,
            9_000,
        )
        for n in range(TOWNS)
    ]
    places.add_country(country=CountryRow(code="GB", name="Great Britain"), regions=[], towns=rows)
    campaign = campaigns.create(
        new=NewCampaign(
            movement=NewMovement("bench", "Bench", "Synthetic, for measuring."),
            slug="bench",
            name="Bench",
            summary="Synthetic, for measuring.",
            area="GB",
            timezone="Europe/London",
            starts_on=now.date() - timedelta(days=1),
            ends_on=now.date() + timedelta(days=330),
            indicators=(NewIndicator("hours", "hours", "Hours", "h"),),
        ),
        now=now,
    )
    campaigns.open_campaign(actor=SYSTEM, slug="bench", now=now)
    calls.open_appeal(
        actor=SYSTEM, campaign_id=campaign.id, code=CALL, title="Help", text="Come.", now=now, channels=()
    )


def client_id(number: int) -> str:
    """As random as a phone makes it: 32 hexadecimal digits."""
    return blake2b(number.to_bytes(8), digest_size=16, person=b"bench intake").hexdigest()


class Crowd:
    """Whoever signs up on this day; sign-up ``number`` is always the same."""

    def __init__(self, today: datetime) -> None:
        day = (today + timedelta(days=10)).date()
        morning, evening = f'["{day}T08:00:00Z","{day}T12:00:00Z"]', f'["{day}T17:00:00Z","{day}T21:00:00Z"]'
        # What about a third of each gives; the rest leave it out.
        self._free = ("", f',"free":[{morning},{evening}]', f',"free":[{evening}]', "")
        self._skills = (
            "",
            f',"skills":["{_SKILLS[0]}"]',
            "",
            f',"skills":["{_SKILLS[1]}","{_SKILLS[2]}"]',
            "",
        )

    def body(self, number: int) -> bytes:
        """One in four gives a phone number as well, one in thirty is a minor with a guardian."""
        spread = number * 2_654_435_761 & 0xFFFFFFFF
        town = spread % TOWNS
        year = 1945 + spread % 60
        more = self._free[spread & 3] + self._skills[number % 5]
        if number % 4 == 0:
            more += f',"phone":"+447{400_000_000 + spread % 99_999_999:09d}"'
        if number % 30 == 0:
            year = 2011
            more += f',"guardian_email":"guardian{number}@example.org"'
        return (
            f'{{"client_id":"{client_id(number)}","call":"{CALL}","given_name":"{_NAMES[number % 10]}",'
            f'"email":"volunteer{number}@example.org","birth_year":{year},"town":"town{town}",'
            f'"travel_km":{5 + number % 40},"languages":["en"],"messages":{"true" if number & 1 else "false"},'
            f'"consent":true{more}}}'
        ).encode()


def network(number: int) -> str:
    """A household's, or a school's for each hundredth."""
    house = number // 3 if number % 100 else number // 100_000
    return f"2001:db8:{house >> 16 & 0xFFFF:x}:{house & 0xFFFF:x}::{number % 7 + 1:x}"
