"""Forms of the desk's pages of safety."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.movement.safety.words import WHY_CHARS_MAX, WORDS_CHARS_MAX
from dure.web.forms import CommandForm


def _text(
    label: Any, *, chars_max: int = WORDS_CHARS_MAX, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, max_length=chars_max, required=required, help_text=help_text, widget=area
    )


class SayForm(forms.Form):
    """What was done, or how it ended."""

    words = _text(_("In a sentence or two"))


class StandDownForm(CommandForm):
    """Which area, and why."""

    area = forms.ChoiceField(label=_("Which area"))
    why = _text(
        _("Why"), chars_max=WHY_CHARS_MAX, help_text=_("Everybody reads these words in the message they get.")
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]  # a choice field has them


class EndForm(forms.Form):
    """It is over."""

    words = _text(_("Why it is over"), chars_max=WHY_CHARS_MAX)


class NoteForm(CommandForm):
    """A line of an incident's log."""

    words = _text(_("In a sentence or two"))


class FollowUpForm(CommandForm):
    """Who looks after it, and by which day."""

    owner = forms.TypedChoiceField(label=_("Who looks after it"), coerce=int)
    due_on = forms.DateField(
        label=_("By"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    )
    words = _text(_("What is to be done"), required=False)

    def __init__(self, *args: Any, owners: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]  # a choice field has them


class HurtForm(CommandForm):
    """Who was hurt, kept apart and sealed."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    hurt = _text(_("How they are hurt"), required=False)
    taken_to = forms.CharField(label=_("Where they were taken"), max_length=500, required=False)
    reach = forms.CharField(label=_("Whom to call about them"), max_length=500, required=False)


# A first date that is near enough to be kept.
DUE_DEFAULT = timedelta(days=7)
