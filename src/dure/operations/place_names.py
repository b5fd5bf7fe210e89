"""What a place is called in the reader's language: the one way to name it on pages and in letters.

Places have a name in Latin letters and, where they have one, a name in their country's own script (GeoNames). A reader
gets the own name where their language is written in that script. Countries are named as phonenumbers has them (Unicode
CLDR).
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final, Protocol

import phonenumbers
from django.utils import translation

from dure.kernel.must import Broken

# By language, how Unicode's names of its letters begin; the others are written in Latin letters.
SCRIPTS: Final[dict[str, tuple[str, ...]]] = {"ko": ("HANGUL",)}
_SAME_AS: Final = "*"


class Named(Protocol):
    """What has both names: an area, a region, a town."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_local(self) -> str: ...


def place_name(place: Named) -> str:
    """Its name in the language of the page or letter that is being made."""
    return _in_language(place.code, place.name, place.name_local, translation.get_language() or "")


def name_of(name: str, local: str) -> str:
    """As :func:`place_name`, where only the two names are at hand."""
    return _in_language("", name, local, translation.get_language() or "")


def other_place_name(place: Named) -> str:
    """Its other name, which stands on signs or maps; "" where there is none."""
    here = place_name(place)
    return next((one for one in (place.name_local, place.name) if one and one != here), "")


def both_names(place: Named) -> str:
    """Both, for choosing among many: the reader's, and the other in brackets."""
    other = other_place_name(place)
    return f"{place_name(place)} ({other})" if other else place_name(place)


@lru_cache(maxsize=20_000)
def _in_language(code: str, name: str, local: str, language: str) -> str:
    scripts = SCRIPTS.get(language.split("-")[0])
    if scripts is None:
        return name
    if local and any(unicodedata.name(sign, "").startswith(scripts) for sign in local):
        return local
    return _country_name(code, language.split("-")[0]) or name


@cache
def _countries() -> dict[str, dict[str, str]]:
    """Names by country and language. The module is loaded without the package that it lies in, which would load where
    every number of the world lies: 95 MB and a third of a second of each process.
    """
    path = Path(phonenumbers.__file__).with_name("geodata") / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", path)
    if spec is None or spec.loader is None:
        raise Broken("the names of countries lie where phonenumbers keeps them")
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names


def _country_name(code: str, language: str) -> str:
    names = _countries().get(code, {})
    found = names.get(language, "")
    return names.get(found[1:], "") if found.startswith(_SAME_AS) else found
