"""What crosses the door of honours. Nothing here orders people: thanks carry no score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people.types import TeamFacts

__all__ = ["KINDS", "NewNomination", "NominationFacts", "Roll", "RollEntry", "ThanksFacts", "WorkedFacts"]

KINDS = ("output", "care", "transport", "cooking", "paperwork", "teaching")


@dataclass(frozen=True, slots=True)
class WorkedFacts:
    """A person worked at a post for ``minutes``."""

    person_id: int
    post_id: int
    minutes: int


@dataclass(frozen=True, slots=True)
class ThanksFacts:
    """A thanks as the person reads it. ``text`` says what they did, where, how long and with how many others."""

    id: int
    campaign: CampaignFacts
    day: date
    post_title: str
    minutes: int
    others_count: int
    text: str


@dataclass(frozen=True, slots=True)
class NewNomination:
    """Somebody put forward. ``client_id``: made by whoever nominates; sending it twice nominates once.

    ``team_id``: the team in which it happened. ``kind``: one of KINDS. ``reason``: at most 500 letters.
    """

    client_id: UUID
    campaign_id: int
    person_id: int
    team_id: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class NominationFacts:
    """A nomination as the nominee sees it; ``state`` is open, consented or declined."""

    id: int
    campaign_id: int
    person_id: int
    team: TeamFacts
    kind: str
    reason: str
    nominated_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class RollEntry:
    """Somebody who agreed to stand on the roll: a given name, a team, a reason; no numbers."""

    given_name: str
    team_name: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Roll:
    """All who agreed, by name. ``other_kinds_percent``: the share of honours for other kinds than output (P8 wants
    30 and more); None while there are none."""

    entries: tuple[RollEntry, ...]
    other_kinds_percent: int | None
