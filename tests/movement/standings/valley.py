"""Two regions, three towns with targets, teams, and people who work: for standings, practices and honours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from dure.base import accounts
from dure.base.access import SYSTEM, Actor, actor_of
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement, NewTarget
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry, Receipt
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, NewPerson, NewTeam
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, RegionRow, TownRow

DAY = date(2026, 10, 10)
NOW = datetime(2026, 10, 10, 9, tzinfo=UTC)
# Town: region, plan in kilograms.
TOWNS = {"Gimje": ("03", 1_000), "Iksan": ("03", 3_000), "Naju": ("16", 2_000)}
SEED = b"valley"


@dataclass(slots=True)
class Valley:
    """Ids by name. ``hands_at``, ``hands_of``: who stands behind what, by (indicator, area) and (indicator, team)."""

    campaign_id: int
    harvest: int
    hours: int
    saved: int
    areas: dict[str, int]
    paths: dict[str, str]
    targets: dict[str, int]
    teams: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    hands_at: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    hands_of: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    count: int = 0

    def heads(self) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
        """Distinct people by (indicator, area with all below) and by (indicator, team)."""
        at = {cell: len(hands) for cell, hands in self.hands_at.items()}
        return at, {cell: len(hands) for cell, hands in self.hands_of.items()}

    def id(self) -> UUID:
        self.count += 1
        return client_id(SEED, self.count)

    def team(self, name: str, town: str, kind: str = "pickers") -> int:
        new = NewTeam(key=client_id(SEED, "team", name), name=name, area_id=self.areas[town], kind=kind)
        self.teams[name] = people.form_team(
            **{name: getattr(new, name) for name in ("key", "name", "area_id", "kind")}
        ).id
        return self.teams[name]

    def persons(self, names: Sequence[str]) -> list[int]:
        """Register people once; their ids."""
        rows = [self._person(name) for name in names]
        ids = [known for known in people.register_many(rows=rows, now=NOW).ids if known is not None]
        self.people |= dict(zip(names, ids, strict=True))
        return ids

    def _person(self, name: str) -> NewPerson:
        return NewPerson(
            key=client_id(SEED, "person", name),
            given_name=name,
            birth_year=1990,
            area_id=self.areas["Naju"],
            home_lat=35.03,
            home_lon=126.72,
            travel_limit_m=10_000,
            email=f"{name.lower()}@example.org",
            consents=(MATCHING,),
            wording="1",
        )

    def brought_in(
        self, team: str, town: str, kilograms: int, day: date = DAY, person_id: int | None = None
    ) -> Receipt:
        entry = self._entry(Kind.OUTPUT, team, town, kilograms, day, person_id)
        # Nothing is recorded before its day.
        return ledger.record_one(entry=entry, now=max(NOW, datetime.combine(day, NOW.timetz())))

    def put_by(self, team: str, town: str, kilograms: int) -> None:
        """What the team says that it saved."""
        entry = self._entry(Kind.SAVING, team, town, kilograms, DAY)
        ledger.record_one(entry=entry, now=NOW)

    def worked(self, team: str, town: str, hours: int, crew: Sequence[int] = (), day: date = DAY) -> None:
        """Each of ``crew`` worked ``hours``."""
        rows = [self._entry(Kind.HOURS, team, town, hours, day, person_id) for person_id in crew]
        assert ledger.record(entries=rows, now=NOW).refused == ()

    def _entry(
        self, kind: Kind, team: str, town: str, quantity: int, day: date, person_id: int | None = None
    ) -> NewEntry:
        # Work is recorded for an open campaign alone; opening it twice changes nothing.
        campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
        counts = {Kind.OUTPUT: self.harvest, Kind.SAVING: self.saved}
        indicator_id = counts.get(kind, self.hours)
        if person_id is not None:
            path = self.paths[town]
            inside = [name for name, above in self.paths.items() if path.startswith(above)]
            for name in inside:
                self.hands_at.setdefault((indicator_id, self.areas[name]), set()).add(person_id)
            self.hands_of.setdefault((indicator_id, self.teams[team]), set()).add(person_id)
        return NewEntry(
            client_id=self.id(),
            kind=kind,
            campaign_id=self.campaign_id,
            indicator_id=indicator_id,
            team_id=self.teams[team],
            area_id=self.areas[town],
            work_day=day,
            quantity_milli=quantity * 1_000,
            person_id=person_id,
        )

    def organiser(self, name: str, place: str) -> Actor:
        account_id = accounts.open_account(email=f"{name.lower()}@example.org", name=name)
        accounts.grant(account_id=account_id, role="organiser", area_path=self.paths[place])
        return actor_of(account_id=account_id)


def _counts(code: str) -> tuple[str, str, str]:
    """Kind, name and unit of an indicator by its code."""
    kind, unit = {"harvest": ("output", "kg"), "hours": ("hours", "h"), "saved": ("saving", "kg")}[code]
    return kind, code, unit


def _more(code: str, harvest: dict[str, object]) -> dict[str, object]:
    more: dict[str, dict[str, object]] = {"harvest": harvest, "saved": {"saves": "harvest"}}
    return more.get(code, {})


def build(
    deadlines: dict[str, date] | None = None,
    indicators: Sequence[str] = ("harvest", "hours"),
    **harvest: object,
) -> Valley:
    """Set the valley up through the rooms' own actions; ``harvest``: what else its first indicator says."""
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("03", "Jeonbuk"), RegionRow("16", "Jeonnam")],
        towns=[
            TownRow(name.lower(), name, "", region, "", 35.0, 126.7, 50_000)
            for name, (region, _) in TOWNS.items()
        ],
    )
    campaign = campaigns.create(
        new=NewCampaign(
            movement=NewMovement("neighbours", "Neighbours", "No field is left standing."),
            slug="harvest",
            name="Autumn harvest",
            summary="Twenty days.",
            area="KR",
            timezone="Asia/Seoul",
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 20),
            indicators=tuple(
                NewIndicator(code, *_counts(code), **_more(code, harvest))  # type: ignore[arg-type]  # any field
                for code in indicators
            ),
            targets=tuple(
                NewTarget(
                    "harvest", name.lower(), plan * 1_000, (deadlines or {}).get(name, date(2026, 10, 20)),
                    f"Survey of {name}", date(2026, 8, 20),
                    baseline_milli=500_000, rated_capacity_milli=plan * 2_000,
                )
                for name, (_, plan) in TOWNS.items()
            ),
        ),
        now=NOW,
    )  # fmt: skip
    codes = {"Korea": "KR", "Jeonbuk": "KR.03", "Jeonnam": "KR.16"} | {name: name.lower() for name in TOWNS}
    areas = {name: place_reads.by_code(code) for name, code in codes.items()}
    names = {area.id: name for name, area in areas.items()}
    ids = {found.code: found.id for found in campaign_reads.indicators(campaign.id)}
    return Valley(
        campaign_id=campaign.id,
        harvest=ids["harvest"],
        hours=ids.get("hours", 0),
        saved=ids.get("saved", 0),
        areas={name: area.id for name, area in areas.items()},
        paths={name: area.path for name, area in areas.items()},
        targets={names[target.area_id]: target.id for target in campaign_reads.targets(campaign.id)},
    )
