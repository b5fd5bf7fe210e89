"""Which browser somebody came with, in words they know it by."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext

# The first that stands in what a browser says of itself: each also names those after it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_words(request: HttpRequest) -> str:
    """Such as "Firefox, Android"; no version, no model: enough to know one's own again."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in said), gettext("a browser"))
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return f"{browser}, {system}" if system else browser
