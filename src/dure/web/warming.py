"""What the first look at a page would pay for all that follow: done before the readers are copied from the server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

TEMPLATES: Final = Path(__file__).parent / "templates"


def warm_up() -> None:
    """Import every page, parse every template, and read the sentences and addresses of every language."""
    resolver = get_resolver()
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("")
            resolver.reverse("home")
    for one in TEMPLATES.rglob("*.html"):
        get_template(str(one.relative_to(TEMPLATES)))
