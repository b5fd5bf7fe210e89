"""Shapes of the API. A figure never comes without its grade of proof (F2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

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


class EntryIn(Schema):
    """Hours or output of a team, as its captain or an organiser of its area records them."""

    client_id: UUID
    campaign: Annotated[str, Field(max_length=50)]
    indicator: Annotated[str, Field(max_length=50)]
    team_id: Id
    work_day: date
    quantity_milli: Annotated[int, Field(gt=0, le=10**15)]
    note: Annotated[str, Field(max_length=500)] = ""


class EntryOut(Schema):
    index: int
    leaf_hash: str
    grade: Literal["claimed"]


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


class TakeIn(Schema):
    """``request_id`` is made by the phone and kept until it hears an answer: asking twice takes one seat."""

    request_id: UUID
    post_id: Id


class SeatOut(Schema):
    placement_id: int
    post_id: int
    day: date
    state: str
