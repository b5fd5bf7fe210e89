"""The plan on the desk: targets handed down, what teams and places argue, what waits for a look at its safety."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.base.row_ids import row_id
from dure.kernel.quantities import MILLI, show_milli
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import plan, pleas
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.plan import To
from dure.movement.campaigns.types import CampaignFacts, Split, TargetFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.standings import actions as standings_actions
from dure.movement.standings import reads as standings
from dure.movement.standings.types import Limit
from dure.operations import planning
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.forms import QuantityField
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.reach import reach_of
from dure.web.plans import TargetRow, place_asked_for, plan_at, pleas_of, rows_of
from dure.web.refusals import say_on

# More fields than this fill no form; such a place is split by its people, or from a file.
PARTS_ASKED_MAX = 60


class PleaForm(forms.Form):
    """Another target, and why."""

    wanted = QuantityField(label=_("Target that is wanted"), max_length=20)
    why = forms.CharField(
        label=_("Why, for everybody to read"),
        max_length=pleas.WORDS_CHARS_MAX,
        help_text=_("Name nobody here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """The answer to a plea."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("above", _("Yes: the targets above change with it")),
            ("siblings", _("Yes: the other parts take it up (in a draft)")),
            ("no", _("No: the target stands")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("The answer, for everybody to read"),
        max_length=pleas.WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookForm(forms.Form):
    """What somebody found who looked at the safety of work."""

    words = forms.CharField(
        label=_("What you looked at and what you found"),
        max_length=standings_actions.WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SplitForm(forms.Form):
    """By what a target is handed down, and the weights of those below."""

    rule = forms.ChoiceField(
        label=_("By what"),
        choices=[
            ("population", _("by population")),
            ("need", _("by need: the seats asked for, or the numbers below")),
            ("capacity", _("by rated capacity, as below")),
            ("stated", _("as stated below")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, parts: Sequence[tuple[int, str]] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        for pk, name in parts:
            self.fields[f"part_{pk}"] = QuantityField(label=name, max_length=20, required=False)

    def weights(self) -> dict[int, int]:
        """By id; seats and other needs are whole numbers."""
        given = {
            int(name.removeprefix("part_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("part_") and value is not None
        }
        is_need = self.cleaned_data["rule"] == "need"
        return {pk: value // MILLI for pk, value in given.items()} if is_need else given


@require_safe
@door_for(Role.ORGANISER)
def desk_plan(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The targets of a place and of what lies in it, what is argued, and what waits for a look."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return _page(request, actor, campaign)


def _page(
    request: HttpRequest,
    actor: Actor,
    campaign: CampaignFacts,
    status: int = 200,
    wrong: Mapping[int, AnswerForm] | None = None,
) -> HttpResponse:
    """``wrong``: answers to pleas that have to be sent again, as they were typed."""
    area = place_asked_for(request, campaign)
    today = campaigns.local_day(campaign=campaign, now=now())
    main = kept_part(
        request,
        "organiser/_plan_main.html",
        None if wrong else (campaign.id, today, area.id, actor.area_paths(Role.ORGANISER)),
        lambda: _at_place(actor, campaign, area, today, wrong or {}),
    )
    return render(request, "organiser/plan.html", {"campaign": campaign, "main": main}, status=status)


def _at_place(
    actor: Actor, campaign: CampaignFacts, area: AreaFacts, today: date, typed: Mapping[int, AnswerForm]
) -> dict[str, object]:
    """What the page shows of a place; of ``actor`` only their reach counts."""
    reach = reach_of(actor, campaign)
    argued = [one for one in pleas_of(campaign, today) if one.row.area.path.startswith(reach)]
    return {
        "campaign": campaign,
        "area": area,
        "above": [one for one in places.ancestors(area.path) if one.path.startswith(campaign.area_path)],
        "plans": plan_at(campaign, area),
        "reach": reach,
        "pleas": [
            (
                one,
                typed.get(one.plea.id)
                or (AnswerForm(auto_id=f"plea{one.plea.id}_%s") if one.plea.answer == "open" else None),
            )
            for one in argued
        ],
        "reviews": [
            (one, LookForm(auto_id=f"look{number}_%s"))
            for number, one in enumerate(
                standings.reviews_for(actor=actor, campaign_id=campaign.id, today=today)
            )
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_target(request: HttpRequest, actor: Actor, slug: str, target_id: int) -> HttpResponse:
    """One target: hand it down, or argue for another."""
    campaign, row = _target(actor, slug, target_id)
    act = request.POST.get("act", "")
    to: To = "teams" if request.GET.get("to") == "teams" else "places"
    parts = _parts(row.target, to)
    split_form = SplitForm(
        request.POST if act == "split" else None,
        parts=parts[:PARTS_ASKED_MAX],
        initial={"rule": "population"},
    )
    plea_form = PleaForm(request.POST if act == "plead" else None, auto_id="plea_%s")
    status = 422 if request.method == "POST" else 200
    form = {"split": split_form, "plead": plea_form}.get(act)
    if form is not None and form.is_valid():
        try:
            said = (
                _split(actor, target_id, split_form, to)
                if act == "split"
                else plead(actor, target_id, plea_form)
            )
            messages.success(request, said)
            return redirect("desk-target", slug=slug, target_id=target_id)
        except Refusal as no:
            status = say_on(form, no)
    page = {
        "campaign": campaign,
        "here": "plan",
        "row": row,
        "indicator": campaigns.indicator(row.target.indicator_id),
        "parts": rows_of(list(plan.parts_of(target_id))),
        "to": to,
        "may_split": row.team is None and campaign.state != "closed" and bool(parts),
        "asks_parts": len(parts) <= PARTS_ASKED_MAX,
        "split_form": split_form,
        "plea_form": plea_form,
    }
    return render(request, "organiser/target.html", page, status=status)


def _split(actor: Actor, target_id: int, form: SplitForm, to: To) -> str:
    made = planning.split_down(
        actor=actor,
        target_id=target_id,
        rule=cast("Split", form.cleaned_data["rule"]),
        to=to,
        weights=form.weights() or None,
        now=now(),
    )
    return gettext("Handed down in %(n)s parts, which sum to it.") % {"n": len(made)}


def plead(actor: Actor, target_id: int, form: PleaForm) -> str:
    """Argue for another target as the form says; what to say then. Refuses as ``pleas.plead`` does."""
    said = form.cleaned_data
    made = pleas.plead(
        actor=actor, target_id=target_id, wanted_milli=said["wanted"], why=said["why"], now=now()
    )
    return gettext("Asked. An answer is owed by %(day)s.") % {"day": made.answer_by}


@require_POST
@door_for(Role.ORGANISER)
def answer_plea(request: HttpRequest, actor: Actor, slug: str, plea_id: int) -> HttpResponse:
    plea = pleas.one(plea_id)
    campaign, _row = _target(actor, slug, plea.target_id)
    form = AnswerForm(request.POST, auto_id=f"plea{plea_id}_%s")
    if not form.is_valid():
        return _page(request, actor, campaign, 422, {plea_id: form})
    decision = form.cleaned_data["decision"]
    try:
        pleas.answer(
            actor=actor,
            plea_id=plea_id,
            agrees=decision != "no",
            words=form.cleaned_data["words"],
            taken_from="siblings" if decision == "siblings" else "above",
            now=now(),
        )
    except Refusal as no:
        return _page(request, actor, campaign, say_on(form, no), {plea_id: form})
    messages.success(request, gettext("Answered. Who asked is written to."))
    return redirect("desk-plan", slug=slug)


@require_POST
@door_for(Role.ORGANISER)
def looked(request: HttpRequest, actor: Actor, slug: str, indicator_id: int, area_id: int) -> HttpResponse:
    """A named organiser looked at the safety of work beyond a limit."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    if indicator_id not in {one.id for one in campaigns.indicators(campaign.id)}:
        raise NotFound(what="indicator")
    team = request.POST.get("team", "")
    team_id = row_id(team)
    if team and team_id is None:
        raise NotFound(what="team")
    limit: Limit = "norm" if request.POST.get("limit") == "norm" else "capacity"
    standings_actions.review_safety(
        actor=actor,
        indicator_id=indicator_id,
        limit=limit,
        area_id=area_id,
        team_id=team_id,
        words=request.POST.get("words", ""),
        now=now(),
    )
    messages.success(request, gettext("Kept under your name. The figure is shown from now on."))
    return redirect("desk-plan", slug=slug)


def _target(actor: Actor, slug: str, target_id: int) -> tuple[CampaignFacts, TargetRow]:
    """Refuses with NotFound a target of another campaign, or out of the actor's reach."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    row = rows_of([campaigns.target(target_id)])[0]
    in_campaign = campaigns.indicator(row.target.indicator_id).campaign_id == campaign.id
    if not in_campaign or not row.area.path.startswith(reach):
        raise NotFound(what="target")
    return campaign, row


def _parts(target: TargetFacts, to: To) -> list[tuple[int, str]]:
    """Who could get a part, with a name to be asked by; people beside places."""
    if to == "teams":
        area = places.area(target.area_id)
        teams: Any = people.teams_under(area.path)
        return [(team.id, team.name) for team in teams if team.area_id == area.id]
    return [
        (child.id, f"{child.name} ({show_milli(child.population * MILLI)})")
        for child in places.children(target.area_id)
    ]
