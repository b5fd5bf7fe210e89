"""Shapes of the door for sign-ups.

Plain models: ninja's own look each field up in Django's objects first, of which there are none here.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StrictBool, StrictInt, StrictStr

from dure.api.schemas import UUID_SPELLING, spelled_as
from dure.operations.signup_shape import CODE_CHARACTERS_MAX, SHAPE_CODES_MAX, SPANS_MAX, TEXT_CHARACTERS_MAX

_ID = Annotated[UUID, spelled_as(UUID_SPELLING, "a UUID is expected")]
_MOMENT = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})"
_Aware = Annotated[AwareDatetime, spelled_as(_MOMENT, "a time with its timezone is expected")]
_Code200 = Annotated[StrictStr, Field(max_length=CODE_CHARACTERS_MAX)]
_Codes = Annotated[tuple[_Code200, ...], Field(max_length=SHAPE_CODES_MAX)]
_Text = Annotated[StrictStr, Field(max_length=TEXT_CHARACTERS_MAX)]


class SignUpIn(BaseModel):
    """Somebody who answers a call; what a name, an address or a year must be like is checked as the page's form is.

    ``call``: the code of the call. ``email`` or ``phone`` (one may be left out): how they are reached; shown to nobody.
    ``town``: code of the town they start from; ``travel_km``: one way. ``languages``: spoken; ``language``: in
    which they are written to. ``free``: hours they offer, pairs (from, to). ``physical_max``: 0 (seated) to 3 (heavy).
    ``long_shift``: shifts of up to ten hours by their own wish. ``guardian_email``: for whoever may be under 18.
    ``household``: an id that all who come together send, each with the same contact. ``consent``: that these details
    are kept to find them work; ``messages``: that the movement may write to them first.
    """

    client_id: _ID
    call: _Code200
    given_name: _Text
    birth_year: Annotated[StrictInt, Field(ge=0, le=9999)]
    town: _Code200
    travel_km: Annotated[StrictInt, Field(ge=0, le=9999)]
    consent: StrictBool
    email: _Text = ""
    phone: _Text = ""
    languages: _Codes = ()
    language: _Code200 = "en"
    skills: _Codes = ()
    refuses: _Codes = ()
    prefers: _Codes = ()
    free: Annotated[tuple[tuple[_Aware, _Aware], ...], Field(max_length=SPANS_MAX)] = ()
    physical_max: Annotated[StrictInt, Field(ge=0, le=9)] = 2
    long_shift: StrictBool = False
    guardian_email: _Text = ""
    household: _ID | None = None
    messages: StrictBool = False


class AnswerOut(BaseModel):
    """The honest answer: ``by_date`` is kept, or corrected before it passes."""

    kind: str
    reason: str
    by_date: date


class SignUpOut(BaseModel):
    """The receipt (the sign-up's own ``client_id``), the address of the private page, and the first answer."""

    receipt: UUID
    link: str
    answer: AnswerOut
