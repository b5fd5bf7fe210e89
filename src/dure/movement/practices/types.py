"""What crosses the door of practices. Rates are claimed output an hour, in milli-units of the output's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.movement.people.types import TeamFacts

__all__ = ["Candidate", "NewPractice", "PracticeFacts"]

CAUTION = "These rates are claims; nobody has recounted them all. Go and look before you copy."


@dataclass(frozen=True, slots=True)
class NewPractice:
    """A write-up. ``client_id``: made by the writer; sending it twice writes once."""

    client_id: UUID
    campaign_id: int
    team_id: int
    title: str
    what: str
    rate_milli_per_hour: int
    like_rate_milli_per_hour: int


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """A practice as everybody may read it; ``adopted_by`` by name of the team.

    The rates are None where they would tell the hours of fewer than ten people (P9).
    """

    id: int
    campaign_id: int
    team: TeamFacts
    title: str
    what: str
    rate_milli_per_hour: int | None
    like_rate_milli_per_hour: int | None
    written_at: datetime
    adopted_by: tuple[TeamFacts, ...]
    caution: str = CAUTION


@dataclass(frozen=True, slots=True)
class Candidate:
    """A team whose claimed output an hour clearly leads that of ``like_count`` teams of its kind.

    ``like_rate_milli_per_hour``: the rate of all teams like it together, itself left out.
    ``lead_percent``: how far it is above that. Only for organisers: it stands on hours of a single team.
    """

    team: TeamFacts
    indicator_id: int
    day: date
    output_milli: int
    hours_milli: int
    rate_milli_per_hour: int
    like_rate_milli_per_hour: int
    like_count: int
    lead_percent: int
    caution: str = CAUTION
