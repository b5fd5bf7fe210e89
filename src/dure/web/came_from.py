"""Where a request says that it came from."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest


def came_from(request: HttpRequest) -> SplitResult:
    """The parts of Referer, all empty where it is missing or no address: anybody can send anything in it."""
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return urlsplit("")
