"""In which language a page is: the one chosen here, else what the browser asks for, else English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.web import account_letters
from dure.web.actor import actor_of_request
from dure.web.came_from import came_from

# Chosen once, kept for a year: it says nothing about anybody and is read by nobody else.
COOKIE_SECONDS: Final = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Choice:
    """A language to choose, by the name its speakers give it."""

    code: str
    name: str
    is_here: bool


class VisitorLanguages(LocaleMiddleware):
    """As Django's. Whoever keeps pages for others must know that they depend on the cookie, too."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        patch_vary_headers(answer, ("Cookie",))
        return answer


def _names() -> Mapping[str, str]:
    return dict(settings.LANGUAGES)


def choices() -> list[Choice]:
    """Every language of the pages; none where there is nothing to choose."""
    here = translation.get_language()
    found = [Choice(code, name, code == here) for code, name in _names().items()]
    return found if len(found) > 1 else []


@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language and go back to the page it was chosen on. Refuses with NotFound one there isn't.

    A link and not a form: it changes nothing but how pages read, and letters to who is signed in; and pages kept for
    everybody hold no form's token.
    The page is told by the browser (Referer) and not by the link: addresses with a private link in them must not
    stand in others.
    """
    if code not in _names():
        raise NotFound(what="language")
    parts = came_from(request)
    is_ours = parts.netloc == request.get_host() and parts.path != request.path
    back = urlunsplit(("", "", parts.path, parts.query, "")) if is_ours and parts.path else reverse("home")
    if (account_id := actor_of_request(request).account_id) is not None:
        account_letters.remember(account_id, code)
    # Two slashes in front would lead to another site.
    response = HttpResponseRedirect("/" + back.lstrip("/"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=COOKIE_SECONDS,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
