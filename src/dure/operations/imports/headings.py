"""Headings of lists in plain words, in every language, beside the names of our columns, which stay what they are.

A list that we give out has its headings in the language of who asked for it; a list that comes in may have them in any
language, or our names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from dure.operations.letters import ENGLISH, languages

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: Final[Mapping[str, _StrPromise]] = {
    "id": _("Your own number of the row"),
    "given_name": _("Given name"),
    "birth_year": _("Year of birth"),
    "town": _("Town"),
    "lat": _("Degrees north"),
    "lon": _("Degrees east"),
    "travel_limit_km": _("How far they travel (km)"),
    "email": _("E-mail"),
    "phone": _("Mobile phone"),
    "language": _("Language of our letters"),
    "guardian_email": _("Guardian’s e-mail"),
    "guardian_agreed": _("Day the guardian agreed"),
    "languages": _("Languages they speak"),
    "skills": _("Skills"),
    "refuses": _("Rather not"),
    "prefers": _("Liked best"),
    "free_from": _("Free from"),
    "free_to": _("Free until"),
    "cover": _("Insured (evidence)"),
    "briefing": _("Briefed (evidence)"),
    "clearance": _("Cleared for work with children (evidence)"),
    "consent": _("Agreed to be registered"),
    "messages": _("Agreed to be written to"),
    "physical_max": _("Hardest work (0 to 3)"),
    "long_shift": _("Wishes for long shifts"),
    "shifts_max": _("Shifts a day, at most"),
    "group": _("Comes together with"),
    "campaign": _("Campaign"),
    "team": _("Team"),
    "title": _("What is to be done"),
    "day": _("Day"),
    "starts": _("Begins"),
    "ends": _("Ends"),
    "seats": _("How many people"),
    "tier": _("Tier (1 critical, 2 important, 3 useful)"),
    "cause": _("Kind of work"),
    "min_age": _("Least age"),
    "hazardous": _("Dangerous"),
    "night": _("At night"),
    "lone": _("Alone"),
    "with_children": _("With children"),
    "physical": _("How heavy (0 to 3)"),
    "bring": _("What to bring"),
    "least_crew": _("Least crew"),
    "lead": _("Led by (number of the need)"),
    "people_per_lead": _("People per lead"),
    "indicator": _("What is counted"),
    "kind": _("Saving or help"),
    "quantity": _("How much"),
    "unit": _("Unit"),
    "person": _("Number of the person"),
    "post": _("Number of the need"),
    "note": _("Remark"),
    "country": _("Country (code)"),
    "country_name": _("Country"),
    "region": _("Region"),
    "code": _("Your own code of the place"),
    "name": _("Name"),
    "name_local": _("Name in the local script"),
    "population": _("How many people live there"),
}


def normal(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def own_name(heading: str, known: Collection[str]) -> str:
    """Our name of a column, by its name or its heading in any language; of what is none, the heading as compared.

    >>> own_name("Birth year", ["birth_year"])
    'birth_year'
    """
    name = normal(heading)
    if name in known:
        return name
    return next((own for own in _by_heading().get(name, ()) if own in known), name)


@cache
def _by_heading() -> Mapping[str, tuple[str, ...]]:
    """Several columns may have one heading: which is meant, the table tells that has only one of them."""
    found: dict[str, tuple[str, ...]] = {}
    for language in sorted(languages()):
        with translation.override(language):
            for own, label in LABELS.items():
                name = normal(str(label))
                found[name] = (*found.get(name, ()), own)
    return found


def in_words(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """A table to give out, our names in its first row: in English as it is, else with headings in the language."""
    if translation.get_language() in (ENGLISH, None):
        return tuple(rows)
    return (tuple(str(LABELS.get(name, name)) for name in rows[0]), *rows[1:])
