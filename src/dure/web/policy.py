"""The site's Content-Security-Policy, put together once: it is the same for nearly all that the site says."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What a view says of its own policy (csp.decorators).
_OWN: Final = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class Policy(CSPMiddleware):
    """As the library's, which puts two policies together for each response: a seventh of a request that asks little.

    A response whose view has a policy of its own, or whose request has a nonce, is left to it.
    """

    @cached_property
    def _usual(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if (
            settings.DEBUG
            or getattr(request, "_csp_nonce", None) is not None
            or any(hasattr(response, name) for name in _OWN)
        ):
            return super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = self._usual
        # From here on a nonce would come too late: it is an error.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response
