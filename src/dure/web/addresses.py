"""Whole addresses for what leaves the site: feeds, posters, cards, cards of search engines, other people's pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from dure.operations.publish.asking import COPY, Copy
from dure.operations.publish.links import Place


def copy_of(request: HttpRequest) -> Copy | None:
    """The copy this page is made for (`dure publish`); None for a visitor."""
    found = request.META.get(COPY)
    return found if isinstance(found, Copy) else None


def base_of(request: HttpRequest) -> str:
    """Where these pages are: this site as the visitor calls it, or where the copy will stand. No "/" at its end."""
    copy = copy_of(request)
    return copy.base_url if copy else request.build_absolute_uri("/").rstrip("/")


def whole(request: HttpRequest, path: str) -> str:
    """``path`` of these pages as an address that leads there from anywhere, in a copy to the page's own language."""
    copy = copy_of(request)
    return copy.address_of(path, get_language() or "") if copy else base_of(request) + path


def versions_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Every language of this page in a copy, and where it stands there, for search engines (hreflang).

    Of the site itself none: there a page has one address, and its language is the visitor's.
    """
    copy = copy_of(request)
    if copy is None or request.GET or not Place(request.path).is_public:
        return []
    return [(code, copy.address_of(request.path, code)) for code, _ in copy.languages]
