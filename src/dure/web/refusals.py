"""A refusal becomes a page: what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dure.base.storage import refusal_of
from dure.kernel.refusals import Refusal
from dure.operations.refusal_words import words_of


def say_on(form: BaseForm, refusal: Refusal) -> int:
    """Say a refusal on the form that ran into it, so that what was typed stays; its status.

    Raises it where a door is closed or a thing isn't there: then there is no page to show the form on.
    """
    if refusal.status in (403, 404):
        raise refusal
    form.add_error(None, words_of(refusal))
    return refusal.status


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that answers a request which ran into ``refusal``. Programs get theirs from the API."""
    facts = {"refusal": refusal, "says": words_of(refusal), "status": refusal.status}
    return render(request, "web/refusal.html", facts, status=refusal.status)


class RefusalMiddleware:
    """Turns any Refusal that a view lets through into a page, and a database that can't be written.

    Invariants pass by: they are faults.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = exception if isinstance(exception, Refusal) else refusal_of(exception)
        return None if refusal is None else refuse(request, refusal)
