"""Wishes that the match keeps: how many shifts a day, and with whom one comes."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.kernel.refusals import Refusal
from dure.movement.people import actions, reads
from dure.movement.people.errors import GroupFull, GroupUnknown, InAnotherGroup
from dure.movement.people.travel import travel_up_to
from dure.movement.people.types import PersonFacts
from dure.operations.refusal_words import words_of
from dure.web.commands import command_id
from dure.web.doors import for_person
from dure.web.forms import TRAVEL_KM


class ShiftsForm(forms.Form):
    """How many shifts a day somebody wishes for at most."""

    shifts_max = forms.TypedChoiceField(
        label=_("Shifts a day, at most"),
        help_text=_("One after the other, and together never longer than one shift may be."),
        coerce=int,
        choices=[(1, _("one")), (2, _("two")), (3, _("three"))],
    )


class TravelForm(forms.Form):
    """How far somebody would go, one way."""

    travel_km = forms.TypedChoiceField(label=_("How far would you go, one way?"), coerce=int)

    def __init__(self, *args: object, person: PersonFacts, **kwargs: object) -> None:
        # What somebody wished for elsewhere is among the choices, so that pressing the button changes nothing.
        own_km = person.travel_limit_m // 1000
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.initial["travel_km"] = own_km
        choices = [(n, f"{n} km") for n in sorted({*TRAVEL_KM, own_km})]
        self.fields["travel_km"].choices = choices  # type: ignore[attr-defined]  # a choice field


class CodeForm(forms.Form):
    """The code of a group."""

    code = forms.CharField(
        label=_("Code of the group"),
        help_text=_("Twelve letters and digits that somebody of the group gave you."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    person_id: int,
    *,
    code_form: CodeForm | None = None,
    shifts_form: ShiftsForm | None = None,
    travel_form: TravelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = reads.person(actor=actor, person_id=person_id)
    page = {
        "here": "data",
        "group": reads.group_of(actor=actor, person_id=person_id),
        "shifts_form": shifts_form or ShiftsForm(initial={"shifts_max": person.shifts_max}),
        "travel_form": travel_form or TravelForm(person=person),
        "code_form": code_form or CodeForm(),
        "request_id": uuid.uuid4(),
    }
    return render(request, "volunteer/wishes.html", page, status=status)


@require_safe
@for_person
def wishes(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    return _page(request, actor, person_id)


@require_POST
@for_person
def shifts(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    form = ShiftsForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, person_id, shifts_form=form, status=422)
    actions.wish_shifts(actor=actor, person_id=person_id, shifts_max=form.cleaned_data["shifts_max"])
    messages.success(request, gettext("Noted. It counts from the next match on."))
    return redirect("my-wishes")


@require_POST
@for_person
def travel(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    form = TravelForm(request.POST, person=reads.person(actor=actor, person_id=person_id))
    if not form.is_valid():
        return _page(request, actor, person_id, travel_form=form, status=422)
    travel_up_to(actor=actor, person_id=person_id, travel_limit_m=1000 * form.cleaned_data["travel_km"])
    messages.success(request, gettext("Noted. It counts from the next match on."))
    return redirect("my-wishes")


@require_POST
@for_person
def open_group(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    actions.open_group(actor=actor, person_id=person_id, key=command_id(request))
    messages.success(request, gettext("Your group is open. Give its code to whoever comes with you."))
    return redirect("my-wishes")


@require_POST
@for_person
def join_group(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, person_id, code_form=form, status=422)
    try:
        actions.join_group(actor=actor, person_id=person_id, code=form.cleaned_data["code"])
    except (GroupUnknown, GroupFull, InAnotherGroup) as no:
        return _wrong_code(request, actor, person_id, form, no)
    messages.success(request, gettext("You come together from the next match on."))
    return redirect("my-wishes")


def _wrong_code(
    request: HttpRequest, actor: Actor, person_id: int, form: CodeForm, no: Refusal
) -> HttpResponse:
    form.add_error("code", words_of(no))
    return _page(request, actor, person_id, code_form=form, status=no.status)


@require_POST
@for_person
def leave_group(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    actions.leave_group(actor=actor, person_id=person_id)
    messages.success(request, gettext("You come alone again. Nobody is told."))
    return redirect("my-wishes")
