"""Everything held on a person, to take away (P9)."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dure.base import outbox
from dure.base.access import Actor
from dure.movement.calls import reads as calls
from dure.movement.honours import reads as honours
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import LedgerEntry
from dure.movement.matching import reads as matching
from dure.movement.matching.types import OfferFacts, PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.people import exporting
from dure.movement.safety import reads as safety
from dure.movement.vetting import reads as vetting
from dure.web.doors import for_person
from dure.web.volunteer.known import for_known

Rows = list[dict[str, object]]


@require_safe
@for_person
@for_known
def export(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    data = {
        "person": exporting.export(actor=actor, person_id=person_id),
        **calls.export(actor, person_id),
        "preparation": vetting.export(actor, person_id),
        "offers": _offers(matching.offers_of(actor, person_id)),
        "placements": _placements(matching.placements_of(actor, person_id)),
        "ways_home": safety.export(actor, person_id),
        "entries": _entries(ledger.entries_of_person(actor, person_id)),
        **honours.export(actor, person_id),
        "notices": [
            {
                "kind": one.kind,
                "state": one.state,
                "send_after": one.send_after,
                "ended_at": one.ended_at,
                "channel": one.channel,
                "delivered_at": one.delivered_at,
            }
            for one in outbox.notices_to(actor=actor, person_id=person_id)
        ],
    }
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-dure-data.json"'
    return response


def _offers(rows: Iterable[OfferFacts]) -> Rows:
    return [
        {
            "post": needs.post(one.post_id).title,
            "day": one.day,
            "state": one.state,
            "travel_m": one.travel_m,
            "expires_at": one.expires_at,
            "instead_of": needs.post(one.instead_of).title if one.instead_of else None,
        }
        for one in rows
    ]


def _placements(rows: Iterable[PlacementFacts]) -> Rows:
    return [
        {
            "post": needs.post(one.post_id).title,
            "day": one.day,
            "state": one.state,
            "accepted_at": one.accepted_at,
            "checked_in_at": one.checked_in_at,
            "checked_out_at": one.checked_out_at,
            "said_here_at": one.said_here_at,
            "said_gone_at": one.said_gone_at,
            "walked_in": one.walked_in,
        }
        for one in rows
    ]


def _entries(rows: Iterable[LedgerEntry]) -> Rows:
    return [
        {
            "index": entry.index,
            "kind": entry.kind.name.lower(),
            "day": entry.work_day,
            "quantity_milli": entry.quantity_milli,
            "standing_milli": entry.standing_milli,
            "grade": entry.proved.name.lower(),
            "note": entry.note,
        }
        for entry in rows
    ]
