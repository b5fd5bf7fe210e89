"""Forms of the pages: they parse; what a rule forbids is the rooms' to say."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.kernel.quantities import parse_typed_milli
from dure.kernel.refusals import BadInput
from dure.movement.calls.types import SignUpForm
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.places.types import AreaFacts
from dure.operations.joining import HOUSEHOLD_MAX
from dure.operations.letters import ENGLISH, languages
from dure.operations.place_names import both_names, place_name
from dure.operations.refusal_words import fact
from dure.web.figures import unit_word
from dure.web.words import CAUSES, LANGUAGES, PHYSICAL, SKILLS, word

DAYS_SHOWN_MAX = 14
# With whoever fills in the form, as many as a household may be.
MEMBERS_MAX = HOUSEHOLD_MAX - 1
# Parts of a day: from hour to hour, local time.
HOURS = {"day": (7, 19), "morning": (6, 13), "afternoon": (12, 19), "evening": (17, 24)}
TRAVEL_KM = (2, 5, 10, 20, 40, 80)
YEAR_WANTED = dict.fromkeys(
    ("invalid", "min_value", "max_value"), _("Give the year in four digits, such as 1990.")
)

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
            return parse_typed_milli(text, where=str(self.label))
        except BadInput as no:
            raise ValidationError(
                gettext("%(what)s; expected %(wanted)s.")
                % {"what": fact(no.facts["what"]), "wanted": fact(no.facts["wanted"])}
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
    for town in sorted(towns, key=place_name):
        region = regions.get(town.parent_id or 0)
        groups.setdefault(place_name(region) if region else "", []).append((str(town.id), both_names(town)))
    return [("", [("", gettext("Choose a town"))]), *sorted(groups.items())]


def day_choices(campaign: CampaignFacts, today: date) -> Choices:
    """The campaign's next days; before its start, its first."""
    first = max(today + timedelta(days=1), campaign.starts_on)
    last = min(campaign.ends_on, first + timedelta(days=DAYS_SHOWN_MAX - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day.isoformat(), date_format(day, "D j M")) for day in days]


def letter_languages() -> list[tuple[str, str]]:
    """The languages letters are written in, by the names their speakers give them; English first."""
    found = sorted(languages(), key=lambda code: (code != ENGLISH, code))
    return [(code, word(LANGUAGES, code)) for code in found]


def _listed(words: object) -> Choices:
    return list(dict(words).items())  # type: ignore[call-overload]  # a mapping of codes to words


class MemberForm(forms.Form):
    """Somebody who comes with whoever fills in the form: by the same contact, from the same town, on the same days."""

    given_name = forms.CharField(label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2100,
        error_messages=YEAR_WANTED,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )


def members(data: QueryDict | None = None, count: int = 0) -> BaseFormSet[MemberForm]:
    """Rows for those who come along; rows left empty count for nobody, and a form sent without any has none."""
    kind = formset_factory(MemberForm, extra=0, max_num=MEMBERS_MAX, absolute_max=MEMBERS_MAX)
    if data is None:
        return kind(prefix="with", initial=[{}] * count)
    sent = data.copy()
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        sent.setdefault(f"with-{name}", "0")
    # Every row may be empty, also one that stood there when the page was made.
    sent["with-INITIAL_FORMS"] = "0"
    return kind(sent, prefix="with")


class JoinForm(CommandForm):
    """Offering to help: one page, no account. What a name and an address must be like is the rooms' to say."""

    call = forms.CharField(required=False, widget=forms.HiddenInput)
    given_name = forms.CharField(
        label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("We send your private link there. Nobody you work with sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Or a mobile phone"),
        required=False,
        help_text=_("One of the two is enough. A family may share one."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Write to me in"), required=False, choices=lambda: letter_languages()
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2100,
        error_messages=YEAR_WANTED,
        help_text=_(
            "The year alone; it keeps the young from dangerous work. From 14 on, under 18 with a guardian."
        ),
        widget=forms.NumberInput(attrs={"autocomplete": "bday-year"}),
    )
    guardian_email = forms.CharField(
        label=_("E-mail of a parent or guardian"),
        required=False,
        help_text=_(
            "Only if you, or somebody who comes with you, is under 18; another address than the one above. They are "
            "asked, and nothing starts before they agree."
        ),
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
    messages = forms.BooleanField(
        label=_("You may also write to me first, when people like me are called."), required=False
    )
    consent = forms.BooleanField(
        label=_(
            "You may keep what I wrote here to find work for me in this campaign, until I leave or it ends."
        ),
        error_messages={"required": _("Without this we may keep nothing and so can find nothing for you.")},
    )

    def __init__(
        self,
        *args: object,
        campaign: CampaignFacts,
        towns: GroupedChoices,
        today: date,
        phone_is_enough: bool,
        **kwargs: object,
    ):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._phone_is_enough = phone_is_enough
        if not phone_is_enough:
            # A number is taken all the same: it serves once texts are set up.
            self.fields["phone"].label = _("Mobile phone")
            self.fields["phone"].help_text = _("Not needed: no text messages are sent from here.")
        self._zone = ZoneInfo(campaign.timezone)
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field
        self.fields["days"].choices = day_choices(campaign, today)  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, object]:
        data = dict(super().clean() or {})
        if not str(data.get("email", "")).strip() and not str(data.get("phone", "")).strip():
            asked = gettext("Give an e-mail address, so that we can answer you.")
            if self._phone_is_enough:
                asked = gettext("Give an e-mail address or a phone number, so that we can answer you.")
            self.add_error("email", asked)
        return data

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
            messages=data["messages"],
            phone=data["phone"],
            language=data["language"] or ENGLISH,
        )

    def typed_with(self, rows: BaseFormSet[MemberForm]) -> list[SignUpForm]:
        """Whoever filled it in, and who comes with them; call after both are valid.

        Skills are each one's own to tell; a guardian's address concerns only those under 18.
        """
        first = self.typed()
        named = [row.cleaned_data for row in rows if row.cleaned_data]
        if not named:
            return [first]
        first = replace(first, household=self.cleaned_data["client_id"])
        return [first, *(replace(first, skills=(), **data) for data in named)]


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
        goods = [(one.id, f"{one.name} ({unit_word(one.unit)})") for one in indicators if one.kind == "goods"]
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
