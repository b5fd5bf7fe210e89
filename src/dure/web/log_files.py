"""The published log's own short way: its files need no session, language, form token or compression.

What those layers add (``Vary``, a weakened ETag) would keep caches from holding files that never change, and
commitments and hashes can't be compressed anyway. Refusals are one plain sentence: programs read here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from dure.base.storage import refusal_of
from dure.kernel.refusals import NotFound, Refusal
from dure.operations.refusal_words import words_of

PREFIX = "/log/"
KEY = "/.well-known/dure-log-key"


class LogFiles:
    """Answers every request below ``/log/`` itself; stands behind the security headers and before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path_info.startswith(PREFIX) or request.path_info == KEY):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
            response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except Resolver404:
            return _sentence(NotFound(what="file of the log"))
        except Exception as broken:
            no = broken if isinstance(broken, Refusal) else refusal_of(broken)
            if no is None:
                raise
            return _sentence(no)
        return response


def _sentence(no: Refusal) -> HttpResponse:
    response = HttpResponse(f"{words_of(no)}\n", content_type="text/plain; charset=utf-8", status=no.status)
    # What is not there may be there in a moment.
    response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    return response
