"""The acts of a captain's phone: each carried out by itself, once by its id, in the order of the phone.

An act that can't be carried out holds up no other. What is stored names no person, so that it may stay when they leave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dure.base import commands
from dure.base.access import Actor
from dure.base.errors import CommandReused
from dure.base.storage import refusal_of
from dure.kernel.refusals import Refusal
from dure.operations.crew import presence, reporting
from dure.operations.crew.asked import Asked, Facts, Outcome
from dure.operations.crew.deputies import as_it_was
from dure.operations.crew.errors import BadgeElsewhere, DeputyOver
from dure.operations.crew.moments import moment_of
from dure.operations.crew.shapes import (
    ACTS_MAX,
    AnyAct,
    CheckIn,
    Deputy,
    DeputyBack,
    Help,
    Incident,
    Missing,
    Photo,
    UndoCheckIn,
    WalkIn,
    Work,
    facts_of,
    read_act,
)

log = logging.getLogger(__name__)

ID_LENGTH_MAX: Final = 64
# Words for what went well in an unexpected way, by name in the facts.
NOTES: Final = {
    "seat_given": _("Their seat was given to somebody else meanwhile; both are welcome."),
    "beside": _("All seats are taken or promised, so they work beside the crew."),
}


@dataclass(frozen=True, slots=True)
class ActResult:
    """What became of one act. ``refusal``: why not; ``note``: a name in :data:`NOTES`."""

    id: str
    outcome: Outcome
    facts: Facts = field(default_factory=dict)
    refusal: Refusal | None = None

    @property
    def note(self) -> str:
        return str(NOTES[self.facts["note"]]) if "note" in self.facts else ""


class Broke(Refusal):
    code = "act_broke"
    says = (
        "Something of ours broke over this. It is written down for the crew of this site; nothing was stored."
    )
    status = 500


class NotNow(Refusal):
    code = "act_later"
    says = "Not looked at yet; send it again."
    status = 503


def carry_out(
    *, actor: Actor, team_id: int, sent_at: datetime, acts: Sequence[dict[str, Any]], now: datetime
) -> list[ActResult]:
    """Carry out the acts of a phone, in its order; a result for each of them.

    ``sent_at``: when the phone sent them, by its clock. At most ACTS_MAX are looked at; where the database can't be
    written, that act and all after it come back as *later*. Refuses with NotFound who captains another team.
    """
    actor, until = as_it_was(actor, team_id, now)
    actor.must_captain(team_id)
    results: list[ActResult] = []
    waits = False
    for place, raw in enumerate(acts):
        if waits or place >= ACTS_MAX:
            results.append(ActResult(_id_of(raw), "later", refusal=NotNow()))
            continue
        results.append(_one(Asked(actor, team_id, now, now, until), sent_at, raw))
        waits = results[-1].outcome == "later"
    return results


def _id_of(raw: dict[str, Any]) -> str:
    return str(raw.get("id", ""))[:ID_LENGTH_MAX]


def _one(phone: Asked, sent_at: datetime, raw: dict[str, Any]) -> ActResult:
    act_id = _id_of(raw)
    try:
        act = read_act(raw)
        asked = replace(phone, moment=moment_of(act.at, sent_at=sent_at, received=phone.now))
        _refuse_over(asked)
        outcome, facts = _once(asked, act)
    except Refusal as no:
        return ActResult(act_id, _outcome_of(no), refusal=no)
    except Exception as error:
        if (storage := refusal_of(error)) is not None:
            return ActResult(act_id, "later", refusal=storage)
        # One act that breaks must not hold up the queue behind it.
        log.exception("the act %s of team %s broke", act_id, phone.team_id)
        return ActResult(act_id, "refused", refusal=Broke())
    return ActResult(act_id, outcome, facts)


def _outcome_of(no: Refusal) -> Outcome:
    """*conflict*: the world went on meanwhile; *refused*: it could never be done as it was sent."""
    if no.status == 503:
        return "later"
    if isinstance(no, CommandReused):
        return "refused"
    return "conflict" if no.status == 409 or isinstance(no, BadgeElsewhere) else "refused"


def _once(asked: Asked, act: AnyAct) -> tuple[Outcome, Facts]:
    outcome: Outcome = "known"

    def do() -> Facts:
        nonlocal outcome
        outcome, facts = DO[type(act)](asked, act)
        return facts

    # Work remembers its answer itself, by the same id: the form of the page writes it down in the same way.
    if isinstance(act, Work):
        return reporting.work(asked, act)
    facts = {"team": asked.team_id, **facts_of(act)}
    answer = commands.once(command_id=act.id, action="crew_act", facts=facts, now=asked.now, do=do)
    return outcome, answer


def _refuse_over(asked: Asked) -> None:
    if asked.until is not None and asked.moment >= asked.until:
        raise DeputyOver(until=f"{asked.until:%Y-%m-%d %H:%M} UTC")


DO: Final[dict[type, Callable[[Asked, Any], tuple[Outcome, Facts]]]] = {
    CheckIn: presence.check_in,
    UndoCheckIn: presence.undo_check_in,
    Missing: presence.missing,
    WalkIn: reporting.walk_in,
    Incident: reporting.incident,
    Help: reporting.ask_help,
    Photo: reporting.photo,
    Deputy: reporting.deputy,
    DeputyBack: reporting.deputy_back,
}
