"""Addresses of the API, and its one error shape."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dure.api.about import router as about
from dure.api.calls import router as calls
from dure.api.challenges import router as challenges
from dure.api.confirmation import router as confirmation
from dure.api.entries import router as entries
from dure.api.entry_desk import ENTRIES_MAX
from dure.api.hot_entries import BODY_BYTES_MAX, BodyTooLarge
from dure.api.hot_signups import PATH as HOT_SIGN_UPS
from dure.api.invitations import router as invitations
from dure.api.late import router as late
from dure.api.offers import router as offers
from dure.api.places import router as places
from dure.api.plan import router as plan
from dure.api.public import router as public
from dure.api.signup_desk import SignUpTooLarge
from dure.api.signups import router as signups
from dure.api.told import (
    retry_after,
    told,
    told_broken,
    told_misshapen,
    told_refusal,
    told_unknown_token,
)
from dure.base.storage import refusal_of
from dure.kernel.refusals import Refusal


class _Api(NinjaAPI):
    """An API that says when to come again, whichever way a refusal comes."""

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        response = super().create_response(request, data, **options)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            response["Retry-After"] = retry_after(data)
        return response


# No interactive docs page: it would load scripts from elsewhere. The schema itself is served.
api = _Api(
    title="Dure", version="1", docs_url=None, description="People, needs and contributions of a movement."
)
api.add_router("", public)
api.add_router("", calls)
api.add_router("", places)
api.add_router("", signups)
api.add_router("", entries)
api.add_router("", about)
api.add_router("", late)
api.add_router("", offers)
api.add_router("", confirmation)
api.add_router("", challenges)
api.add_router("", plan)
api.add_router("", invitations)

log = logging.getLogger(__name__)


def _error(request: HttpRequest, http_status: int, body: dict[str, object]) -> HttpResponse:
    return api.create_response(request, body, status=http_status)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return _error(request, refusal.status, told_refusal(refusal))


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": str(one["msg"])} for one in error.errors
    ]
    return _error(request, 422, told_misshapen(problems))


@api.exception_handler(AuthenticationError)
def unknown_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _error(request, 401, told_unknown_token())


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, told("bad_request", str(error)))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """More than Django reads at all (DATA_UPLOAD_MAX_MEMORY_SIZE): said as the hot doors say it."""
    if request.path == HOT_SIGN_UPS:
        return refused(request, SignUpTooLarge())
    return refused(request, BodyTooLarge(bytes_max=BODY_BYTES_MAX, entries_max=ENTRIES_MAX))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _error(request, 404, told("not_found", gettext("There is no such thing here.")))


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: told in the one shape without a word of its inside, and written down for the crew."""
    if (storage := refusal_of(error)) is not None:
        log.error("the database can't be written at %s: %s", request.path, storage)
        return refused(request, storage)
    log.error("the API failed at %s", request.path, exc_info=error)
    return _error(request, 500, told_broken())
