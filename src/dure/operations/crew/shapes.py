"""What a captain's phone may send, field by field. What a value means is for the rooms to say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from dure.kernel.refusals import BadInput

# Carried out in one request; what is more comes back as "later".
ACTS_MAX: Final = 200
# Read at all: more is no phone.
ACTS_READ_MAX: Final = 2_000

Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[int, Meta(ge=1, le=2**62)]
Words = Annotated[str, Meta(min_length=1, max_length=1_000)]


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """One thing a captain did. ``id`` is made by the phone; ``at``: by the phone's clock."""

    id: UUID
    at: Moment


class CheckIn(Act, frozen=True, kw_only=True, tag="check_in"):
    """Somebody is here: by tap (``placement_id``), by their badge, or by the code they say."""

    placement_id: Id | None = None
    badge: Annotated[str, Meta(max_length=300)] | None = None
    code: Annotated[str, Meta(max_length=40)] | None = None


class UndoCheckIn(Act, frozen=True, kw_only=True, tag="undo_check_in"):
    placement_id: Id


class Missing(Act, frozen=True, kw_only=True, tag="missing"):
    placement_id: Id


class Work(Act, frozen=True, kw_only=True, tag="work"):
    """``output``: decimal numbers by indicator id."""

    post_id: Id
    minutes: int
    output: dict[str, Annotated[str, Meta(max_length=40)]] = {}


class WalkIn(Act, frozen=True, kw_only=True, tag="walk_in"):
    """Somebody came along. ``agreed``: they know what is kept of them and agree; ``briefed``: the captain told them
    what is dangerous here. ``contact``: an e-mail address or a number, or nothing."""

    post_id: Id
    given_name: Annotated[str, Meta(min_length=1, max_length=80)]
    birth_year: Annotated[int, Meta(ge=1900, le=2100)]
    contact: Annotated[str, Meta(max_length=254)] | None = None
    language: Annotated[str, Meta(max_length=12)] = "en"
    agreed: bool = False
    briefed: bool = False


class Incident(Act, frozen=True, kw_only=True, tag="incident"):
    """``what``: the kind of incident (``kind`` names the act)."""

    what: Annotated[str, Meta(max_length=40)]
    severity: Annotated[str, Meta(max_length=40)]
    words: Words
    people_hurt: Annotated[int, Meta(ge=0, le=10_000)] = 0
    post_id: Id | None = None


class Help(Act, frozen=True, kw_only=True, tag="help"):
    words: Words
    people_wanted: Annotated[int, Meta(ge=1, le=500)] | None = None
    post_id: Id | None = None


class Photo(Act, frozen=True, kw_only=True, tag="photo"):
    """``jpeg``: base64 (RFC 4648, section 4). ``wiped``: coarsened on the phone, clear only where the work is."""

    post_id: Id
    wiped: bool
    jpeg: Annotated[str, Meta(max_length=2_000_000)]


class Deputy(Act, frozen=True, kw_only=True, tag="deputy"):
    """Somebody stands in until ``until``, by our clock."""

    email: Annotated[str, Meta(max_length=254)]
    until: Moment


class DeputyBack(Act, frozen=True, kw_only=True, tag="deputy_back"):
    grant_id: Id


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """``account``: whose queue it is; another's session sends none of it."""

    sent_at: Moment
    acts: list[dict[str, Any]]
    account: int | None = None


AnyAct = CheckIn | UndoCheckIn | Missing | Work | WalkIn | Incident | Help | Photo | Deputy | DeputyBack


def read_envelope(body: bytes) -> Envelope:
    """A request of the phone. Refuses with BadInput."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _bad(error) from error


def read_act(raw: dict[str, Any]) -> AnyAct:
    """One act. Refuses with BadInput."""
    try:
        act: AnyAct = msgspec.convert(raw, type=AnyAct)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _bad(error) from error
    if "\x00" in "".join(_texts(act)):
        raise BadInput(where="act", what="a text holds a NUL", wanted="a text that can be written")
    return act


def facts_of(act: AnyAct) -> dict[str, Any]:
    """The act without its id and moment: what makes it the same when it comes again."""
    found: dict[str, Any] = msgspec.to_builtins(act)
    # The phone reckons ``at`` anew when its clock is set between two tries.
    found.pop("id")
    found.pop("at")
    return found


def _texts(act: AnyAct) -> list[str]:
    return [value for value in facts_of(act).values() if isinstance(value, str)]


def _bad(error: Exception) -> BadInput:
    return BadInput(
        where="act", what=str(error)[:200], wanted="an act as docs/reference/captain-acts.md says"
    )
