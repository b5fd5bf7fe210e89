"""Matching a day from the desk: start it, watch it, stop it. It runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base import jobs
from dure.base.access import Actor
from dure.base.jobs import JobFacts
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from dure.operations import bulk, match_job
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of

# How often the page of a match that runs asks again: long enough to be read out, and to find "Hold it still".
REFRESH_SECONDS = 15
STILL = "still"
MEMORY = "memory"
STEPS = (
    ("reading", _("Reading people and posts")),
    (MEMORY, _("Working out how much memory it needs")),
    ("pairs", _("Finding who can go where")),
    ("auction", _("Weighing everybody against everybody else")),
    ("proof", _("Proving that no better placement exists")),
    ("sides", _("Keeping groups and crews together, and adults beside those under 18")),
    ("writing", _("Writing the offers")),
    ("publishing", _("Showing the offers and telling people")),
)


class MatchForm(forms.Form):
    """Running the day's match."""

    day = forms.DateField(widget=forms.HiddenInput)
    round_number = forms.IntegerField(min_value=1, max_value=20, widget=forms.HiddenInput)
    kept_hours = forms.TypedChoiceField(
        label=_("Keep each offer for"),
        coerce=int,
        initial=12,
        choices=[
            (2, _("2 hours")),
            (4, _("4 hours")),
            (12, _("12 hours")),
            (24, _("a day")),
            (48, _("two days")),
        ],
    )
    hold = forms.BooleanField(label=_("Show it to nobody yet: somebody looks first"), required=False)


class AgainForm(forms.Form):
    """Matching the running day again."""

    day = forms.DateField(widget=forms.HiddenInput)
    stability_m = forms.TypedChoiceField(
        label=_("Ask somebody to move only for"),
        coerce=int,
        initial=3_000,
        choices=[
            (1_000, _("more than 1 km less travel")),
            (3_000, _("more than 3 km less travel")),
            (10_000, _("more than 10 km less travel")),
            (1_000_000, _("a more urgent post, never for travel")),
        ],
    )
    kept_hours = forms.TypedChoiceField(
        label=_("Keep each offer for"),
        coerce=int,
        initial=2,
        choices=[(1, _("1 hour")), (2, _("2 hours")), (4, _("4 hours")), (12, _("12 hours"))],
    )
    hold = forms.BooleanField(label=_("Show it to nobody yet: somebody looks first"), required=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a match; ``state`` is done, now or ahead."""

    name: object
    state: str


@dataclass(frozen=True, slots=True)
class MatchCard:
    """How far a match is, or how it ended. ``run``: what came out, once it is there.

    ``is_published``: people see its offers, also where the process died afterwards.
    """

    job: JobFacts
    steps: tuple[Step, ...]
    run: RunFacts | None
    is_published: bool

    @property
    def step(self) -> object:
        """What is being done now, in words."""
        return next((step.name for step in self.steps if step.state == "now"), gettext("Starting"))

    @property
    def counts(self) -> bool:
        """Whether the step counts something people would count: memory is told in a sentence."""
        return self.job.total_count > 0 and self.job.step != MEMORY

    @property
    def memory_gb(self) -> str:
        """What it takes at its peak; empty until that is known."""
        return gigabytes(self.job.bytes_needed)


def gigabytes(count: int | None) -> str:
    """Bytes as "1.1", at least "0.1"; empty where nobody knows."""
    return "" if count is None else f"{max(count / 1e9, 0.1):.1f}"


def proof_words(run: RunFacts) -> str:
    if run.side is not None:
        share = f"{100 * run.side.gap_share:.3f}"
        return gettext("with groups, crews and minors proven within %(share)s %% of the best") % {
            "share": share
        }
    if run.gap_units == 0:
        return gettext("proven best: gap 0")
    metres = run.gap_units * 10
    return gettext("proven within %(m)s m of way, all people together") % {"m": f"{metres:,}"}


@dataclass(frozen=True, slots=True)
class AgainRow:
    """Seats of one tier before and in the plan of a match of the running day."""

    tier: int
    free: int
    new: int
    before: int
    planned: int

    @property
    def gain(self) -> int:
        return self.planned - self.before


def again_rows(run: RunFacts) -> list[AgainRow]:
    """By tier; [] for the morning's match."""
    if run.again is None:
        return []
    facts = run.again
    columns = (facts.free_by_tier, facts.new_by_tier, facts.before_by_tier, run.filled_by_tier)
    return [AgainRow(tier, *counts) for tier, *counts in zip((1, 2, 3), *columns, strict=True)]


def card_of(campaign: CampaignFacts, day: date, job: JobFacts) -> MatchCard:
    codes = [code for code, _words in STEPS]
    at = codes.index(job.step) if job.step in codes else -1
    steps = tuple(
        Step(words, "done" if place < at else "now" if place == at else "ahead")
        for place, (_code, words) in enumerate(STEPS)
    )
    run = _run_of(campaign, day, job)
    is_published = bool(run and run.published_at)
    return MatchCard(
        job=job, steps=steps, run=run if job.state == "done" else None, is_published=is_published
    )


def _run_of(campaign: CampaignFacts, day: date, job: JobFacts) -> RunFacts | None:
    """The run that a job made, if it came so far: of one day only one job runs at a time."""
    if job.ended_at is None:
        return None
    made = [
        run for run in matching.rounds(campaign.id, day) if job.started_at <= run.solved_at <= job.ended_at
    ]
    return made[-1] if made else None


def last_match(campaign: CampaignFacts, day: date) -> MatchCard | None:
    """The last match of a day that was started; for who organises the whole campaign."""
    job = match_job.match_of(campaign.id, day)
    return None if job is None else card_of(campaign, day, job)


def _campaign_to_match(actor: Actor, slug: str) -> CampaignFacts:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    actor.must_organise(campaign.area_path, what=gettext("running the match of the whole campaign"))
    return campaign


@require_POST
@door_for(Role.ORGANISER)
def start(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Start the day's match. While one runs, or once its round is published, it is refused: pressing twice is safe."""
    return _start(actor, slug, MatchForm(request.POST), match_job.start_match)


@require_POST
@door_for(Role.ORGANISER)
def start_again(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Match the running day as it is now. Whoever has a post is asked, never moved."""
    return _start(actor, slug, AgainForm(request.POST), match_job.start_again)


def _start(actor: Actor, slug: str, form: forms.Form, start_job: Callable[..., UUID]) -> HttpResponse:
    """Start what the form asks for, whose fields are the job's own words, and go where it is watched."""
    campaign = _campaign_to_match(actor, slug)
    if not form.is_valid() or form.cleaned_data["day"] not in needs.days(campaign.id):
        raise NotFound(what="day to match")
    wanted = form.cleaned_data
    # Where two persons are asked, nothing is shown before the second one has looked.
    wanted["hold"] = wanted["hold"] or bulk.PUBLISH in campaign.two_persons
    job_id = start_job(campaign_id=campaign.id, asked_by=actor.account_id, now=now(), **wanted)
    return redirect("desk-match-job", slug=slug, job_id=job_id)


@require_safe
@door_for(Role.ORGANISER)
def watch(request: HttpRequest, actor: Actor, slug: str, job_id: UUID) -> HttpResponse:
    """How far a match is. The page asks again by itself while it runs, unless it was asked to hold still."""
    campaign = _campaign_to_match(actor, slug)
    job, day = match_job.match_job(campaign.id, job_id)
    card = card_of(campaign, day, job)
    holds_still = STILL in request.GET
    page = {
        "campaign": campaign,
        "match_day": day,
        "card": card,
        "holds_still": holds_still,
        "refresh_seconds": REFRESH_SECONDS,
        "proof": proof_words(card.run) if card.run else "",
        "tiers": again_rows(card.run) if card.run else [],
    }
    response = render(request, "organiser/match.html", page)
    if job.is_running and not holds_still:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@door_for(Role.ORGANISER)
def stop(request: HttpRequest, actor: Actor, slug: str, job_id: UUID) -> HttpResponse:
    """Ask a match to stop at its next step; nothing of it is published. Asking twice changes nothing."""
    campaign = _campaign_to_match(actor, slug)
    match_job.match_job(campaign.id, job_id)
    if not jobs.ask_to_stop(job_id):
        messages.info(request, gettext("This match is over already."))
    # Whoever held the page still finds it so again.
    back = redirect("desk-match-job", slug=slug, job_id=job_id)
    if STILL in request.GET:
        back["Location"] += f"?{STILL}"
    return back
