"""My day, my record, my data: for whoever came by their private link."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.briefly import BRIEFLY
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.calls.errors import AppealOver
from dure.movement.calls.types import AnswerFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.honours import reads as honours
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, LedgerEntry
from dure.movement.matching import reads as matching
from dure.movement.matching.side_reasons import OF_PERSON
from dure.movement.matching.types import OfferFacts, PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import confirming, team_number
from dure.movement.people import reads as people
from dure.movement.people.ages import is_minor
from dure.movement.people.calendar_link import calendar_token
from dure.movement.people.crew_names import hides_name
from dure.movement.people.openings import openings
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import answers, neighbours
from dure.operations.badges import badge_code
from dure.operations.rotation import rest_weeks
from dure.web.actor import GUARDIAN_KEY, let_in, let_in_by_link
from dure.web.addresses import whole
from dure.web.badges import badge_picture
from dure.web.captain.gate import at_gate
from dure.web.clock import now
from dure.web.doors import for_newcomer, for_person, private_link
from dure.web.figures import unit_word
from dure.web.volunteer import home
from dure.web.volunteer.consents import purposes
from dure.web.volunteer.known import for_known, is_beside, marked
from dure.web.volunteer.several import further_posts, one_more
from dure.web.volunteer.stay import may_stay
from dure.web.words import PROOF_GRADES, word

COMING = ("accepted", "present")
# A captain can be called from then on, not weeks ahead.
CALLED_BEFORE = timedelta(days=1)
# No code of a call is longer.
CODE_CHARS_MAX = 50
# Whoever waits, or is not needed here, sees who needs help near by.
NOT_CALLED = ("reserve", "not_needed")


@dataclass(frozen=True, slots=True)
class Shift:
    """A post as its volunteer sees it: where, when, with whom, what to bring."""

    post: PostFacts
    campaign: CampaignFacts
    team: TeamFacts
    area: AreaFacts

    @property
    def map_link(self) -> str:
        """A link any map program opens (RFC 5870); nothing is loaded from elsewhere."""
        return f"geo:{self.post.lat:.5f},{self.post.lon:.5f}?q={quote(self.post.title)}"

    @property
    def route_link(self) -> str:
        """The way there on OpenStreetMap, for who has no map program; only who presses it goes there."""
        return f"https://www.openstreetmap.org/directions?to={self.post.lat:.5f}%2C{self.post.lon:.5f}"


def shift_of(post: PostFacts) -> Shift:
    return Shift(
        post=post,
        campaign=campaigns.campaign_by_id(post.campaign_id),
        team=people.team(post.team_id),
        area=places.area(post.area_id),
    )


@private_link
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: from here on the session says who it is, and the address no longer does.

    With ``?call=CODE``, as in the letter of a call, it leads on to where that call is answered in one press.
    """
    person_id = people.person_of_token(token)
    let_in_by_link(request, person_id)
    if (code := request.GET.get("call", "")) and not confirming.unconfirmed([person_id]):
        return _to_call(code[:CODE_CHARS_MAX]) or redirect("my")
    if request.GET.get("safe") == "1" and not confirming.unconfirmed([person_id]):
        return redirect("my-home")
    return redirect("my")


def _to_call(code: str) -> HttpResponse | None:
    """To the form of an open call; None: it is over, or there is none."""
    try:
        appeal = calls.taking(code, now())
    except (NotFound, AppealOver):
        return None
    if appeal.asks != "people":
        return redirect("call", code=code)
    slug = campaigns.campaign_by_id(appeal.campaign_id).slug
    return redirect(f"{reverse('join', args=[slug])}?{urlencode({'call': code})}")


@private_link
@require_safe
def enter_guardian(request: HttpRequest, token: str) -> HttpResponse:
    let_in(request, GUARDIAN_KEY, people.person_of_guardian_token(token))
    return redirect("guardian")


def next_placement(
    placements: Iterable[PlacementFacts], posts: Mapping[int, PostFacts], at: datetime
) -> tuple[PlacementFacts, PostFacts] | None:
    """The earliest shift still to come or going on; of one day's, one that was called off comes last."""
    coming = [one for one in placements if one.state in COMING]
    ahead = [(one, posts[one.post_id]) for one in coming if posts[one.post_id].ends_at > at]
    return min(
        ahead,
        key=lambda pair: (pair[1].day, pair[1].cancelled_at is not None, pair[1].starts_at),
        default=None,
    )


def number_to_call(post: PostFacts, at: datetime) -> str:
    """The number of the team's captain, if they gave one: from a day before the shift until it is over."""
    return team_number.of_team(post.team_id) if post.starts_at - CALLED_BEFORE < at < post.ends_at else ""


def open_offers(offers: Iterable[OfferFacts], at: datetime) -> list[OfferFacts]:
    """That can be answered; the latest day first, and of one day the latest offer."""
    return [one for one in offers if one.state == "open" and one.expires_at > at]


@dataclass(frozen=True, slots=True)
class Instead:
    """An offer of another post, beside the one somebody has or was offered first."""

    offer: OfferFacts
    shift: Shift
    has: PostFacts
    kept_until: datetime
    request_id: UUID


def instead_of(
    offers: Iterable[OfferFacts], has: PostFacts, posts: Mapping[int, PostFacts], at: datetime
) -> Instead | None:
    """What they are asked to do instead of what they have: until that shift begins, they may still change."""
    for one in offers:
        if one.instead_of == has.id and (has.starts_at > at or has.cancelled_at is not None):
            shift = shift_of(posts[one.post_id])
            until = one.expires_at if has.cancelled_at else min(one.expires_at, has.starts_at)
            return Instead(one, shift, has, until, uuid.uuid4())
    return None


def true_answers(actor: Actor, person_id: int, at: datetime) -> list[tuple[CampaignFacts, AnswerFacts]]:
    """What is true now in each open campaign that knows the person: a post, an offer, else what they were told."""
    found = [
        (campaign, answers.current(actor=actor, person_id=person_id, campaign_id=campaign.id, now=at))
        for campaign in campaigns.campaigns(actor=actor)
        if campaign.state == "open"
    ]
    return [(campaign, answer) for campaign, answer in found if answer is not None]


@require_safe
@for_person
def my_day(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    person = people.card(actor=actor, person_id=person_id)
    at = now()
    beside = is_beside(request, person_id)
    told = true_answers(actor, person_id, at)
    page: dict[str, object] = {"person": person, "here": "my", "answers": told}
    page["home_calls"] = home.of(actor, person_id)
    page["rest_weeks"] = rest_weeks(person_id, (campaign for campaign, _ in told), at)
    page["asked_same"] = person.is_asked_same
    if any(answer.kind in NOT_CALLED for _, answer in told):
        page["neighbours"] = neighbours.near(actor, person_id, at)
    mine = matching.placements_of(actor, person_id)
    asked = matching.offers_of(actor, person_id)
    posts = needs.posts([*(one.post_id for one in mine), *(one.post_id for one in asked)])
    placed = next_placement(mine, posts, at)
    offers = open_offers(asked, at)
    # What would be left is shown first, and beside it what they are asked to do instead.
    offer = min(offers, key=lambda one: one.instead_of is not None, default=None)
    if placed is not None:
        placement, post = placed
        page |= {
            "placement": placement,
            "shift": shift_of(post),
            "with_whom": matching.crew_names(actor, placement.id),
            "badge": badge_picture(request, placement.id),
            "badge_code": badge_code(placement.id),
            "gate": at_gate(placement, post, at),
            "may_stay": may_stay(actor, person_id, posts),
            "captain_number": "" if beside else number_to_call(post, at),
            "hides_number": beside and bool(number_to_call(post, at)),
            "may_withdraw": placement.state == "accepted" and post.starts_at > at,
            "further": further_posts(mine, posts, placement),
            "one_more": one_more(offers, posts, placement) if person.shifts_max > 1 else None,
            "instead": instead_of(offers, post, posts, at) if placement.state == "accepted" else None,
        }
    elif offer is not None:
        post = posts[offer.post_id]
        page |= {
            "offer": offer,
            "shift": shift_of(post),
            "kept_until": min(offer.expires_at, post.starts_at if post.starts_at > at else post.ends_at),
            "request_id": uuid.uuid4(),
            "instead": instead_of(offers, post, posts, at),
        }
    if "shift" in page:
        page["campaign"] = page["shift"].campaign  # type: ignore[attr-defined]  # set two lines above
    shown = render(request, "volunteer/my_day.html", page)
    return shown if beside else marked(shown, request, person_id)


@require_safe
@for_person
def why(request: HttpRequest, actor: Actor, person_id: int, offer_id: int) -> HttpResponse:
    """Why this post, and which others there would have been."""
    reasons = matching.why_this(actor, offer_id)
    page = {
        "here": "my",
        "reasons": reasons,
        "shift": shift_of(reasons.post),
        "others": [(one, reasons.others[one.post]) for one in reasons.why.alternatives],
        "changes": [(one, reasons.others[one.post]) for one in reasons.why.changes],
        "cost": reasons.why.cost,
        "sides": [OF_PERSON[name] for name in reasons.sides],
    }
    return render(request, "volunteer/why.html", page)


# A line of the record: day, team, amount, unit, grade of proof as a class and in words, receipt, whether it is signed.
Line = tuple[str, str, str, str, str, str, str, bool]


def _worked(entries: Sequence[LedgerEntry], signed_size: int) -> list[Line]:
    """The newest first. Somebody who stays for a season has hundreds, so what is alike is worked out once."""
    teams = people.teams({entry.team_id for entry in entries})
    units = {
        one: unit_word(campaigns.indicator(indicator_id=one).unit)
        for one in {e.indicator_id for e in entries}
    }
    days = {day: date_format(day, "j M Y") for day in {entry.work_day for entry in entries}}
    grades = {one: (one.name.lower(), word(PROOF_GRADES, one.name.lower())) for one in Grade}
    receipt = gettext("no. %(n)s")
    return [
        (
            days[entry.work_day],
            teams[entry.team_id].name,
            show_milli(entry.standing_milli),
            units[entry.indicator_id],
            *grades[entry.proved],
            receipt % {"n": entry.index},
            entry.index < signed_size,
        )
        for entry in reversed(entries)
    ]


@require_safe
@for_person
def my_record(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    nominations = honours.nominations_of(actor=actor, person_id=person_id)
    # Before the thanks, which are for some of them.
    posts = needs.posts(one.post_id for one in matching.placements_of(actor, person_id))
    # All ask for the same one, and only whether an entry is older than it.
    signed = BRIEFLY.get("latest checkpoint", ledger.latest_checkpoint)
    entries = ledger.entries_of_person(actor, person_id)
    page = {
        "here": "record",
        "person": people.card(actor=actor, person_id=person_id),
        "entries": _worked(entries, signed.size if signed else 0),
        "thanks": honours.thanks_for(actor=actor, person_id=person_id),
        "asked": [one for one in nominations if one.state == "open"],
        "answered": [one for one in nominations if one.state != "open"],
        "may_stay": may_stay(actor, person_id, posts),
    }
    return render(request, "volunteer/my_record.html", page)


@require_safe
@for_person
@for_known
def my_data(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    person = people.person(actor=actor, person_id=person_id)
    at = now()
    token = calendar_token(actor=actor, person_id=person_id)
    page = {
        "here": "data",
        "person": person,
        "area": places.area(person.area_id),
        "purposes": purposes(person.consents),
        "is_minor": is_minor(birth_year=person.birth_year, day=at.date()),
        "hides_name": hides_name(actor=actor, person_id=person_id),
        "openings": openings(actor=actor, person_id=person_id, now=at),
        "calendar_address": whole(request, reverse("calendar-feed", args=[token])),
    }
    return render(request, "volunteer/my_data.html", page)


@require_safe
@for_newcomer
@for_known
def leaving(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    page = {"here": "data", "person": people.person(actor=actor, person_id=person_id)}
    return render(request, "volunteer/leave.html", page)


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    return render(request, "volunteer/left.html")


def own_placement(actor: Actor, person_id: int, placement_id: int) -> PlacementFacts:
    """A placement of this person; a captain's rights don't count at this door."""
    found = matching.placement_for(actor, placement_id)
    if found.person_id != person_id:
        raise NotFound(what="placement")
    return found
