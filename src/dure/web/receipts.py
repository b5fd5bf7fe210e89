"""Receipts to keep: what a person or a captain needs to show, years later, that an entry stands in the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Receipt
from dure.movement.people import reads as people
from dure.web.clock import day_in, now
from dure.web.doors import door_for, for_person


def receipt_facts(receipt: Receipt, checkpoint_size: int | None = None) -> dict[str, object]:
    """A receipt as JSON holds it. ``checkpoint_size``: of the signed state that holds the entry, None before one."""
    return {
        "log": ledger.public_key().split("+", 1)[0],
        "index": receipt.index,
        "leaf_hash": receipt.leaf_hash.hex(),
        "checkpoint_size": checkpoint_size,
    }


def receipts_facts(receipts: Sequence[Receipt]) -> dict[str, object]:
    """Receipts with the newest signed state and the key of the log: enough to check them without us."""
    newest = ledger.latest_checkpoint()
    size = newest.size if newest else 0
    return {
        "key": ledger.public_key(),
        "checkpoint": newest.note if newest else None,
        "receipts": [receipt_facts(one, size if one.index < size else None) for one in receipts],
    }


@require_safe
@for_person
def mine(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """A volunteer's receipts, to keep."""
    return _file(ledger.receipts_of_person(actor, person_id), "my-receipts.json")


@require_safe
@door_for(Role.CAPTAIN)
def of_team(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """Receipts of what a captain's team wrote down of a day, to keep. ``?day=``; else today."""
    actor.must_captain(team_id)
    team, asked = people.team(team_id), day_in(request)
    found: list[Receipt] = []
    for campaign in campaigns.campaigns(actor=actor):
        if team.area_path.startswith(campaign.area_path):
            day = asked or campaigns.local_day(campaign=campaign, now=now())
            entries = ledger.entries(actor, campaign.id, team_id=team_id, work_day=day)
            found += ledger.receipts(actor, campaign.id, [one.index for one in entries])
    return _file(found, "team-receipts.json")


def _file(receipts: Sequence[Receipt], name: str) -> JsonResponse:
    response = JsonResponse(receipts_facts(receipts), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
