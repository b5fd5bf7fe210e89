"""How long an answer of the database may be used again: through one look at a page, never through an act.

Whoever works at the desk sees at once what they did: what all desks share for some seconds is made anew after an act,
at once for whoever acted and as soon as it is renewed for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from dure.base.briefly import BRIEFLY
from dure.base.one_look import one_look

# Addresses whose acts may change what is kept for all for some seconds.
CHANGE_WHAT_ALL_SEE: Final = ("/desk/", "/start/", "/auditor/", "/admin/")
# Gateways bring something by GET: what became of an SMS, and what somebody answered.
BRINGS: Final = ("/messages/report/", "/messages/received/")


class FreshAfterActs:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and not request.path_info.startswith(BRINGS):
            with one_look():
                return self._get_response(request)
        response = self._get_response(request)
        if request.path_info.startswith(CHANGE_WHAT_ALL_SEE):
            BRIEFLY.forget(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        return response
