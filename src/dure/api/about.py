"""What a program may say about an entry that stands: correct it, confirm it, take it back."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StrictInt

from dure.api.clock import now
from dure.api.entry_desk import NAME_CHARACTERS_MAX, NOTE_CHARACTERS_MAX
from dure.api.schemas import ErrorOut
from dure.api.tokens import TokenAuth
from dure.base.access import Actor
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads
from dure.movement.ledger.types import Grade, LedgerEntry, Receipt
from dure.movement.people import reads as people

router = Router(tags=["work"], auth=TokenAuth())
_GRADES = {"witnessed": Grade.WITNESSED, "second_source": Grade.SECOND_SOURCE}
_ERRORS = dict.fromkeys((401, 404, 409, 422), ErrorOut)
Milli = Annotated[StrictInt, Field(ge=-QUANTITY_MILLI_MAX, le=QUANTITY_MILLI_MAX)]
Note = Annotated[str, Field(max_length=NOTE_CHARACTERS_MAX)]


class AboutIn(Schema):
    """``client_id`` is made by the program and kept until it hears an answer: asking twice says it once."""

    client_id: UUID
    campaign: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)]
    note: Note = ""


class CorrectionIn(AboutIn):
    """``difference_milli``: what is added to the entry's figure, above or below 0, in thousandths."""

    difference_milli: Milli


class ConfirmationIn(AboutIn):
    """``found_milli``: what was found. Recounts are written by the lot's checkers alone."""

    found_milli: Annotated[StrictInt, Field(ge=0, le=QUANTITY_MILLI_MAX)]
    grade: Literal["witnessed", "second_source"]


class AboutOut(Schema):
    """The receipt of what was said: its own place in the log, and the entry it speaks about."""

    index: int
    leaf_hash: str
    about: int


def entry_of(actor: Actor, slug: str, index: int) -> LedgerEntry:
    """An entry of a team the actor captains, or of an area they organise. Refuses with NotFound."""
    found = reads.entry(actor, campaigns.campaign(slug=slug).id, index)
    if not actor.captains(found.team_id) and not actor.organises(people.team(found.team_id).area_path):
        raise NotFound(what="entry")
    return found


def _told(receipt: Receipt, about: int) -> Status[AboutOut]:
    return Status(201, AboutOut(index=receipt.index, leaf_hash=receipt.leaf_hash.hex(), about=about))


@router.post("/entries/{index}/corrections", response={201: AboutOut, **_ERRORS})
def correct(request: HttpRequest, index: int, body: CorrectionIn) -> object:
    """Correct an entry by adding one: by the captain of its team, or an organiser of its area."""
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by TokenAuth
    entry = entry_of(actor, body.campaign, index)
    receipt = ledger.correct(
        index=entry.index,
        difference_milli=body.difference_milli,
        client_id=body.client_id,
        now=now(),
        note=body.note,
    )
    return _told(receipt, index)


@router.post("/entries/{index}/withdrawals", response={201: AboutOut, **_ERRORS})
def withdraw(request: HttpRequest, index: int, body: AboutIn) -> object:
    """Take back whatever is left of an entry: by the captain of its team, or an organiser of its area."""
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by TokenAuth
    entry = entry_of(actor, body.campaign, index)
    receipt = ledger.withdraw(index=entry.index, client_id=body.client_id, now=now(), note=body.note)
    return _told(receipt, index)


@router.post("/entries/{index}/confirmations", response={201: AboutOut, **_ERRORS})
def confirm(request: HttpRequest, index: int, body: ConfirmationIn) -> object:
    """Confirm an entry: by an organiser of its area, who is not the captain of its team (two keepers, one truth)."""
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by TokenAuth
    entry = entry_of(actor, body.campaign, index)
    if actor.captains(entry.team_id):
        raise NotFound(what="entry of another team")
    receipt = ledger.confirm(
        index=entry.index,
        found_milli=body.found_milli,
        grade=_GRADES[body.grade],
        client_id=body.client_id,
        now=now(),
        note=body.note,
    )
    return _told(receipt, index)
