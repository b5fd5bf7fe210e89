"""The policy that is put together once is the one that the library would put together for each response."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from csp.constants import HEADER
from csp.decorators import csp, csp_exempt, csp_replace, csp_update
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dure.web.policy import Policy

View = Callable[[HttpRequest], HttpResponse]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("yes")


def with_nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def with_its_own(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={HEADER: "default-src data:"})


@pytest.mark.parametrize(
    "view",
    [
        plain,
        with_nonce,
        with_its_own,
        csp_replace({"frame-ancestors": ["*"]})(plain),
        csp_update({"img-src": ["blob:"]})(plain),
        csp({"default-src": ["data:"]})(plain),
        csp_exempt()(plain),
    ],
)
def test_each_response_has_the_policy_that_the_library_gives_it(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CSPMiddleware, "_make_nonce", lambda _, request: _kept(request))
    ours, theirs = (
        cast(HttpResponse, made(view)(RequestFactory().get("/"))) for made in (Policy, CSPMiddleware)
    )

    assert ours.headers.get(HEADER) == theirs.headers.get(HEADER)


def _kept(request: HttpRequest) -> str:
    request._csp_nonce = "once"  # type: ignore[attr-defined]
    return "once"


def test_a_nonce_after_the_answer_is_an_error_and_no_way_in() -> None:
    request = RequestFactory().get("/")
    Policy(plain)(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)  # type: ignore[attr-defined]
