"""The shape of a sign-up at the doors of the API. What a name, an address or a year must be like is the rooms' to say.

Its limits are wide enough that what is too long for a rule hears the rule's words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec

from dure.movement.calls.rules import CODES_MAX, FREE_SPANS_MAX

TEXT_CHARACTERS_MAX: Final = 1_000
CODE_CHARACTERS_MAX: Final = 200
SHAPE_CODES_MAX: Final = 4 * CODES_MAX
SPANS_MAX: Final = 2 * FREE_SPANS_MAX
_Code = Annotated[str, msgspec.Meta(max_length=CODE_CHARACTERS_MAX)]
_Codes = Annotated[tuple[_Code, ...], msgspec.Meta(max_length=SHAPE_CODES_MAX)]
_Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS_MAX)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Spans = Annotated[tuple[tuple[_Moment, _Moment], ...], msgspec.Meta(max_length=SPANS_MAX)]


class SignUpAsked(msgspec.Struct, frozen=True, gc=False):
    """A sign-up as it comes in; ``call`` and ``town`` by their codes. django-ninja's is api.signup_schemas."""

    client_id: UUID
    call: _Code
    given_name: _Text
    birth_year: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    town: _Code
    travel_km: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    consent: bool
    email: _Text = ""
    phone: _Text = ""
    languages: _Codes = ()
    language: _Code = "en"
    skills: _Codes = ()
    refuses: _Codes = ()
    prefers: _Codes = ()
    free: _Spans = ()
    physical_max: Annotated[int, msgspec.Meta(ge=0, le=9)] = 2
    long_shift: bool = False
    guardian_email: _Text = ""
    household: UUID | None = None
    messages: bool = False
