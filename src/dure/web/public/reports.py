"""Where SMS gateways say what became of a message, and hand on what people answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from dure.kernel.refusals import BadInput
from dure.operations import delivery, sms_answers
from dure.operations.sms_answers import Incoming
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


@never_cache
@csrf_exempt  # no browser comes here: whoever knows the address is the gateway
@require_http_methods(["GET", "POST"])
def received(request: HttpRequest, token: str) -> HttpResponse:
    """An SMS as Kannel hands it on, by GET or as a form. The same answer for every number: it tells nothing."""
    given = request.POST if request.method == "POST" else request.GET
    sms = Incoming(id=given.get("id", ""), sender=given.get("from", ""), text=given.get("text", ""))
    sms_answers.received(token=token, sms=sms, now=now())
    # Kannel would send what stands here back to the phone; what is answered goes by the outbox and its limits.
    return HttpResponse("", content_type="text/plain; charset=utf-8")
