"""Nothing typed is lost when a session ends in the middle of a form: it is shown again, to be sent again.

Only for forms that come from a page of this very site, by what the browser says of where they come from (Fetch
Metadata, ``Sec-Fetch-Site``; in older ones ``Origin``, else ``Referer``): another site's form is never made ours, and
nothing is ever sent without another press. What was typed stays in the browser; it is kept nowhere here. It works
without JavaScript: signing in takes another tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dure.web.came_from import came_from

Why = Literal["stale", "account", "link"]

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
MARK: Final = "csrfmiddlewaretoken"
# A single word that is longer was hardly one of a form's own choices.
CODE_CHARS_MAX: Final = 20
# Signing in is quickly typed anew, and a password is never written into a page.
NEVER_SHOWN: Final = ("/account/", "/admin/")


@dataclass(frozen=True, slots=True)
class Typed:
    """One value of a form; ``is_words``: somebody wrote it at length, so it is shown and not only kept."""

    name: str
    value: str

    @property
    def is_words(self) -> bool:
        return len(self.value.split()) > 1 or (len(self.value) > CODE_CHARS_MAX and not _is_id(self.value))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def may_show_again(request: HttpRequest) -> bool:
    """Whether this is a form of this very site that may be shown again with all that is in it."""
    return (
        request.method == "POST"
        and request.content_type in FORMS
        and _is_from_here(request)
        and not request.path.startswith(NEVER_SHOWN)
        and not any("password" in name for name in request.POST)
    )


def _is_from_here(request: HttpRequest) -> bool:
    here = f"{request.scheme}://{request.get_host()}"
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    if (origin := request.headers.get("Origin")) is not None:
        return origin == here
    page = came_from(request)
    return f"{page.scheme}://{page.netloc}" == here


def shown_again(request: HttpRequest, why: Why) -> HttpResponse:
    """The form with everything in it, and what has to be done first; call it where :func:`may_show_again`.

    ``why``: its token is ``stale``, or it wants an ``account`` that signs in, or a private ``link`` that is opened.
    """
    typed = [
        Typed(name, str(value)) for name, values in request.POST.lists() if name != MARK for value in values
    ]
    files = [(name, file.name) for name, found in request.FILES.lists() for file in found]
    page = {
        "why": why,
        "typed": typed,
        "words": [one.value for one in typed if one.is_words],
        "files": files,
        "address": request.get_full_path(),
    }
    return render(request, "web/again.html", page, status=403)


@never_cache
def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: nothing was done. A form of ours is shown again, with a token that is good."""
    if may_show_again(request):
        return shown_again(request, "stale")
    return render(request, "403_csrf.html", status=403)


@never_cache
@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where the other tab ends: signed in, and back to the form."""
    return render(request, "web/signed_in.html")
