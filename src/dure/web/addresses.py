"""Whole addresses for what leaves the site: feeds, posters, cards, cards of search engines, other people's pages."""

from __future__ import annotations

from django.http import HttpRequest

from dure.operations.publish.asking import COPY, Copy


def copy_of(request: HttpRequest) -> Copy | None:
    """The copy this page is made for (`dure publish`); None for a visitor."""
    found = request.META.get(COPY)
    return found if isinstance(found, Copy) else None


def base_of(request: HttpRequest) -> str:
    """Where these pages are: this site as the visitor calls it, or where the copy will stand. No "/" at its end."""
    copy = copy_of(request)
    return copy.base_url if copy else request.build_absolute_uri("/").rstrip("/")


def whole(request: HttpRequest, path: str) -> str:
    """``path`` of these pages as an address that leads there from anywhere."""
    return base_of(request) + path
