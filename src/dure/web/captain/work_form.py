"""The form in which a captain writes down what a crew did."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.kernel.quantities import MILLI
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import IndicatorFacts
from dure.web.figures import unit_word
from dure.web.forms import CommandForm, QuantityField

# They stand in a blank form for what differs between one and the next.
_POST: Final = "@post@"
_ID: Final = "@id@"
# Campaigns with work at a time, in each language.
_BLANK_FORMS: Final = 128


class WorkForm(CommandForm):
    """What a crew did: once for everyone who is here."""

    hours = QuantityField(label=_("Hours, each"), max_length=6)

    def __init__(self, *args: object, outputs: Sequence[IndicatorFacts] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        for one in outputs:
            label = f"{one.name} ({unit_word(one.unit)})"
            self.fields[f"output_{one.id}"] = QuantityField(label=label, max_length=20, required=False)

    def minutes(self) -> int:
        hours_milli: int = self.cleaned_data["hours"]
        return round(hours_milli * 60 / MILLI)

    def output_milli(self) -> dict[int, int]:
        """Quantities by indicator id; what was left empty was not counted."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name.startswith("output_") and value
        }
        return {int(name.removeprefix("output_")): value for name, value in values.items()}


def outputs_of(campaign_id: int) -> tuple[IndicatorFacts, ...]:
    return tuple(one for one in campaigns.indicators(campaign_id) if one.kind == "output")


def work_form(data: object, post_id: int, outputs: Sequence[IndicatorFacts]) -> WorkForm:
    return WorkForm(data, outputs=outputs, auto_id=f"work_{post_id}_%s")


def fields_of(form: forms.Form) -> SafeString:
    """The fields of a form that was sent, with what is wrong in them."""
    return render_to_string("captain/_work_fields.html", {"form": form})


def blank_fields(post_id: int, outputs: tuple[IndicatorFacts, ...]) -> SafeString:
    """The fields of a new form for a post. They are alike for all posts of a campaign, so they are made once."""
    return format_html(_blank(outputs, get_language() or ""), post=post_id, id=uuid.uuid4())


@lru_cache(maxsize=_BLANK_FORMS)
def _blank(outputs: tuple[IndicatorFacts, ...], language: str) -> str:
    """In ``language``, which is the one that is spoken now; ``{post}`` and ``{id}`` are to be put in."""
    made = fields_of(WorkForm(outputs=outputs, initial={"client_id": _ID}, auto_id=f"work_{_POST}_%s"))
    return made.replace("{", "{{").replace("}", "}}").replace(_POST, "{post}").replace(_ID, "{id}")
