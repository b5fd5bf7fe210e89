"""What I can do and would like to do, as I say it myself; what was shown stands beside it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.movement.people import reads, telling
from dure.movement.people.telling import Told
from dure.movement.people.types import OWN_WORD, SKILL, NewCredential, PersonFacts
from dure.web.doors import for_person
from dure.web.words import CAUSES, LANGUAGES, PHYSICAL, SKILLS


def _listed(codes: dict[str, object], own: tuple[str, ...]) -> list[tuple[str, object]]:
    """The choices everybody has, and what this person told elsewhere: leaving it ticked changes nothing."""
    return [*codes.items(), *((code, code) for code in own if code not in codes)]


class AboutForm(forms.Form):
    """Everything somebody may change at any time; what it is like is the room's to say."""

    skills = forms.MultipleChoiceField(
        label=_("What I can do"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages I speak"), required=False, widget=forms.CheckboxSelectMultiple
    )
    physical = forms.TypedChoiceField(
        label=_("How heavy may the work be?"), coerce=int, choices=list(PHYSICAL.items())
    )
    prefers = forms.MultipleChoiceField(
        label=_("What I would like best"), required=False, widget=forms.CheckboxSelectMultiple
    )
    refuses = forms.MultipleChoiceField(
        label=_("What I would rather not do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You are never asked for it, and never asked why."),
    )

    def __init__(self, *args: object, person: PersonFacts, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        own = on_own_word(person)
        held = {one.code for one in shown(person) if one.kind == SKILL}
        told = {
            "skills": own,
            "languages": person.languages,
            "prefers": person.prefers,
            "refuses": person.refuses,
        }
        words = {"skills": SKILLS, "languages": LANGUAGES, "prefers": CAUSES, "refuses": CAUSES}
        for name, codes in words.items():
            offered = {code: one for code, one in codes.items() if name != "skills" or code not in held}
            self.fields[name].choices = _listed(offered, told[name])  # type: ignore[attr-defined]  # a choice field
            self.initial[name] = list(told[name])
        self.initial["physical"] = person.physical_max

    def told(self) -> Told:
        """What the room takes; call after ``is_valid``."""
        data = self.cleaned_data
        return Told(
            skills=tuple(data["skills"]),
            languages=tuple(data["languages"]),
            prefers=tuple(data["prefers"]),
            refuses=tuple(data["refuses"]),
            physical_max=data["physical"],
        )


def on_own_word(person: PersonFacts) -> tuple[str, ...]:
    return tuple(one.code for one in person.credentials if one.kind == SKILL and one.evidence == OWN_WORD)


def shown(person: PersonFacts) -> list[NewCredential]:
    """What rests on more than one's own word: it counts for the match until its day."""
    return [one for one in person.credentials if one.evidence != OWN_WORD]


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def about(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    person = reads.person(actor=actor, person_id=person_id)
    form = AboutForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        telling.tell(actor=actor, person_id=person_id, told=form.told())
        messages.success(request, gettext("Noted. It counts from the next match on."))
        return redirect("my-about")
    page = {"here": "data", "form": form, "shown": shown(person)}
    return render(request, "volunteer/about.html", page, status=422 if form.is_bound else 200)
