"""Forms of own lists: the file, and which of its columns is which of ours."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.operations.imports.batches import Batch
from dure.operations.imports.columns import TABLES
from dure.operations.imports.headings import LABELS
from dure.web.organiser.import_words import KINDS, ordered

CELL_CHARS_MAX = 200


class UploadForm(forms.Form):
    """A file of one kind."""

    kind = forms.ChoiceField(label=_("What is in it?"), choices=list(KINDS.items()), initial="people")
    table = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB. Nothing is read in before you have looked at it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One of our columns on the form: whose cells it takes, or what it says for all."""

    name: str
    label: object
    example: str
    is_required: bool
    place: forms.BoundField
    fixed: forms.BoundField


def _of_all_rows(batch: Batch, campaign: CampaignFacts | None) -> dict[str, str]:
    """What surely holds for every row: the campaign whose desk it is, or the only country that is in."""
    if batch.kind == "places":
        countries = places.countries()
        return {"country": countries[0].code} if len(countries) == 1 else {}
    return {"campaign": campaign.slug} if campaign and batch.kind != "people" else {}


class ColumnsForm(forms.Form):
    """Which of their columns is which of ours; what has none may be the same for every row."""

    def __init__(self, *args: object, batch: Batch, campaign: CampaignFacts | None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._batch = batch
        theirs = [("", gettext("(none)"))]
        theirs += [
            (str(at), name or gettext("column %(n)s") % {"n": at + 1}) for at, name in enumerate(batch.header)
        ]
        fixed = _of_all_rows(batch, campaign) | dict(batch.fixed)
        for column in TABLES[batch.kind]:
            place = batch.places.get(column.name)
            label = str(LABELS[column.name])
            self.fields[f"at_{column.name}"] = forms.ChoiceField(
                label=label, choices=theirs, required=False, initial="" if place is None else str(place)
            )
            self.fields[f"all_{column.name}"] = forms.CharField(
                label=gettext("%(column)s, the same for every row") % {"column": label},
                required=False,
                max_length=CELL_CHARS_MAX,
                initial="" if place is not None else fixed.get(column.name, ""),
            )
        if batch.kind == "people":
            self.fields["all_consent"] = forms.BooleanField(
                label=gettext("Everybody in this list agreed to be registered and placed."),
                required=False,
                initial=fixed.get("consent") == "yes",
            )
            self.fields["answered"] = forms.BooleanField(
                label=gettext("They said yes to this campaign: each gets a dated answer."),
                required=False,
                initial=batch.answered or batch.state == "new",
            )

    def clean(self) -> dict[str, object]:
        data = dict(super().clean() or {})
        for column in TABLES[self._batch.kind]:
            at, same = f"at_{column.name}", f"all_{column.name}"
            if column.required and not (data.get(at) or data.get(same) or same in self.errors):
                self.add_error(at, gettext("Choose a column, or write what is the same for every row."))
        return data

    def places(self) -> dict[str, int]:
        found = {name: self.cleaned_data.get(f"at_{name}") for name in self._names()}
        return {name: int(at) for name, at in found.items() if at}

    def fixed(self) -> dict[str, str]:
        found = {name: self.cleaned_data.get(f"all_{name}") for name in self._names()}
        return {
            name: "yes" if value is True else str(value).strip()
            for name, value in found.items()
            if value and name not in self.places()
        }

    def _names(self) -> list[str]:
        return [column.name for column in TABLES[self._batch.kind]]

    def rows(self) -> tuple[list[ColumnRow], list[ColumnRow]]:
        """The usual columns and, folded away, the others."""
        ours = {column.name: column for column in TABLES[self._batch.kind]}

        def row(name: str) -> ColumnRow:
            own = ours[name]
            return ColumnRow(
                name, LABELS[name], own.example, own.required, self[f"at_{name}"], self[f"all_{name}"]
            )

        usual, others = ordered(self._batch.kind)
        shown = [name for name in others if name in self._batch.places or name in self._batch.fixed]
        rest = [name for name in others if name not in shown]
        return [row(name) for name in [*usual, *shown]], [row(name) for name in rest]
