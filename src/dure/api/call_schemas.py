"""Shapes of calls and drives in the API."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema


class CallWordsOut(Schema):
    """A call's words in one language."""

    language: str
    title: str
    text: str


class CallOut(Schema):
    """A call. ``words``: the language it was written in first; ``answered``: None while fewer than 10 did."""

    code: str
    campaign: str
    asks: str
    is_open: bool
    words: list[CallWordsOut]
    wanted: int | None
    answered: int | None
    opened_at: datetime
    closes_at: datetime | None


class DriveOut(Schema):
    """A proposed drive. ``place``: code of its town; ``names``: confirmed ones, None while fewer than 10;
    ``answer_by``: the day by which an organiser answers, once the names are there; ``call``: the one it became."""

    code: str
    title: str
    text: str
    place: str
    state: str
    names: int | None
    names_wanted: int
    gathers_until: date
    answer_by: date | None
    answer: str
    call: str | None


class PlaceOut(Schema):
    """A town. ``name_local``: in the country's own script, "" where that is the same; ``region``: what it lies in."""

    code: str
    name: str
    name_local: str
    region: str
