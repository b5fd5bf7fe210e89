"""A refusal becomes a page (or JSON for programs): what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from dure.kernel.refusals import Refusal


def words_of(refusal: Refusal) -> str:
    """The sentence of ``refusal`` in the visitor's language, with its facts filled in."""
    return gettext(refusal.says).format(**refusal.facts)


def refusal_body(refusal: Refusal) -> dict[str, object]:
    """The one error shape programs get: ``code``, ``says``, ``facts`` (JSON values, others by ``str``)."""
    facts = {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in refusal.facts.items()
    }
    return {"code": refusal.code, "says": words_of(refusal), "facts": facts}


def wants_json(request: HttpRequest) -> bool:
    """Programs come by the API's address or ask for JSON and nothing a browser reads."""
    accepts = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("application/json" in accepts and "text/html" not in accepts)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a request that ran into ``refusal``, in the shape the visitor can read."""
    if wants_json(request):
        return JsonResponse(refusal_body(refusal), status=refusal.status)
    facts = {"refusal": refusal, "says": words_of(refusal), "status": refusal.status}
    return render(request, "web/refusal.html", facts, status=refusal.status)


class RefusalMiddleware:
    """Turns any Refusal that a view lets through into a page or JSON. Invariants pass by: they are faults."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refuse(request, exception) if isinstance(exception, Refusal) else None
