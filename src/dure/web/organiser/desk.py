"""The desk: people against needs, the match with its proof, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.calls import drive_reads
from dure.movement.calls import reads as calls
from dure.movement.calls.types import DriveFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.side_reasons import OF_POST
from dure.movement.matching.types import DayTally, RunFacts, UnfilledPost
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.standings import actions as standings_actions
from dure.movement.standings import reads as standings
from dure.movement.supervision import reads as supervision
from dure.operations import match_job
from dure.web.clock import now
from dure.web.days import shown_day
from dure.web.doors import door_for
from dure.web.figures import Figure, counted_figure, share_figure
from dure.web.organiser.approvals import waiting_rows
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.matching import (
    AgainForm,
    MatchForm,
    again_rows,
    gigabytes,
    last_match,
    proof_words,
)
from dure.web.organiser.reach import reach_of
from dure.web.organiser.right_now import right_now
from dure.web.organiser.showing import ShowForm, before, compared
from dure.web.organiser.supervision import rows_of as signal_rows
from dure.web.public.needs import TownNeeds, map_of, town_needs

GAPS_SHOWN_MAX = 12
# Of more the rest follows as these are decided.
HELD_SHOWN_MAX = 50
SIGNALS_SHOWN_MAX = 5
TIER_UNITS = (
    _("of %(all)s critical seats offered"),
    _("of %(all)s important seats offered"),
    _("of %(all)s useful seats offered"),
)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place: people who live there against seats wanted there."""

    town: TownNeeds
    people_count: int


@dataclass(frozen=True, slots=True)
class Gap:
    post: PostFacts
    area: AreaFacts
    seats_open: int


def run_figures(run: RunFacts, tally: DayTally | None) -> list[Figure]:
    """What the match offered, by tier, and how much of it was accepted: counts. Only its being best is proven.

    ``tally``: None for who may not see the whole campaign's.
    """
    offered = gettext("offered by the match, counted")
    tiers = zip(TIER_UNITS, run.filled_by_tier, run.seats_by_tier, strict=True)
    shown = [
        share_figure(filled, seats, str(unit) % {"all": f"{seats:,}"}, offered)
        for unit, filled, seats in tiers
    ]
    if tally is not None:
        accepted = tally.accepted + tally.present + tally.done
        shown.append(
            counted_figure(accepted, gettext("accepted so far"), gettext("counted from the answers"))
        )
    way = Figure(f"{run.travel_mean_m / 1000:.1f}", gettext("km mean way"), "counted", offered)
    gap = Figure(
        f"{run.gap_units:,}", gettext("gap to the best there could be"), "verified", proof_words(run)
    )
    return [*shown, way, gap]


def gaps_of(actor: Actor, campaign: CampaignFacts, day: date) -> tuple[list[Gap], int, int]:
    """The first gaps to close, how many there are, and the critical seats among them: neither taken nor offered."""
    found: list[UnfilledPost] = matching.unfilled(actor, campaign, day)
    shown = found[:GAPS_SHOWN_MAX]
    posts = needs.posts(gap.post_id for gap in shown)
    areas = places.areas({post.area_id for post in posts.values()})
    rows = [Gap(posts[gap.post_id], areas[posts[gap.post_id].area_id], gap.seats_open) for gap in shown]
    return rows, len(found), sum(gap.seats_open for gap in found if gap.tier == 1)


def drives_owed(actor: Actor, campaign: CampaignFacts) -> list[DriveFacts]:
    """Proposals with enough names, whose answer is owed by a date (P10)."""
    return [one for one in drive_reads.drives_for(actor, campaign.area_path) if one.state == "waiting"]


def place_rows(actor: Actor, reach: tuple[str, ...], towns: list[TownNeeds]) -> list[PlaceRow]:
    counts: dict[int, int] = {}
    for path in reach:
        counts |= people.count_by_area(actor=actor, area_path=path)
    return [PlaceRow(town=town, people_count=counts.get(town.area.id, 0)) for town in towns]


@require_safe
@door_for(Role.ORGANISER)
def desks(request: HttpRequest, actor: Actor) -> HttpResponse:
    paths = actor.area_paths(Role.ORGANISER)
    mine = [
        one
        for one in campaigns.campaigns(actor=actor)
        if any(one.area_path.startswith(path) or path.startswith(one.area_path) for path in paths)
    ]
    if len(mine) == 1:
        return redirect("desk-campaign", slug=mine[0].slug)
    return render(request, "organiser/desks.html", {"campaigns": mine})


@require_safe
@door_for(Role.ORGANISER)
def desk(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One screen of the day: right now, needs against people, gaps, the match, and what waits for an answer."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    day = shown_day(request, campaign)
    approvals = [row for row in waiting_rows(actor, campaign) if not row.is_mine]
    main = kept_part(
        request,
        "organiser/_desk_main.html",
        (campaign.id, day, reach, tuple((row.act.id, row.asked_by) for row in approvals)),
        lambda: {
            **_of_day(actor, campaign, reach, day),
            "campaign": campaign,
            "day": day,
            "approvals": approvals,
            "show_form": ShowForm(auto_id="show_%s"),
            "match_form": MatchForm(initial={"day": day, "round_number": 1}),
            "again_form": AgainForm(initial={"day": day}, auto_id="again_%s"),
        },
    )
    return render(request, "organiser/desk.html", {"campaign": campaign, "main": main})


def _of_day(actor: Actor, campaign: CampaignFacts, reach: tuple[str, ...], day: date) -> dict[str, object]:
    """All that is read for the page; of ``actor`` only their reach counts."""
    at = now()
    today = campaigns.local_day(campaign=campaign, now=at)
    days = needs.days(campaign.id)
    towns = [town for town in town_needs(campaign, day) if town.area.path.startswith(reach)]
    page = {
        "days": days,
        "is_today": day == today,
        "now": right_now(actor, campaign, reach, at) if day == today else None,
        "places": place_rows(actor, reach, towns),
        "map": map_of(campaign, towns),
        "seats_open": sum(town.seats_open for town in towns),
        **_match_part(actor, campaign, reach, day, days),
        **_waiting_part(actor, campaign, reach, day, today),
    }
    if page["run"] is None:
        page["critical_open"] = sum(town.open_by_tier[0] for town in towns)
    return page


def _match_part(
    actor: Actor, campaign: CampaignFacts, reach: tuple[str, ...], day: date, days: list[date]
) -> dict[str, object]:
    """What the match of the day found, with its proof; for who organises a part, the gaps of that part."""
    is_whole = reach == (campaign.area_path,)
    rounds = matching.rounds(campaign.id, day)
    # The day's figures are those of the match of all; a match of the running day stands beside them.
    run = next((one for one in reversed(rounds) if one.again is None), None)
    again = next((one for one in reversed(rounds) if one.again and one.published_at), None)
    tally = matching.tally(campaign.id, day) if is_whole else None
    gaps, gap_count, critical_open = gaps_of(actor, campaign, day)
    held = next((one for one in reversed(rounds) if not one.published_at and not one.settled_at), None)
    earlier = before(campaign, day, days) if run and is_whole else None
    return {
        "run": run,
        "held_run": held if is_whole else None,
        "compared": compared(run, earlier) if run and earlier else None,
        "again": again if is_whole else None,
        "tiers": again_rows(again) if again else [],
        "again_proof": proof_words(again) if again else "",
        "figures": run_figures(run, tally) if run else [],
        "tally": tally,
        "gaps": gaps,
        "gap_count": gap_count,
        "critical_open": critical_open,
        "may_match": is_whole and campaign.state == "open",
        "card": last_match(campaign, day) if is_whole else None,
        "memory_gb": gigabytes(match_job.memory_of_last(campaign.id)),
        "runs_now": any(one.published_at for one in rounds) and not any(one.settled_at for one in rounds),
    }


def _waiting_part(
    actor: Actor, campaign: CampaignFacts, reach: tuple[str, ...], day: date, today: date
) -> dict[str, object]:
    """What waits for somebody: approvals, proposals, signals, answers, held figures."""
    held = standings.held_for(actor=actor, campaign_id=campaign.id, today=today)
    signals = supervision.signals(actor=actor, campaign_id=campaign.id, today=today)
    return {
        "drives_owed": drives_owed(actor, campaign),
        "signals": signal_rows(signals.signals[:SIGNALS_SHOWN_MAX], today),
        "signal_page": signals,
        "waiting": matching.waiting_minors(actor, campaign, day),
        "held": held[:HELD_SHOWN_MAX],
        "held_count": len(held),
        "calls": calls.tally(campaign.id) if reach == (campaign.area_path,) else None,
        "open_calls": [one for one in calls.appeals_of(campaign.id) if one.closed_at is None],
    }


@require_safe
@door_for(Role.ORGANISER)
def why_unfilled(request: HttpRequest, actor: Actor, slug: str, post_id: int) -> HttpResponse:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    found = matching.why_unfilled_post(actor, post_id)
    if found.post.campaign_id != campaign.id:
        raise NotFound(what="post")
    page = {
        "campaign": campaign,
        "post": found.post,
        "area": places.area(found.post.area_id),
        "team": people.team(found.post.team_id),
        "reasons": found.reasons,
        "skill_names": found.skill_names,
        "sides": [OF_POST[name] for name in found.sides],
        "elsewhere": [
            (tier + 1, count) for tier, count in enumerate(found.reasons.placed_elsewhere_by_tier) if count
        ],
    }
    # A row of the desk that opens in its place asks for the reasons alone.
    template = "organiser/_why.html" if "part" in request.GET else "organiser/why.html"
    return render(request, template, page)


@require_POST
@door_for(Role.ORGANISER)
def confirm_denominator(request: HttpRequest, actor: Actor, slug: str, target_id: int) -> HttpResponse:
    """A named person stands by a plan, so that figures over 105 % of it are shown (F7)."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    if target_id not in {target.id for target in campaigns.targets(campaign_id=campaign.id)}:
        raise NotFound(what="target")
    standings_actions.confirm_denominator(actor=actor, target_id=target_id, now=now())
    messages.success(
        request, gettext("You stand by this plan. The figure is shown from now on, with your name.")
    )
    return redirect("desk-campaign", slug=slug)
