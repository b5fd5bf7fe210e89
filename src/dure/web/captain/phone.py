"""What the captain's phone asks and sends: JSON, with the session of the pages. docs/reference/captain-acts.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.storage import refusal_of
from dure.kernel.refusals import Refusal
from dure.operations.crew.acts import ActResult, carry_out
from dure.operations.crew.day import crew_day
from dure.operations.crew.errors import ActsTooMany
from dure.operations.crew.shapes import ACTS_READ_MAX, read_envelope
from dure.operations.refusal_words import words_of
from dure.web.actor import actor_of_request
from dure.web.clock import day_in, now
from dure.web.figures import unit_word

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
PhoneView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
# The phone waits so long before it sends again what could not be stored.
RETRY_S = 20


class _Token(CsrfViewMiddleware):
    """The protection against forged forms, with an answer that a program reads."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        says = gettext("This page is too old. Send it once more with the token given here; nothing is lost.")
        return _said(403, "token", says, csrf=get_token(request))


def _said(status: int, error: str, says: str, **more: str) -> HttpResponse:
    answer = JsonResponse({"error": error, "says": says, **more}, status=status)
    if status == 503:
        answer["Retry-After"] = str(RETRY_S)
    return answer


def _refused(no: Refusal) -> HttpResponse:
    return _said(no.status, no.code, words_of(no))


def for_phone(view: PhoneView[P]) -> View[P]:
    """Open a view to whoever is signed in; all that goes wrong is told as JSON, and nothing leads to a page."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = actor_of_request(request)
        if actor.account_id is None:
            return _sign_in()
        try:
            return view(request, actor, *args, **kwargs)
        except Refusal as no:
            return _refused(no)
        except RequestDataTooBig:
            return _said(
                413, "too_large", gettext("That is more than one request may carry. Send fewer acts.")
            )
        except Exception as error:
            if (storage := refusal_of(error)) is not None:
                return _refused(storage)
            raise

    return wrapped


def _sign_in() -> HttpResponse:
    return _said(401, "sign_in", gettext("Sign in again; nothing is lost."))


@require_safe
@for_phone
def day(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """A day to keep on the phone. Its ETag changes with the day, the session, the account and the language."""
    at = now()
    found = crew_day(actor, team_id, day_in(request), at)
    csrf = get_token(request)
    secret = str(request.META.get("CSRF_COOKIE", ""))
    marks = (found.version, secret, str(actor.account_id), str(get_language()))
    etag = f'"{hashlib.sha256("|".join(marks).encode()).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    else:
        more = {"server_now": at.isoformat(), "version": found.version, "csrf": csrf}
        body = msgspec.json.encode({**in_words(found.facts), **more})
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = etag
    return answer


def in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """The day with its units in the captain's language."""
    for post in facts["posts"]:
        post["outputs"] = [{**one, "unit": unit_word(one["unit"])} for one in post["outputs"]]
    return facts


@csrf_exempt
@require_POST
@for_phone
def acts(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """What a captain did, with or without a signal. Asked first who they are: a session that ended loses nothing."""
    guard = _Token(lambda _request: HttpResponse())
    guard.process_request(request)
    if (no := guard.process_view(request, _nothing, (), {})) is not None:
        return no
    envelope = read_envelope(request.body)
    if envelope.account is not None and envelope.account != actor.account_id:
        return _sign_in()
    if len(envelope.acts) > ACTS_READ_MAX:
        raise ActsTooMany(count=len(envelope.acts), most=ACTS_READ_MAX)
    at = now()
    results = carry_out(actor=actor, team_id=team_id, sent_at=envelope.sent_at, acts=envelope.acts, now=at)
    return JsonResponse({"server_now": at.isoformat(), "results": [_result(one) for one in results]})


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _result(one: ActResult) -> dict[str, object]:
    code, says = "", one.note
    if one.refusal is not None:
        code, says = one.refusal.code, words_of(one.refusal)
    return {"id": one.id, "outcome": one.outcome, "code": code, "says": says, "facts": one.facts}
