"""The forms that tell of an incident: on the desk, and for somebody who was there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.safety.incidents import HURT_MAX
from dure.movement.safety.words import WORDS_CHARS_MAX
from dure.web.forms import CommandForm
from dure.web.safety_words import kind_choices, severity_choices

_MOMENT = "%Y-%m-%dT%H:%M"


class IncidentForm(CommandForm):
    """What happened, where, when, how bad."""

    where = forms.ChoiceField(label=_("Where"))
    kind = forms.ChoiceField(label=_("What"), choices=kind_choices)
    severity = forms.ChoiceField(label=_("How bad"), choices=severity_choices)
    happened_at = forms.DateTimeField(
        label=_("When"),
        input_formats=[_MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )
    people_hurt = forms.IntegerField(
        label=_("How many people were hurt"),
        min_value=0,
        max_value=HURT_MAX,
        initial=0,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    words = forms.CharField(
        label=_("What happened"),
        max_length=WORDS_CHARS_MAX,
        help_text=_("Without names where that goes. Only who organises this place reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["where"].choices = places  # type: ignore[attr-defined]  # a choice field has them

    def moment(self, campaign: CampaignFacts) -> datetime:
        """What was typed, as a moment where the campaign is."""
        typed: datetime = self.cleaned_data["happened_at"]
        return typed.replace(tzinfo=ZoneInfo(campaign.timezone))


def now_there(campaign: CampaignFacts, at: datetime) -> str:
    """A moment as the form shows it, where the campaign is."""
    return at.astimezone(ZoneInfo(campaign.timezone)).strftime(_MOMENT)
