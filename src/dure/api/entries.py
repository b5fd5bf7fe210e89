"""What a program with a token may record, by way of django-ninja.

A server that runs ``config.wsgi`` never comes here: the hot door (api.hot_entries) answers before Django. This
one documents it in the schema, and answers wherever only Django runs. A test holds both to the same answers.
"""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Body, Router, Status

from dure.api.clock import now
from dure.api.entry_desk import Desk, Outcome, covered, outcomes_of, stored
from dure.api.schemas import EntriesOut, EntryIn, EntryOut, ErrorOut, OneOrListIn
from dure.api.tokens import TokenAuth
from dure.api.told import told_refusal
from dure.base.access import Actor
from dure.kernel.refusals import Refusal
from dure.movement.ledger import actions as ledger

router = Router(tags=["work"], auth=TokenAuth())
_ANSWERS = {
    200: EntryOut | EntriesOut,
    201: EntryOut | EntriesOut,
    **dict.fromkeys((400, 401, 404, 409, 413, 422, 503), ErrorOut),
}


@router.post("/entries", response=_ANSWERS)
def record(request: HttpRequest, body: Body[OneOrListIn]) -> object:
    """Record hours or output of a team: one entry, or a list of up to 500.

    An entry is durable when it is answered. The same ``client_id`` with the same facts gets the first receipt
    (200), with other facts it is refused (409). Of a list each entry is taken or refused on its own.
    """
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by TokenAuth
    at = now()
    taken = Desk().new_entries(actor, [body] if isinstance(body, EntryIn) else body, at)
    outcomes = stored(taken, lambda entries: outcomes_of(entries, ledger.record(entries=entries, now=at)))
    if isinstance(body, EntryIn):
        return Status(*one_answer(outcomes[0]))
    return Status(*list_answer(outcomes))


def one_answer(outcome: Outcome | Refusal) -> tuple[int, dict[str, object]]:
    """Status and body for one entry."""
    (told,) = covered([outcome])
    if isinstance(told, Refusal):
        return told.status, told_refusal(told)
    return _status(outcome), told


def list_answer(outcomes: list[Outcome | Refusal]) -> tuple[int, dict[str, object]]:
    """Status and body for a list: 201 if anything is new, 200 if all that stands stood before, else 422."""
    results: list[dict[str, object]] = []
    for outcome, told in zip(outcomes, covered(outcomes), strict=True):
        if isinstance(told, Refusal):
            results.append({"status": told.status, "receipt": None, "error": told_refusal(told)})
        else:
            results.append({"status": _status(outcome), "receipt": told, "error": None})
    statuses = {_status(outcome) for outcome in outcomes if isinstance(outcome, Outcome)}
    return max(statuses, default=422), {"results": results}


def _status(outcome: Outcome | Refusal) -> int:
    return 200 if isinstance(outcome, Outcome) and outcome.is_known else 201
