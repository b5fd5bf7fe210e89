"""What the crew page needs so that a captain's phone can go on without a signal."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from dure.web.captain.phone_words import phone_words
from dure.web.forms import letter_languages
from dure.web.safety_words import KIND_WORDS, SEVERITY_WORDS

# More than the pages have languages.
_LANGUAGES: Final = 32


def phone_page(here: str) -> dict[str, object]:
    """``here``: the address of the crew's page, under which all that a captain does with it lies."""
    return {"phone_parts": _parts(get_language() or ""), "besides": _besides(here)}


@lru_cache(maxsize=_LANGUAGES)
def _parts(language: str) -> SafeString:
    """What the phone's program fills in and opens: alike for all in ``language``, the one that is spoken now."""
    page = {
        "words": phone_words(),
        "letter_languages": letter_languages(),
        "incident_kinds": list(KIND_WORDS.items()),
        "incident_severities": list(SEVERITY_WORDS.items()),
    }
    return render_to_string("captain/_phone.html", page)


def _besides(here: str) -> list[tuple[str, str, str]]:
    """What a captain does besides: the part of the panel, the page without JavaScript, and its name."""
    named = (
        ("walk-in", gettext("Somebody came by themselves")),
        ("photo", gettext("A photograph of the work")),
        ("help", gettext("Ask for help")),
        ("incident", gettext("Something happened")),
        ("deputy", gettext("Hand over to a deputy")),
    )
    return [(panel, f"{here}{panel}/", name) for panel, name in named]
