"""Forms of the first minutes: the first account, a country, a campaign in a dozen lines."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.movement.campaigns.errors import CampaignBad
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement, NewTarget
from dure.movement.places.types import AreaFacts
from dure.operations.place_names import both_names
from dure.simulation import world
from dure.web.forms import QuantityField

COUNTRIES = {"KR": _("South Korea"), "GB": _("United Kingdom"), "KE": _("Kenya")}
# With more towns a list of them can't be looked through.
TOWNS_LISTED_MAX = 600
SAME_NAME_SHOWN_MAX = 5
# Where a problem of the room is shown on the form.
FIELDS = {
    "movement.name": "movement",
    "movement.slug": "movement",
    "movement.charter": "charter",
    "campaign.slug": "slug",
    "campaign.name": "name",
    "campaign.summary": "summary",
    "campaign.area": "area",
    "campaign.timezone": "timezone",
    "campaign.starts_on": "starts_on",
    "campaign.ends_on": "ends_on",
    "indicators[1].name": "output",
    "indicators[1].unit": "unit",
    "targets[0].plan": "plan_milli",
    "targets[0].source": "source",
}


class AccountForm(forms.Form):
    """The first account, by the code of the console."""

    code = forms.CharField(
        label=_("Setup code"),
        max_length=40,
        help_text=_("It stands where Dure was started, in the lines it printed."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "class": "short", "autocapitalize": "characters"}
        ),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As the people you work with know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("You sign in with it. Nobody but other organisers sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        help_text=_("At least 12 letters: a sentence is easiest to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password)
        return password


class _Countries(forms.Select):
    """Names that are not translated are marked as the English that they are."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value not in COUNTRIES:
            option["attrs"]["lang"] = "en"
        return option


class CountryForm(forms.Form):
    """A country whose real towns are brought in."""

    country = forms.ChoiceField(label=_("Country"), widget=_Countries)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        others = [(code, f"{name} ({code})") for code, name in world.names().items() if code not in COUNTRIES]
        self.fields["country"].choices = [*COUNTRIES.items(), *others]  # type: ignore[attr-defined]  # a choice field


class PlacesListForm(forms.Form):
    """Somebody's own list of places."""

    table = forms.FileField(
        label=_("Your own list of places"),
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB. Nothing is read in before you have looked at it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class CampaignFileForm(forms.Form):
    """A campaign as a file states it."""

    file = forms.FileField(
        label=_("Campaign file (.toml)"),
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class CampaignForm(forms.Form):
    """A campaign in a dozen lines; a file can say more."""

    name = forms.CharField(
        label=_("What is it called?"), max_length=120, help_text=_("For example: Bring the apples in")
    )
    summary = forms.CharField(
        label=_("What is it about, in one or two sentences?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    area = forms.ChoiceField(label=_("Where?"), help_text=_("A whole country, a region or one town."))
    town = forms.CharField(
        label=_("Or in one town alone"),
        required=False,
        max_length=120,
        help_text=_("Its name, or its code where there are several of that name."),
    )
    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Every campaign has an end; another one can carry it on."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    output = forms.CharField(
        label=_("What is brought about, besides hours?"),
        required=False,
        max_length=120,
        help_text=_("For example: Apples picked. Hours are counted in any case."),
    )
    unit = forms.CharField(
        label=_("Counted in"),
        required=False,
        max_length=40,
        help_text=_("kg, crates, meals, visits …"),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    plan_milli = QuantityField(
        label=_("How much is wanted in all?"),
        required=False,
        max_length=20,
        help_text=_("Leave it empty if nobody knows yet: a plan can follow."),
    )
    source = forms.CharField(
        label=_("Who says so?"),
        required=False,
        max_length=200,
        help_text=_("For example: the growers’ survey of September. It is printed beside the figure."),
    )
    goods = forms.BooleanField(label=_("We also take gifts in kind."), required=False)
    movement = forms.CharField(
        label=_("Who stands behind it?"),
        max_length=120,
        help_text=_("The movement or association; its campaigns follow each other."),
    )
    charter = forms.CharField(
        label=_("What its people agree to"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    timezone = forms.ChoiceField(label=_("Clock"))
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        required=False,
        max_length=50,
        help_text=_("Small letters and hyphens; made from the name when you leave it empty."),
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, areas: Sequence[AreaFacts], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        # A select of thousands is no choice: then regions are listed, and a town is typed.
        self._towns = [one for one in areas if one.kind == "town"]
        if len(self._towns) > TOWNS_LISTED_MAX and len(areas) > len(self._towns):
            areas = [one for one in areas if one.kind != "town"]
        else:
            del self.fields["town"]
        indent = {"country": "", "region": "– ", "town": "– – "}
        named = [(one.code, indent[one.kind] + both_names(one)) for one in areas]
        self.fields["area"].choices = named  # type: ignore[attr-defined]  # a choice field
        zones = [
            (name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name
        ]
        self.fields["timezone"].choices = zones  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, object]:
        data = dict(super().clean() or {})
        if typed := str(data.get("town") or "").strip().casefold():
            self._take_town(typed, data)
        output, unit, plan = data.get("output"), data.get("unit"), data.get("plan_milli")
        if output and not unit:
            self.add_error("unit", gettext("Say what it is counted in."))
        if plan and not output:
            self.add_error("output", gettext("Say of what so much is wanted."))
        if plan and not data.get("source"):
            self.add_error("source", gettext("Say where the figure comes from: it is printed beside it."))
        if not data.get("slug"):
            made = plain_slug(str(data.get("name", ""))) or f"campaign-{data.get('starts_on') or ''}"
            data["slug"] = self.cleaned_data["slug"] = made.strip("-")
        return data

    def _take_town(self, typed: str, data: dict[str, object]) -> None:
        """A town by its name or code stands for the area; of two of one name neither does."""
        found = [
            one
            for one in self._towns
            if typed in (one.name.casefold(), one.name_local.casefold(), one.code.casefold())
        ]
        if len(found) == 1:
            data["area"] = found[0].code
        elif found:
            codes = ", ".join(one.code for one in found[:SAME_NAME_SHOWN_MAX])
            self.add_error(
                "town",
                gettext("There are several of that name: give its code (%(codes)s).") % {"codes": codes},
            )
        else:
            self.add_error("town", gettext("No town of that name or code is here."))

    def typed(self, today: date) -> NewCampaign:
        """What the room takes; call after ``is_valid``."""
        data = self.cleaned_data
        movement = NewMovement(plain_slug(data["movement"]) or "movement", data["movement"], data["charter"])
        indicators = [NewIndicator("hours", "hours", gettext("Hours"), "h")]
        targets = []
        if data["output"]:
            indicators.append(NewIndicator("output", "output", data["output"], data["unit"]))
        if data["goods"]:
            indicators.append(NewIndicator("gifts", "goods", gettext("Gifts in kind"), gettext("piece")))
        if data["plan_milli"]:
            targets.append(
                NewTarget("output", data["area"], data["plan_milli"], data["ends_on"], data["source"], today)
            )
        return NewCampaign(
            movement=movement,
            slug=data["slug"],
            name=data["name"],
            summary=data["summary"],
            area=data["area"],
            timezone=data["timezone"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            indicators=tuple(indicators),
            targets=tuple(targets),
        )

    def show(self, no: CampaignBad) -> None:
        """Each problem the room found, beside its field where it has one."""
        lines = no.facts["problems"]
        for line in lines if isinstance(lines, tuple) else ():
            key, _colon, words = str(line).partition(": ")
            field = FIELDS.get(key)
            self.add_error(field if field in self.fields else None, words if field else str(line))


def plain_slug(name: str) -> str:
    """A name as it may stand in an address; "" where no Latin letter is left of it.

    >>> plain_slug("Bring the Äpfel in!")
    'bring-the-apfel-in'
    >>> plain_slug("사과")
    ''
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].strip("-")
