"""What goes over from one campaign to the next once that is open: people who are asked again, open needs, stock.

Teams and practices belong to no campaign and are simply there. Each act may be done twice and is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from dure.base.access import SYSTEM, Actor
from dure.kernel.ids import client_id as made_id
from dure.movement.calls import again, appeals
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AppealFacts, AppealWords
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen, FollowingBad, NothingFollowed
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.gifts import actions as gifts
from dure.movement.gifts import reads as gifts_reads
from dure.movement.gifts.types import OfferFacts, StockRow
from dure.movement.ledger import reads as ledger
from dure.movement.needs import actions as needs_actions
from dure.movement.needs import reads as needs
from dure.movement.needs import requests
from dure.movement.needs.types import NewPost, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.practices import reads as practices
from dure.movement.practices.types import PracticeFacts

TITLE: Final = _("%(name)s begins. Will you come again?")
TEXT: Final = _(
    "You were part of %(before)s. It goes on as %(name)s, from %(first)s to %(last)s. Nobody is carried over without a "
    "yes: if you want to help again, say so on your page. You need not answer; whoever says nothing is not asked again."
)
_OFFER: Final = b"dure.carrying.offer"
_POST: Final = b"dure.carrying.post"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a campaign leaves to the one that carries it on. ``stock``: what is there of goods and money.

    ``open_requests``: asked for and not answered; ``people_count``: who may be asked again, exact.
    """

    before: CampaignFacts
    teams: tuple[TeamFacts, ...]
    practices: tuple[PracticeFacts, ...]
    stock: tuple[StockRow, ...]
    open_requests: int
    people_count: int


def carried(*, actor: Actor, slug: str) -> Carried:
    """What there is to carry on. Refuses with NotFound, NotAllowed, NothingFollowed."""
    _, before = _pair(actor, slug)
    teams = people.teams(ledger.team_ids(before.id, ledger.size()))
    return Carried(
        before=before,
        teams=tuple(sorted(teams.values(), key=lambda team: (team.name, team.id))),
        practices=tuple(practices.practices(campaign_id=before.id)),
        stock=tuple(row for row in gifts_reads.stock(before.id) if row.stock_milli),
        open_requests=len(requests.requests_to_decide(SYSTEM, before.id)),
        people_count=len(calls.people_of(before.id)),
    )


def ask_again(*, actor: Actor, slug: str, now: datetime) -> tuple[AppealFacts, int]:
    """Ask everybody of the campaign before whether they come again: the call, and how many were asked now.

    Only a yes counts (P3): nobody is signed up by it, and who stays silent is asked no second time.

    Refuses with NotFound, NotAllowed, NothingFollowed, CampaignNotOpen, AppealClosed.
    """
    after, before = _pair(actor, slug)
    if after.state != "open":
        raise CampaignNotOpen(slug=slug, state=after.state)
    english = _words("en", after, before)
    code = f"{slug[:44]}-again"
    appeal = appeals.open_appeal(
        actor=actor, campaign_id=after.id, code=code, title=english.title, text=english.text, now=now,
        channels=appeals.LETTERS,
    )  # fmt: skip
    appeals.say_in(actor=actor, code=code, words=_words("ko", after, before))
    asked = again.ask_these(actor=actor, code=code, person_ids=calls.people_of(before.id), now=now)
    return appeal, asked


def _words(language: str, after: CampaignFacts, before: CampaignFacts) -> AppealWords:
    facts = {
        "name": after.name,
        "before": before.name,
        "first": after.starts_on.isoformat(),
        "last": after.ends_on.isoformat(),
    }
    with override(language):
        return AppealWords(language, (gettext(TITLE) % facts)[:160], gettext(TEXT) % facts)


def carry_needs(*, actor: Actor, slug: str, now: datetime) -> tuple[int, int]:
    """Requests that nobody has answered and seats that nobody took, on days that the next campaign has: (requests,
    posts) carried on now. Posts that are led, or lead, are left to people.

    Refuses with NotFound, NotAllowed, NothingFollowed, CampaignNotOpen.
    """
    after, before = _pair(actor, slug)
    if after.state != "open":
        raise CampaignNotOpen(slug=slug, state=after.state)
    today = campaigns.local_day(after, now)
    days = [day for day in needs.days(before.id) if max(today, after.starts_on) <= day <= after.ends_on]
    with transaction.atomic():
        moved = requests.carry_on(from_campaign_id=before.id, to_campaign_id=after.id, today=today)
        rows = [new for day in days for new in _open_posts(after, needs.posts_of_day(before.id, day))]
        known = needs_actions.publish(rows=rows).known_count if rows else 0
    return moved, len(rows) - known


def _open_posts(after: CampaignFacts, posts: list[PostFacts]) -> Iterator[NewPost]:
    leads = {post.lead_key for post in posts}
    for post in posts:
        if post.cancelled_at or not post.seats_free or post.lead_key is not None or post.key in leads:
            continue
        yield NewPost(
            key=made_id(_POST, post.key, after.id),
            campaign_id=after.id,
            seats=post.seats_free,
            least_crew=min(post.least_crew, post.seats_free),
            **{name: getattr(post, name) for name in _SAME},
        )


_SAME: Final = (
    *("team_id", "area_id", "day", "title", "lat", "lon", "starts_at", "ends_at", "tier", "cause", "skills"),
    *("languages", "min_age", "hazardous", "night", "lone", "with_children", "physical", "bring"),
)


def hand_over(*, actor: Actor, slug: str, keepers: tuple[int, int], now: datetime) -> list[OfferFacts]:
    """Carry what is in stock on, under two keepers: issued by the campaign before and received by this one, offer by
    offer, for the same purpose. The ledger has both, so received = issued + lost + in stock holds in each (F6).

    Refuses with NotFound, NotAllowed, NothingFollowed, CampaignNotOpen, FollowingBad (what is counted has no
    continuation in the same unit), OneKeeper, and what the ledger refuses: the campaign before takes entries for 30
    days after it was closed.
    """
    after, before = _pair(actor, slug)
    if after.state != "open":
        raise CampaignNotOpen(slug=slug, state=after.state)
    next_of = {one.continues_id: one for one in campaigns.indicators(after.id)}
    left = [offer for offer in gifts_reads.offers(SYSTEM, before.id) if offer.stock_milli]
    handed = []
    with transaction.atomic():
        for offer in left:
            counted, goes_to = campaigns.indicator(offer.indicator_id), next_of.get(offer.indicator_id)
            if goes_to is None or goes_to.unit != counted.unit or goes_to.kind != counted.kind:
                what = f"nothing in {slug} continues {counted.code} in {counted.unit}"
                raise FollowingBad(
                    slug=before.slug, what=what, wanted="an indicator that does; or issue it first"
                )
            handed.append(_handed(offer, after.id, goes_to.id, keepers, now))
    return handed


def _handed(
    offer: OfferFacts, campaign_id: int, indicator_id: int, keepers: tuple[int, int], now: datetime
) -> OfferFacts:
    # The team that keeps it: the one of its newest move.
    team_id = gifts_reads.moves(SYSTEM, offer.id)[-1].team_id
    new_id = _id(offer, campaign_id, "offer")
    new = gifts.offer(
        client_id=new_id,
        campaign_id=campaign_id,
        area_id=offer.area_id,
        indicator_id=indicator_id,
        item=offer.item,
        quantity_milli=offer.stock_milli,
        now=now,
        donor_name=offer.donor_name,
    )
    for do, kind, offer_id in ((gifts.issue, "issue", offer.id), (gifts.receive, "receive", new.id)):
        do(
            client_id=_id(offer, campaign_id, kind),
            offer_id=offer_id,
            team_id=team_id,
            quantity_milli=offer.stock_milli,
            keeper=keepers[0],
            second_keeper=keepers[1],
            now=now,
        )
    return gifts_reads.offer(SYSTEM, new.id)


def _id(offer: OfferFacts, campaign_id: int, part: str) -> UUID:
    # What is handed over later (something came back) is a hand-over of its own.
    return made_id(_OFFER, offer.client_id, campaign_id, offer.issued_milli, part)


def _pair(actor: Actor, slug: str) -> tuple[CampaignFacts, CampaignFacts]:
    """The campaign and the one that it carries on."""
    after = campaigns.campaign_for(actor, slug)
    actor.must_organise(after.area_path)
    if after.follows_id is None:
        raise NothingFollowed(slug=slug)
    return after, campaigns.campaign_by_id(after.follows_id)
