"""What else the rooms keep for their auditors: draws run again, corrections, photographs, books, the log."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.audit import again
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.evidence import reads as evidence
from dure.movement.evidence.types import PhotoFacts
from dure.movement.gifts import reads as gifts
from dure.movement.gifts import receiving
from dure.movement.gifts.types import GiftReceiptFacts, StockRow
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Fault
from dure.movement.people import reads as people
from dure.movement.standings import reads as standings
from dure.web.auditor.log import rows_of
from dure.web.auditor.pages import campaign_in_reach
from dure.web.clock import now
from dure.web.doors import door_for

CORRECTIONS_SHOWN_MAX = 100
HELD_SHOWN_MAX = 50
_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class StockLine:
    """An item of a campaign with the sum that has to come out: received = issued + lost + there."""

    row: StockRow
    indicator: IndicatorFacts

    @property
    def fits(self) -> bool:
        return self.row.received_milli == self.row.issued_milli + self.row.lost_milli + self.row.stock_milli


@dataclass(frozen=True, slots=True)
class Differing:
    """What those who asked said of a move, beside what the keepers' books say."""

    receipt: GiftReceiptFacts
    booked_milli: int
    entry_index: int
    unit: str


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else None


@require_safe
@door_for(Role.AUDITOR)
def lot(request: HttpRequest, actor: Actor, slug: str, lot_id: int) -> HttpResponse:
    """A lot, drawn again here and now from what everybody can see."""
    campaign = campaign_in_reach(actor, slug)
    public = audit.lot_public(lot_id)
    if public.lot.campaign_id != campaign.id:
        raise NotFound(what="lot")
    page = {
        "campaign": campaign,
        "here": "lots",
        "lot": public.lot,
        "again": again.draw_again(public),
        "indicator": campaigns.indicator(indicator_id=public.lot.indicator_id),
        "teams": people.teams(
            {one.team_id for one in public.draws} | {one.checker_team_id for one in public.draws}
        ),
        "draws": public.draws,
    }
    return render(request, "auditor/lot.html", page)


@require_safe
@door_for(Role.AUDITOR)
def corrections(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """What was put right afterwards, in the order of the log."""
    campaign = campaign_in_reach(actor, slug)
    after = _number(request, "after")
    found = ledger.corrections(
        actor, campaign.id, after_index=-1 if after is None else after, count_max=CORRECTIONS_SHOWN_MAX
    )
    is_full = len(found) == CORRECTIONS_SHOWN_MAX
    page = {
        "campaign": campaign,
        "here": "corrections",
        "rows": rows_of(campaign, found),
        "is_first": after is None,
        "next_after": found[-1].index if is_full else None,
    }
    return render(request, "auditor/corrections.html", page)


@require_safe
@door_for(Role.AUDITOR)
def photos(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Photographs of work, the newest first; who is on them can't be seen."""
    campaign = campaign_in_reach(actor, slug)
    found: list[PhotoFacts] = evidence.of_campaign(actor, campaign.id, before_id=_number(request, "before"))
    teams = people.teams({one.team_id for one in found})
    page = {
        "campaign": campaign,
        "here": "photos",
        "photos": [(one, teams[one.team_id]) for one in found],
        "next_before": found[-1].id if len(found) == evidence.PAGE_ROWS else None,
    }
    return render(request, "auditor/photos.html", page)


@require_safe
@door_for(Role.AUDITOR)
def books(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Gifts under two keepers, what those who asked say of them, what is held back, and the state of the log."""
    campaign = campaign_in_reach(actor, slug)
    indicators = {one.id: one for one in campaigns.indicators(campaign_id=campaign.id)}
    today = campaigns.local_day(campaign=campaign, now=now())
    held = standings.held_to_audit(actor=actor, campaign_id=campaign.id, today=today)
    published = ledger.published_checkpoint()
    faults: list[Fault] = gifts.verify(campaign.id) if _audits_all(actor, campaign) else []
    page = {
        "campaign": campaign,
        "here": "books",
        "stock": [StockLine(row, indicators[row.indicator_id]) for row in gifts.stock(campaign.id)],
        "differing": _differing(actor, campaign, indicators),
        "faults": faults,
        "held": held[:HELD_SHOWN_MAX],
        "log_size": ledger.size(),
        "published": published,
        "witnesses": ledger.witnesses(),
        "losses": ledger.losses(),
    }
    return render(request, "auditor/books.html", page)


def _audits_all(actor: Actor, campaign: CampaignFacts) -> bool:
    return actor.audits(campaign.area_path)


def _differing(
    actor: Actor, campaign: CampaignFacts, indicators: dict[int, IndicatorFacts]
) -> list[Differing]:
    return [
        Differing(receipt, booked, index, indicators[indicator_id].unit)
        for receipt, booked, index, indicator_id in receiving.differing(actor, campaign.id)
    ]
