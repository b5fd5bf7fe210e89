"""What a captain writes down: work, who came along, incidents, calls for help, photographs, deputies."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Final

from dure.base import commands
from dure.kernel.quantities import parse_typed_milli
from dure.kernel.refusals import BadInput
from dure.movement.evidence import actions as evidence
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.safety.types import NewIncident
from dure.operations import incidents
from dure.operations.crew import deputies, helping, walk_ins
from dure.operations.crew.asked import Asked, Facts, Outcome, post_of, shift_moment, told
from dure.operations.crew.errors import PictureUnreadable
from dure.operations.crew.shapes import Deputy, DeputyBack, Help, Incident, Photo, WalkIn, Work
from dure.operations.work import record_crew

INDICATOR_DIGITS_MAX: Final = 18


def work(asked: Asked, act: Work) -> tuple[Outcome, Facts]:
    post = post_of(asked, act.post_id)
    read = {
        name: parse_typed_milli(text, where="output") for name, text in act.output.items() if text.strip()
    }
    # Who writes 0 brought nothing about; the hours count all the same.
    milli = {name: quantity for name, quantity in read.items() if quantity}
    if not all(name.isascii() and name.isdecimal() and len(name) <= INDICATOR_DIGITS_MAX for name in milli):
        raise BadInput(where="output", what="unknown indicator", wanted="one of this campaign's outputs")
    moment, _zone = shift_moment(asked, post)
    is_known = commands.is_known(act.id)
    done = record_crew(
        actor=asked.actor,
        post_id=post.id,
        minutes=act.minutes,
        output_milli={int(name): quantity for name, quantity in milli.items()},
        command_id=act.id,
        now=asked.now,
        ended_by=moment,
    )
    facts = {"post_id": post.id, "hours": done.hours_entries, "output": done.output_entries}
    return "known" if is_known else "done", {**facts, "checked_out": done.checked_out}


def walk_in(asked: Asked, act: WalkIn) -> tuple[Outcome, Facts]:
    post = post_of(asked, act.post_id)
    moment, _zone = shift_moment(asked, post)
    placement = walk_ins.take_in(
        actor=asked.actor, act=act, post=post, at=moment, now=asked.now, request_id=act.id
    )
    note: Facts = {"note": "beside"} if placement.gave_seat else {}
    return "done", told(placement, **note)


def incident(asked: Asked, act: Incident) -> tuple[Outcome, Facts]:
    post = _post_or_none(asked, act.post_id)
    team = people.team(asked.team_id)
    campaign_id = post.campaign_id if post else helping.campaign_around(asked.actor, team).id
    new = NewIncident(
        key=act.id,
        campaign_id=campaign_id,
        area_id=post.area_id if post else team.area_id,
        team_id=asked.team_id,
        post_id=act.post_id,
        kind=act.what,
        severity=act.severity,
        happened_at=_moment(asked, post),
        words=act.words,
        people_hurt=act.people_hurt,
    )
    found = incidents.report(actor=asked.actor, new=new, now=asked.now)
    return "done", {"incident_id": found.id}


def ask_help(asked: Asked, act: Help) -> tuple[Outcome, Facts]:
    post = _post_or_none(asked, act.post_id)
    at = _moment(asked, post)
    found = helping.ask(actor=asked.actor, team_id=asked.team_id, act=act, post=post, at=at, now=asked.now)
    return "done", {"help_id": found.id, "people_asked_for": found.request_id is not None}


def photo(asked: Asked, act: Photo) -> tuple[Outcome, Facts]:
    post = post_of(asked, act.post_id)
    moment, _zone = shift_moment(asked, post)
    try:
        picture = base64.b64decode(act.jpeg, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureUnreadable from error
    kept = evidence.keep(
        actor=asked.actor,
        key=act.id,
        team_id=asked.team_id,
        post_id=post.id,
        picture=picture,
        wiped=act.wiped,
        at=moment,
        now=asked.now,
    )
    return "done", {"photo_id": kept.id, "digest": kept.digest, "post_id": post.id}


def deputy(asked: Asked, act: Deputy) -> tuple[Outcome, Facts]:
    given = deputies.name_deputy(
        actor=asked.actor, team_id=asked.team_id, email=act.email, until=act.until, now=asked.now
    )
    return "done", {"grant_id": given.id, "until": given.until.isoformat() if given.until else None}


def deputy_back(asked: Asked, act: DeputyBack) -> tuple[Outcome, Facts]:
    ended = deputies.take_back(actor=asked.actor, team_id=asked.team_id, grant_id=act.grant_id, now=asked.now)
    return "done", {"grant_id": ended.id}


def _post_or_none(asked: Asked, post_id: int | None) -> PostFacts | None:
    return None if post_id is None else post_of(asked, post_id)


def _moment(asked: Asked, post: PostFacts | None) -> datetime:
    return asked.moment if post is None else shift_moment(asked, post)[0]
