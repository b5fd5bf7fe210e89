"""Breaks of a campaign: rest that is planned, and pauses with a reason. Nobody is matched or called on such days.

Two pauses never lie over one another, nor two rests; a pause may lie over rest that was planned, since nobody knows how
long it lasts. What somebody did all the same is recorded and counted (P5): a break asks, it does not forbid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dure.base.access import Actor
from dure.base.one_look import alike_to_all, is_a_look
from dure.kernel.must import must
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import (
    BreakBad,
    CampaignClosed,
    CampaignNotPaused,
    CampaignRests,
)
from dure.movement.campaigns.models import Break, Campaign
from dure.movement.campaigns.types import BreakFacts, BreakKind, CampaignFacts

REASON_CHARS_MAX: Final = 500
# Somebody reads the list: a movement of 20,000 days with a rest week in eight has some 357.
BREAKS_MAX: Final = 1_000
_DAY: Final = timedelta(days=1)
_COLUMNS: Final = ("id", "campaign_id", "kind", "first_day", "last_day", "reason")
Span = tuple[date, date]


@alike_to_all
def of(campaign_id: int) -> tuple[BreakFacts, ...]:
    """Every break of a campaign, past and to come, by its first day."""
    rows = Break.objects.filter(campaign_id=campaign_id).order_by("first_day", "kind")
    return tuple(BreakFacts(*row) for row in rows.values_list(*_COLUMNS))


def on(campaign_id: int, day: date) -> BreakFacts | None:
    """The break that a day lies in, or None."""
    # Of a pause and rest on one day the pause is told: "pause" comes before "rest".
    if is_a_look():
        around = [one for one in of(campaign_id) if one.first_day <= day <= (one.last_day or date.max)]
        return min(around, key=lambda one: one.kind, default=None)
    row = _over(campaign_id, day, day).order_by("kind").values_list(*_COLUMNS).first()
    return BreakFacts(*row) if row else None


def must_work(campaign: CampaignFacts, day: date) -> None:
    """Refuses with CampaignRests on a day of a break."""
    if found := on(campaign.id, day):
        raise CampaignRests(slug=campaign.slug, day=day, kind=found.kind, reason=found.reason)


def pause(
    *,
    actor: Actor,
    slug: str,
    reason: str,
    now: datetime,
    first_day: date | None = None,
    last_day: date | None = None,
) -> BreakFacts:
    """Pause an open campaign from ``first_day`` (None: today) to ``last_day`` (None: until :func:`resume`).

    Said again with the same days and reason it is one pause. Refuses with NotFound, NotAllowed, CampaignClosed, and
    BreakBad: no reason, days that have passed or lie outside the campaign, other pauses or rest on those days.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = _organised(actor, slug)
    today = reads.local_day(campaign, now)
    first = first_day or today
    if first < today:
        raise BreakBad(slug=slug, what=f"{first} has passed", wanted="today or a day to come")
    with transaction.atomic():
        _hold(campaign)
        twin = Break.objects.filter(
            campaign_id=campaign.id,
            kind=Break.Kind.PAUSE,
            first_day=first,
            last_day=last_day,
            reason=reason.strip(),
        )
        if not twin.exists():
            _state(campaign, "pause", [(first, last_day)], reason, actor, now)
    return _on_or_broken(campaign.id, first)


def plan_rest(
    *, actor: Actor, slug: str, spans: Sequence[Span], reason: str, now: datetime
) -> tuple[BreakFacts, ...]:
    """Plan rest on these spans of days, both ends included, all or none; every break of the campaign afterwards.

    Refuses as :func:`pause` does, but for days that have passed: a draft may be planned as a whole.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = _organised(actor, slug)
    with transaction.atomic():
        _hold(campaign)
        _state(campaign, "rest", list(spans), reason, actor, now)
    return of(campaign.id)


def resume(*, actor: Actor, slug: str, now: datetime) -> tuple[BreakFacts, ...]:
    """Work goes on from today: what breaks there are today end with yesterday. Every break that is left.

    Refuses with NotFound, NotAllowed, CampaignClosed, and CampaignNotPaused when today lies in no break.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = _organised(actor, slug)
    today = reads.local_day(campaign, now)
    with transaction.atomic():
        _hold(campaign)
        found = _over(campaign.id, today, today)
        if not found.exists():
            raise CampaignNotPaused(slug=slug, day=today)
        found.filter(first_day__gte=today).delete()
        found.update(last_day=today - _DAY)
    return of(campaign.id)


def _organised(actor: Actor, slug: str) -> CampaignFacts:
    campaign = reads.campaign_for(actor=actor, slug=slug)
    actor.must_organise(campaign.area_path)
    return campaign


def _hold(campaign: CampaignFacts) -> None:
    """Write first and hold the row: breaks of a campaign are stated one after the other, and never of a closed one."""
    Campaign.objects.filter(pk=campaign.id).update(state=F("state"))
    if reads.campaign_by_id(campaign.id).state == "closed":
        raise CampaignClosed(slug=campaign.slug)


def _state(
    campaign: CampaignFacts,
    kind: BreakKind,
    spans: Sequence[tuple[date, date | None]],
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    said = reason.strip()
    if not said or len(said) > REASON_CHARS_MAX or "\x00" in said:
        raise BreakBad(
            slug=campaign.slug, what="the reason doesn't fit", wanted=f"1 to {REASON_CHARS_MAX} characters"
        )
    if Break.objects.filter(campaign_id=campaign.id).count() + len(spans) > BREAKS_MAX:
        raise BreakBad(slug=campaign.slug, what="there are too many breaks", wanted=f"at most {BREAKS_MAX}")
    for first, last in spans:
        _refuse_bad(campaign, first, last)
        if clash := _over(campaign.id, first, last).filter(kind=kind).order_by("first_day").first():
            what = f"there is a {kind} from {clash.first_day} already ({clash.reason})"
            raise BreakBad(slug=campaign.slug, what=what, wanted=f"days of no other {kind}")
        Break.objects.create(
            campaign_id=campaign.id,
            kind=kind,
            first_day=first,
            last_day=last,
            reason=said,
            stated_by_id=actor.account_id,
            stated_at=now,
        )


def _refuse_bad(campaign: CampaignFacts, first: date, last: date | None) -> None:
    end = last or campaign.ends_on
    if end < first:
        raise BreakBad(
            slug=campaign.slug, what=f"{end} is before {first}", wanted="a first day, then a last one"
        )
    if first < campaign.starts_on or end > campaign.ends_on:
        wanted = f"days from {campaign.starts_on} to {campaign.ends_on}"
        raise BreakBad(slug=campaign.slug, what=f"{first} to {end} lies outside the campaign", wanted=wanted)


def _over(campaign_id: int, first: date, last: date | None) -> QuerySet[Break]:
    """The breaks with a day among these."""
    rows = Break.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first), campaign_id=campaign_id)
    return rows.filter(first_day__lte=last) if last is not None else rows


def _on_or_broken(campaign_id: int, day: date) -> BreakFacts:
    found = on(campaign_id, day)
    must(found is not None, "what was stated is there")
    return found  # type: ignore[return-value]  # must() has seen it
