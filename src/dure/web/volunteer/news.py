"""How news come: by e-mail or SMS, and to this browser if the person wants it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.outbox import SMS
from dure.movement.people import reaching, telling
from dure.movement.people.telling import Writing
from dure.movement.people.types import NO_SMS
from dure.operations import browsers
from dure.operations.ways import phone_is_enough, push_key
from dure.web.captain import kept_files
from dure.web.doors import for_person
from dure.web.forms import letter_languages
from dure.web.volunteer.known import for_known
from dure.web.words import CHANNEL_WORDS


class LettersForm(forms.Form):
    """In which language, and to which of the contacts they gave."""

    language = forms.ChoiceField(label=_("Write to me in"), choices=lambda: letter_languages())
    channel = forms.ChoiceField(label=_("Write to me by"), required=False)

    def __init__(self, *args: object, now_so: Writing, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.initial.update(language=now_so.language, channel=now_so.channel)
        # What this site doesn't send would reach nobody.
        sent = [kind for kind in now_so.kinds if kind != SMS or phone_is_enough()]
        choices = [("", _("whatever reaches me")), *((kind, CHANNEL_WORDS[kind]) for kind in sent)]
        if SMS in sent:
            choices.append((NO_SMS, _("anything but SMS")))
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]  # a choice field


@require_safe
@for_person
def news(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    return _page(request, actor, person_id)


@require_POST
@for_person
def letters(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """The language and the contact for letters."""
    form = LettersForm(request.POST, now_so=telling.writing(actor=actor, person_id=person_id))
    if not form.is_valid():
        return _page(request, actor, person_id, form)
    telling.write_to_me(
        actor=actor,
        person_id=person_id,
        language=form.cleaned_data["language"],
        channel=form.cleaned_data["channel"],
    )
    messages.success(request, gettext("Noted. So we write to you from now on."))
    return redirect("my-news")


def _page(
    request: HttpRequest, actor: Actor, person_id: int, wrong: LettersForm | None = None
) -> HttpResponse:
    page = {
        "here": "data",
        "form": wrong or LettersForm(now_so=telling.writing(actor=actor, person_id=person_id)),
        "push_key": push_key(),
        "is_subscribed": reaching.is_subscribed(actor=actor, person_id=person_id),
    }
    return render(request, "volunteer/news.html", page, status=422 if wrong else 200)


@require_POST
@for_person
@for_known
def subscribe(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    endpoint, p256dh, auth = (request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    browsers.subscribe(actor=actor, person_id=person_id, endpoint=endpoint, p256dh=p256dh, auth=auth)
    messages.success(request, gettext("Noted. From now on this browser tells you first."))
    return redirect("my-news")


@require_POST
@for_person
@for_known
def unsubscribe(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    reaching.unsubscribe(actor=actor, person_id=person_id)
    messages.success(request, gettext("This browser is forgotten. We write to you as before."))
    return redirect("my-news")


@require_safe
@cache_control(max_age=3600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root of the site: a service worker reaches only what lies below its own address."""
    return HttpResponse(kept_files.service_worker(), content_type="text/javascript")
