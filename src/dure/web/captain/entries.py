"""What a team wrote down in the last days, and how to correct it: the entry stays, and so does the correction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, Kind, LedgerEntry
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.web.clock import day_in, now
from dure.web.doors import door_for
from dure.web.figures import unit_word
from dure.web.forms import CommandForm, QuantityField
from dure.web.words import ENTRY_KINDS, PROOF_GRADES, word

# Later a captain no longer knows what happened; an organiser can still correct.
DAYS_BACK = 3
CORRECTABLE = frozenset({Kind.HOURS, Kind.OUTPUT})


class CorrectionForm(CommandForm):
    """What an entry should have said. ``standing_milli``: what it stood at when the form was made."""

    standing_milli = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    quantity_milli = QuantityField(label=_("It should be"), max_length=20)
    # A note of the log has at most 500 bytes; a letter has up to four.
    note = forms.CharField(
        label=_("What was wrong"),
        max_length=120,
        help_text=_("Name nobody here: the log keeps it for good, for everybody, also when somebody leaves."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, unit: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["quantity_milli"].label = gettext("It should be (%(unit)s)") % {"unit": unit}

    @property
    def difference_milli(self) -> int:
        wanted: int = self.cleaned_data["quantity_milli"]
        stood: int = self.cleaned_data["standing_milli"]
        return wanted - stood

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if {"quantity_milli", "standing_milli"} <= cleaned.keys() and not self.difference_milli:
            self.add_error("quantity_milli", gettext("That is what stands there already."))
        return cleaned


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the team in words; ``form`` where it is being corrected.

    ``corrected``: what it stands at, where that is no more what it says; ``may_be_corrected``: no correction itself
    is, nor what was withdrawn.
    """

    index: int
    amount: str
    what: str
    grade: str
    grade_word: str
    told: str
    number: str
    corrected: str
    may_be_corrected: bool
    form: CorrectionForm | None


class _Words:
    """What the rows say, in the visitor's language: asked for once a page."""

    def __init__(self) -> None:
        self.kinds = {kind: word(ENTRY_KINDS, kind.name.lower()) for kind in Kind}
        self.grades = {grade: word(PROOF_GRADES, grade.name.lower()) for grade in Grade}
        self.number, self.of_number = gettext("No. %(n)s"), gettext("of no. %(n)s")
        self.corrected, self.withdrawn = gettext("corrected to %(n)s %(unit)s"), gettext("withdrawn")
        self.shown = gettext("no. %(n)s")

    def row(self, entry: LedgerEntry, indicator: IndicatorFacts, form: CorrectionForm | None) -> EntryRow:
        unit = unit_word(indicator.unit)
        may_be_corrected = entry.kind in CORRECTABLE and not entry.is_withdrawn
        corrected = ""
        if may_be_corrected and entry.standing_milli != entry.quantity_milli:
            corrected = self.corrected % {"n": show_milli(entry.standing_milli), "unit": unit}
        return EntryRow(
            index=entry.index,
            amount=f"{show_milli(entry.quantity_milli)} {unit}",
            what=f"{self.kinds[entry.kind]}, {indicator.name}",
            grade=entry.proved.name.lower(),
            grade_word=self.grades[entry.proved],
            told=self._told(entry),
            number=self.shown % {"n": entry.index},
            corrected=corrected,
            may_be_corrected=may_be_corrected,
            form=form,
        )

    def _told(self, entry: LedgerEntry) -> str:
        told = self.number % {"n": entry.index}
        if entry.points_at is not None:
            told += ", " + self.of_number % {"n": entry.points_at}
        if entry.note:
            told += f": {entry.note}"
        return told + (f" · {self.withdrawn}" if entry.is_withdrawn else "")


def campaigns_of(actor: Actor, team: TeamFacts) -> list[CampaignFacts]:
    return campaigns.covering(actor, team.area_path)


def days_of(campaign: CampaignFacts) -> list[date]:
    """The days whose entries a captain corrects, today first."""
    today = campaigns.local_day(campaign=campaign, now=now())
    return [today - timedelta(days=back) for back in range(DAYS_BACK)]


def entry_of_team(actor: Actor, team: TeamFacts, index: int) -> LedgerEntry:
    """An entry that the team's captain may correct. Refuses with NotFound, also for another team's."""
    for campaign in campaigns_of(actor, team):
        for one in ledger.entries(actor, campaign.id, team_id=team.id, after_index=index - 1, count_max=1):
            if one.index == index and one.kind in CORRECTABLE and one.work_day in days_of(campaign):
                return one
    raise NotFound(what="entry to correct")


def _page(
    request: HttpRequest, actor: Actor, team: TeamFacts, day: date | None, wrong: dict[int, CorrectionForm]
) -> HttpResponse:
    covering = campaigns_of(actor, team)
    days = days_of(covering[0]) if covering else []
    shown = day if day in days else next(iter(days), None)
    rows: list[EntryRow] = []
    words = _Words()
    for campaign in covering if shown else ():
        indicators = {one.id: one for one in campaigns.indicators(campaign_id=campaign.id)}
        for entry in ledger.entries(actor, campaign.id, team_id=team.id, work_day=shown):
            indicator = indicators[entry.indicator_id]
            row = words.row(entry, indicator, wrong.get(entry.index))
            if row.may_be_corrected and str(entry.index) == request.GET.get("correct"):
                row = replace(row, form=_fresh(entry, indicator))
            rows.append(row)
    page = {
        "team": team,
        "campaign": covering[0] if covering else None,
        "days": days,
        "day": shown,
        "shown_day": shown.isoformat() if shown else "",
        "rows": rows,
        "here": reverse("crew", args=[team.id]),
    }
    return render(request, "captain/entries.html", page, status=422 if wrong else 200)


def _fresh(entry: LedgerEntry, indicator: IndicatorFacts) -> CorrectionForm:
    initial = CommandForm.fresh_id() | {"standing_milli": entry.standing_milli}
    return CorrectionForm(unit=unit_word(indicator.unit), initial=initial, auto_id=f"entry_{entry.index}_%s")


@require_safe
@door_for(Role.CAPTAIN)
def entries(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    return _page(request, actor, people.team(team_id), day_in(request), {})


@require_POST
@door_for(Role.CAPTAIN)
def correct(request: HttpRequest, actor: Actor, team_id: int, index: int) -> HttpResponse:
    """Add the difference to an entry of one's own team. Sending the form twice corrects once."""
    actor.must_captain(team_id)
    team = people.team(team_id)
    entry = entry_of_team(actor, team, index)
    unit = unit_word(campaigns.indicator(indicator_id=entry.indicator_id).unit)
    form = CorrectionForm(request.POST, unit=unit, auto_id=f"entry_{index}_%s")
    if form.is_valid() and _was_changed(actor, entry, form):
        form.add_error(
            "quantity_milli",
            gettext("It was corrected meanwhile and stands at %(n)s %(unit)s now. Open this page again.")
            % {"n": show_milli(entry.standing_milli), "unit": unit},
        )
    if not form.is_valid():
        return _page(request, actor, team, entry.work_day, {index: form})
    ledger_actions.correct(
        index=index,
        difference_milli=form.difference_milli,
        client_id=form.cleaned_data["client_id"],
        now=now(),
        note=form.cleaned_data["note"],
    )
    messages.success(request, gettext("Corrected. Both the entry and the correction stay on record."))
    return redirect(f"{reverse('crew-entries', args=[team_id])}?day={entry.work_day.isoformat()}")


def _was_changed(actor: Actor, entry: LedgerEntry, form: CorrectionForm) -> bool:
    """Whether the entry no longer stands where the form saw it, for another reason than this very form."""
    if entry.standing_milli == form.cleaned_data["standing_milli"]:
        return False
    later = ledger.entries(actor, entry.campaign_id, team_id=entry.team_id, work_day=entry.work_day)
    return all(one.client_id != form.cleaned_data["client_id"] for one in later)
