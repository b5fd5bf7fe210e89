"""Forms of the pages: they parse; what a rule forbids is the rooms' to say."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.kernel.quantities import parse_milli
from dure.kernel.refusals import BadInput
from dure.movement.calls.types import SignUpForm
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.places.types import AreaFacts
from dure.web.words import CAUSES, LANGUAGES, PHYSICAL, SKILLS

DAYS_SHOWN_MAX = 14
# Parts of a day: from hour to hour, local time.
HOURS = {"day": (7, 19), "morning": (6, 13), "afternoon": (12, 19), "evening": (17, 24)}
TRAVEL_KM = (2, 5, 10, 20, 40, 80)

Choices = list[tuple[str, object]]
GroupedChoices = list[tuple[str, list[tuple[str, str]]]]


class QuantityField(forms.CharField):
    """A decimal number with at most three places, cleaned to milli-units."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})

    def clean(self, value: object) -> object:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_milli(text, where=str(self.label))
        except BadInput as no:
            raise ValidationError(
                gettext("%(what)s; expected %(wanted)s.")
                % {"what": no.facts["what"], "wanted": no.facts["wanted"]}
            ) from no


class CommandForm(forms.Form):
    """A form that changes something: it carries an id, so that sending it twice does it once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh_id(cls) -> dict[str, object]:
        return {"client_id": uuid.uuid4()}


def town_choices(towns: Sequence[AreaFacts], regions: dict[int, AreaFacts]) -> GroupedChoices:
    """Towns by region, both in the order of the alphabet."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for town in sorted(towns, key=lambda one: one.name):
        region = regions.get(town.parent_id or 0)
        groups.setdefault(region.name if region else "", []).append((str(town.id), _named(town)))
    return [("", [("", gettext("Choose your town"))]), *sorted(groups.items())]


def _named(area: AreaFacts) -> str:
    local = area.name_local
    return f"{area.name} ({local})" if local and local != area.name else area.name


def day_choices(campaign: CampaignFacts, today: date) -> Choices:
    """The campaign's next days; before its start, its first."""
    first = max(today + timedelta(days=1), campaign.starts_on)
    last = min(campaign.ends_on, first + timedelta(days=DAYS_SHOWN_MAX - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day.isoformat(), date_format(day, "D j M")) for day in days]


def _listed(words: object) -> Choices:
    return list(dict(words).items())  # type: ignore[call-overload]  # a mapping of codes to words


class JoinForm(CommandForm):
    """Offering to help: one page, no account."""

    given_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send your private link there. Nobody you work with sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2100,
        help_text=_(
            "The year alone; it keeps the young from dangerous work. From 14 on, under 18 with a guardian."
        ),
        widget=forms.NumberInput(attrs={"autocomplete": "bday-year"}),
    )
    guardian_email = forms.EmailField(
        label=_("E-mail of a parent or guardian"),
        required=False,
        max_length=254,
        help_text=_("Only if you are under 18. They are asked, and nothing starts before they agree."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    town = forms.TypedChoiceField(
        label=_("Town you start from"),
        coerce=int,
        help_text=_("Distances are reckoned from its centre. We never ask for your street."),
    )
    travel_km = forms.TypedChoiceField(
        label=_("How far would you go, one way?"),
        coerce=int,
        choices=[(n, f"{n} km") for n in TRAVEL_KM],
        initial=10,
    )
    days = forms.MultipleChoiceField(
        label=_("Days you could come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.ChoiceField(
        label=_("Which hours on those days?"),
        initial="day",
        choices=[
            ("day", _("Any time from 7 to 19 h")),
            ("morning", _("Mornings, 6 to 13 h")),
            ("afternoon", _("Afternoons, 12 to 19 h")),
            ("evening", _("Evenings, 17 to 24 h")),
        ],
    )
    physical = forms.TypedChoiceField(
        label=_("How heavy may the work be?"), coerce=int, choices=list(PHYSICAL.items()), initial=2
    )
    skills = forms.MultipleChoiceField(
        label=_("What you can do"),
        required=False,
        choices=_listed(SKILLS),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nothing of this is needed for most posts. Papers are asked for later, where the law wants them."
        ),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak"),
        required=False,
        choices=_listed(LANGUAGES),
        widget=forms.CheckboxSelectMultiple,
    )
    prefers = forms.MultipleChoiceField(
        label=_("What you would like best"),
        required=False,
        choices=_listed(CAUSES),
        widget=forms.CheckboxSelectMultiple,
    )
    refuses = forms.MultipleChoiceField(
        label=_("What you would rather not do"),
        required=False,
        choices=_listed(CAUSES),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You are never asked for it, and never asked why."),
    )
    consent = forms.BooleanField(
        label=_(
            "You may keep what I wrote here to find work for me in this campaign, until I leave or it ends."
        ),
        error_messages={"required": _("Without this we may keep nothing and so can find nothing for you.")},
    )

    def __init__(
        self, *args: object, campaign: CampaignFacts, towns: GroupedChoices, today: date, **kwargs: object
    ):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._zone = ZoneInfo(campaign.timezone)
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field
        self.fields["days"].choices = day_choices(campaign, today)  # type: ignore[attr-defined]  # a choice field

    def free_spans(self) -> tuple[tuple[datetime, datetime], ...]:
        start_hour, end_hour = HOURS[self.cleaned_data["hours"]]
        midnights = [
            datetime.combine(date.fromisoformat(day), time(), self._zone) for day in self.cleaned_data["days"]
        ]
        return tuple((at + timedelta(hours=start_hour), at + timedelta(hours=end_hour)) for at in midnights)

    def typed(self) -> SignUpForm:
        """What the room takes; call after ``is_valid``."""
        data = self.cleaned_data
        return SignUpForm(
            given_name=data["given_name"],
            email=data["email"],
            birth_year=data["birth_year"],
            area_id=data["town"],
            travel_limit_m=1000 * data["travel_km"],
            consent=data["consent"],
            free_spans=self.free_spans(),
            languages=tuple(data["languages"]),
            skills=tuple(data["skills"]),
            refuses=tuple(data["refuses"]),
            prefers=tuple(data["prefers"]),
            guardian_email=data["guardian_email"],
            physical_max=data["physical"],
        )


class GoodsForm(CommandForm):
    """Goods offered or asked for; the unit is the indicator's."""

    item = forms.CharField(label=_("What?"), max_length=120, help_text=_("For example: rice sacks, new"))
    indicator = forms.TypedChoiceField(label=_("Counted as"), coerce=int)
    quantity_milli = QuantityField(label=_("How much?"), max_length=20)
    town = forms.TypedChoiceField(label=_("Where?"), coerce=int)

    def __init__(
        self, *args: object, indicators: Sequence[IndicatorFacts], towns: GroupedChoices, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        goods = [(one.id, f"{one.name} ({one.unit})") for one in indicators if one.kind == "goods"]
        self.fields["indicator"].choices = goods  # type: ignore[attr-defined]  # a choice field
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field


class GiveForm(GoodsForm):
    """A gift in kind, from anybody."""

    donor_name = forms.CharField(
        label=_("How you would like to be thanked"),
        required=False,
        max_length=80,
        help_text=_("This name may be shown. Leave it empty to give quietly."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
