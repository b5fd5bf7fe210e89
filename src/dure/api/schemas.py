"""Shapes of the API. A figure never comes without its grade of proof (F2)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    StrictInt,
    StrictStr,
    Tag,
)

from dure.api.entry_desk import (
    ENTRIES_MAX,
    ID_MAX,
    NAME_CHARACTERS_MAX,
    NOTE_CHARACTERS_MAX,
)
from dure.kernel.quantities import QUANTITY_MILLI_MAX

Proof = Literal["claimed", "witnessed", "verified", "unknown"]
# What a database holds as an id.
Id = Annotated[int, Field(gt=0, lt=2**63)]


class ErrorOut(Schema):
    """The one error shape: ``code`` for programs, ``says`` for people, ``facts`` for both."""

    code: str
    says: str
    facts: dict[str, object]


class CampaignOut(Schema):
    slug: str
    name: str
    summary: str
    movement_name: str
    state: str
    timezone: str
    starts_on: date
    ends_on: date
    synthetic_label: str


class QuantityOut(Schema):
    """``milli``: thousandths of ``unit``, None while unknown or withheld; ``grade``: what it rests on."""

    milli: int | None
    unit: str
    grade: Proof
    proof: str


class IndicatorOut(Schema):
    code: str
    name: str
    kind: str
    plan_milli: int | None
    claimed: QuantityOut
    verified: QuantityOut
    verified_lower: QuantityOut
    withheld: str | None


class CampaignDetailOut(CampaignOut):
    indicators: list[IndicatorOut]
    log_size: int | None
    log_root: str | None


class NeedOut(Schema):
    """What is still wanted; how many people stand where is not published (P9)."""

    post_id: int
    title: str
    town: str
    town_code: str
    tier: int
    starts_at: datetime
    ends_at: datetime
    skills: list[str]
    languages: list[str]
    min_age: int
    seats_open: int


def spelled_as(pattern: str, wanted: str) -> BeforeValidator:
    """Takes text in one spelling only, as the hot door does; pydantic alone takes numbers and others too."""
    spelling = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if not isinstance(value, str) or not spelling.fullmatch(value):
            raise ValueError(wanted)
        return value

    return BeforeValidator(check)


_HEX = "[0-9a-fA-F]"
UUID_SPELLING = f"{_HEX}{{32}}|{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
Name50 = Annotated[StrictStr, Field(max_length=NAME_CHARACTERS_MAX)]


class EntryIn(Schema):
    """Hours or output of a team, as its captain or an organiser of its area records them."""

    client_id: Annotated[UUID, spelled_as(UUID_SPELLING, "a UUID is expected")]
    campaign: Name50
    indicator: Name50
    team_id: Annotated[StrictInt, Field(ge=1, le=ID_MAX)]
    work_day: Annotated[date, spelled_as(r"\d{4}-\d{2}-\d{2}", "a day as 2026-11-22 is expected")]
    quantity_milli: Annotated[StrictInt, Field(ge=1, le=QUANTITY_MILLI_MAX)]
    note: Annotated[StrictStr, Field(max_length=NOTE_CHARACTERS_MAX)] = ""


EntriesIn = Annotated[list[EntryIn], Field(min_length=1, max_length=ENTRIES_MAX)]


def _one_or_list(body: object) -> str:
    return "list" if isinstance(body, list) else "one"


# Told apart first, so that a fault is told of the one that was sent.
OneOrListIn = Annotated[
    Annotated[EntryIn, Tag("one")] | Annotated[EntriesIn, Tag("list")], Discriminator(_one_or_list)
]


class EntryOut(Schema):
    """The receipt: keep it, it proves the entry. ``checkpoint_size``: the newest signed state that holds it."""

    index: int
    leaf_hash: str
    checkpoint_size: int | None
    grade: Literal["claimed"]


class EntryResultOut(Schema):
    """What became of one entry of a list: as if it had been sent alone."""

    status: int
    receipt: EntryOut | None
    error: ErrorOut | None


class EntriesOut(Schema):
    results: list[EntryResultOut]


class LatePostOut(Schema):
    """An open post that needs this volunteer now; ``way_m``: great-circle metres; ``reason``: ``new`` if it was asked
    for since the match."""

    post_id: int
    campaign: str
    day: date
    title: str
    town: str
    town_code: str
    tier: int
    starts_at: datetime
    ends_at: datetime
    way_m: int
    reason: Literal["new", "open"]
    bring: str


class OfferOut(Schema):
    """An offer that waits; ``way_m``: great-circle metres; ``kept_until``: until then the seat is theirs to take;
    ``instead_of_post_id``: the post that a yes would leave, None where it leaves none."""

    offer_id: int
    post_id: int
    campaign: str
    day: date
    title: str
    tier: int
    starts_at: datetime
    ends_at: datetime
    way_m: int
    kept_until: datetime
    instead_of_post_id: int | None


class CodeIn(Schema):
    """The eight digits of our message, however they are written."""

    code: str = Field(max_length=40)


class AnswerIn(Schema):
    """``request_id`` is made by the phone and kept until it hears an answer: saying yes twice takes one seat."""

    request_id: UUID
    answer: Literal["yes", "no"]


class TakeIn(Schema):
    """``request_id`` is made by the phone and kept until it hears an answer: asking twice takes one seat."""

    request_id: UUID
    post_id: Id


class SeatOut(Schema):
    placement_id: int
    post_id: int
    day: date
    state: str
