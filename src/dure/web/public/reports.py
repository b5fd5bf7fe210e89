"""Where SMS gateways say what became of a message."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dure.kernel.refusals import BadInput
from dure.operations import delivery
from dure.web.clock import now

# Kannel's codes have two digits at most.
DIGITS_MAX = 9


@never_cache
@require_safe
def report(request: HttpRequest, token: str) -> HttpResponse:
    """A delivery report as Kannel sends it: by GET, with the code it was asked to fill in."""
    text = request.GET.get("code", "")
    if not text.isdecimal() or len(text) > DIGITS_MAX:
        raise BadInput(
            where="code", what=f"{text[:20]!r} is no code", wanted="a delivery report's whole number"
        )
    delivery.reported(token=token, code=int(text), now=now())
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
