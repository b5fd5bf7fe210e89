"""A private link that was opened elsewhere before: what is worth stealing is shown once the year of birth is told.

The day, offers and messages stay open, so that nobody is locked out on the morning of a shift. A browser that is known
once is known again for as long as the link holds (docs/why/private-links.md).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base import throttle
from dure.base.access import Actor
from dure.base.errors import TooManyTries
from dure.movement.people import confirming, openings
from dure.movement.people import reads as people
from dure.operations.links import renew
from dure.operations.refusal_words import words_of
from dure.web.actor import BESIDE_KEY
from dure.web.came_from import came_from
from dure.web.clock import now
from dure.web.doors import for_person

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
PersonView = Callable[Concatenate[HttpRequest, Actor, int, P], HttpResponseBase]
COOKIE: Final = "dure_known"
# As long as where a link was opened is remembered: after it no browser counts as another.
COOKIE_SECONDS: Final = int(openings.KEPT.total_seconds())
_NEXT: Final = "dure_known_next"
_PATH: Final = "/my/"


class YearForm(forms.Form):
    """What a thief of the link alone doesn't know."""

    year = forms.IntegerField(
        label=_("In which year were you born?"),
        min_value=1900,
        max_value=2199,
        help_text=_("As you told us when you signed up."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year", "class": "short"}),
    )


def is_beside(request: HttpRequest, person_id: int) -> bool:
    """Whether the link let in another browser before this one, which has not said who it is since."""
    if not request.session.get(BESIDE_KEY):
        return False
    if hmac.compare_digest(
        request.COOKIES.get(COOKIE, "").encode(errors="replace"), _mark(person_id).encode()
    ):
        request.session[BESIDE_KEY] = False
        return False
    return True


def for_known(view: PersonView[P]) -> PersonView[P]:
    """Beneath ``for_person`` or ``for_newcomer``: first the year of birth, in a browser beside another one.

    Who has not shown yet that a contact is theirs is not asked: there is nothing of them but what they just wrote.
    """

    @wraps(view)
    def wrapped(
        request: HttpRequest, actor: Actor, person_id: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if confirming.lapses_on(person_id) is None:
            if is_beside(request, person_id):
                request.session[_NEXT] = _asked_on(request)
                return redirect("my-known")
            return marked(view(request, actor, person_id, *args, **kwargs), request, person_id)
        return view(request, actor, person_id, *args, **kwargs)

    return wrapped


def _asked_on(request: HttpRequest) -> str:
    """The page to go on to: what was asked for, or where the button stood that was pressed."""
    if request.method in ("GET", "HEAD"):
        return request.path
    path = came_from(request).path
    return path if path.startswith(_PATH) else reverse("my-data")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def known(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """The question, and a way on for who doesn't know the answer."""
    form = YearForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            throttle.count_year(person_id, now=now())
        except TooManyTries as no:
            form.add_error("year", words_of(no))
            status = no.status
        else:
            if form.cleaned_data["year"] == people.card(actor=actor, person_id=person_id).birth_year:
                request.session[BESIDE_KEY] = False
                return marked(redirect(request.session.pop(_NEXT, reverse("my"))), request, person_id)
            form.add_error(
                "year", gettext("That isn’t the year we know. Have a new link sent, if it slipped your mind.")
            )
    return render(request, "volunteer/known.html", {"here": "data", "form": form}, status=status)


@require_POST
@for_person
def send_new(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """A new link to the contact that is known; every old one is worthless, and this browser is let go as well."""
    renew(actor=actor, person_id=person_id, now=now())
    request.session.flush()
    messages.success(
        request, gettext("A new link is on its way to you. Open it here, and this browser is yours.")
    )
    return redirect("home")


def _mark(person_id: int) -> str:
    """Worthless by itself: it lets nobody in, and ends with the link."""
    text = f"dure known {person_id} {openings.link_version(person_id)}"
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256").hex()


def marked(response: R, request: HttpRequest, person_id: int) -> R:
    """The answer, by which a browser is known again that was let in first or has told the year."""
    mark = _mark(person_id)
    if request.COOKIES.get(COOKIE) != mark and isinstance(response, HttpResponse):
        response.set_cookie(
            COOKIE,
            mark,
            max_age=COOKIE_SECONDS,
            path=_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
