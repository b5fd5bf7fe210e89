"""The form by which institutions, households and teams ask for hands."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs.errors import RequestBad
from dure.movement.needs.types import NewRequest, Problem
from dure.web.forms import CommandForm, GroupedChoices, day_choices
from dure.web.words import CAUSES, PHYSICAL, SKILLS

# Where a problem of the room is shown; the room speaks of posts, the form of hours and hands.
FIELDS = {"area": "town", "starts_at": "starts", "ends_at": "ends"}


class NeedForm(CommandForm):
    """Hands that somebody asks for."""

    institution = forms.CharField(
        label=_("Who asks?"),
        max_length=120,
        help_text=_(
            "People who come read this name. For your own home write, for example: a household in Naju."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact = forms.CharField(
        label=_("Whom may we ask about it, and how?"),
        max_length=200,
        help_text=_(
            "A name with a number or an e-mail address. Only who organises your place reads it, and it is deleted when "
            "the work is over."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("What is there to do?"), max_length=160, help_text=_("For example: bring meals to rooms")
    )
    cause = forms.ChoiceField(label=_("What kind of work is it?"), choices=list(CAUSES.items()))
    town = forms.TypedChoiceField(label=_("Where?"), coerce=int)
    days = forms.MultipleChoiceField(label=_("On which days?"), widget=forms.CheckboxSelectMultiple)
    starts = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("To"),
        help_text=_("At most ten hours later; longer work is two requests."),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    seats = forms.IntegerField(
        label=_("How many people?"),
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    physical = forms.TypedChoiceField(
        label=_("How heavy is it?"), coerce=int, choices=list(PHYSICAL.items()), initial=1
    )
    skills = forms.MultipleChoiceField(
        label=_("What must everybody who comes be able to do?"),
        required=False,
        choices=sorted(SKILLS.items(), key=lambda one: str(one[1])),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what the work can’t be done without: each tick makes people harder to find."),
    )
    with_children = forms.BooleanField(
        label=_("Children or people who need protection are there."),
        required=False,
        help_text=_("Then only people come whose record two of us have checked."),
    )
    hazardous = forms.BooleanField(label=_("It can be dangerous."), required=False)
    bring = forms.CharField(label=_("What should they bring?"), required=False, max_length=200)

    def __init__(
        self, *args: object, campaign: CampaignFacts, towns: GroupedChoices, today: date, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._campaign_id = campaign.id
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field
        self.fields["days"].choices = day_choices(campaign, today)  # type: ignore[attr-defined]  # a choice field

    def typed(self, *, call_code: str = "") -> NewRequest:
        """What the room takes; call after ``is_valid``."""
        data = self.cleaned_data
        return NewRequest(
            client_id=data["client_id"],
            campaign_id=self._campaign_id,
            area_id=data["town"],
            institution=data["institution"],
            contact=data["contact"],
            title=data["title"],
            cause=data["cause"],
            days=tuple(date.fromisoformat(day) for day in data["days"]),
            starts=data["starts"],
            ends=data["ends"],
            seats=data["seats"],
            physical=data["physical"],
            skills=tuple(data["skills"]),
            with_children=data["with_children"],
            hazardous=data["hazardous"],
            bring=data["bring"],
            call_code=call_code,
        )

    def show(self, no: RequestBad) -> None:
        """Each problem the room found, beside its field."""
        problems = no.facts["problems"]
        for one in problems if isinstance(problems, tuple) else ():
            if isinstance(one, Problem):
                field = FIELDS.get(one.field, one.field)
                self.add_error(field if field in self.fields else None, f"{one.what}; {one.wanted}.")
