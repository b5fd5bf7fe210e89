"""Shapes of the API. A figure never comes without its grade of proof (F2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
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
Text40 = Annotated[str, Field(max_length=40)]
# What a database holds as an id.
Id = Annotated[int, Field(gt=0, lt=2**63)]


def _in_utc(at: datetime) -> datetime:
    """The same moment in UTC. At the ends of the calendar there is none; what is sensible the room says."""
    if not 1900 <= at.year <= 2999:
        raise ValueError("a time of this age is expected")
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


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


class SpanIn(Schema):
    """Hours somebody is free: times with their timezone."""

    starts_at: Moment
    ends_at: Moment


class SignUpIn(Schema):
    """A sign-up, checked by the room exactly as the page's form is."""

    client_id: UUID
    campaign: Annotated[str, Field(max_length=50)]
    given_name: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=320)]
    birth_year: Annotated[int, Field(ge=0, le=9999)]
    town_code: Text40
    travel_limit_m: Annotated[int, Field(ge=0, le=10_000_000)]
    consent: bool
    guardian_email: Annotated[str, Field(max_length=320)] = ""
    free_spans: Annotated[list[SpanIn], Field(max_length=200)] = []
    languages: Annotated[list[Text40], Field(max_length=50)] = []
    skills: Annotated[list[Text40], Field(max_length=50)] = []
    refuses: Annotated[list[Text40], Field(max_length=50)] = []
    prefers: Annotated[list[Text40], Field(max_length=50)] = []
    physical_max: Annotated[int, Field(ge=0, le=3)] = 2
    long_shift_wish: bool = False


class AnswerOut(Schema):
    kind: str
    reason: str
    by_date: date


class ReceiptOut(Schema):
    """The answer. The private link goes to the address alone, never back through the API."""

    answer: AnswerOut


def _spelled_as(pattern: str, wanted: str) -> BeforeValidator:
    """Takes text in one spelling only, as the hot door does; pydantic alone takes numbers and others too."""
    spelling = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if not isinstance(value, str) or not spelling.fullmatch(value):
            raise ValueError(wanted)
        return value

    return BeforeValidator(check)


_HEX = "[0-9a-fA-F]"
_UUID = f"{_HEX}{{32}}|{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
Name50 = Annotated[StrictStr, Field(max_length=NAME_CHARACTERS_MAX)]


class EntryIn(Schema):
    """Hours or output of a team, as its captain or an organiser of its area records them."""

    client_id: Annotated[UUID, _spelled_as(_UUID, "a UUID is expected")]
    campaign: Name50
    indicator: Name50
    team_id: Annotated[StrictInt, Field(ge=1, le=ID_MAX)]
    work_day: Annotated[date, _spelled_as(r"\d{4}-\d{2}-\d{2}", "a day as 2026-11-22 is expected")]
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
