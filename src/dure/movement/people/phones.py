"""Phone numbers in the form of ITU-T E.164, by the numbering plans of phonenumbers (libphonenumber).

That library takes some 60 µs a number, more than all the rest of a registration. Nearly all numbers are mobile numbers
in one of two plain forms, with + and the country's calling code or as dialled within the country, for which
its answer is worked out from the same plans in two. Everything else is asked of the library itself; a test
holds both answers equal for every country.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from dure.kernel.refusals import BadInput

_GAPS: Final = str.maketrans("", "", " -")
_DIGITS_MAX: Final = 15
# Calling codes are one to three digits long, and none begins another.
_CODE_DIGITS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a country's mobile numbers look like: ``general`` and ``mobile`` match the number without any prefix."""

    calling_code: str
    general: re.Pattern[str]
    mobile: re.Pattern[str]
    trunk: re.Pattern[str] | None  # dialled before the number within the country
    abroad: re.Pattern[str] | None  # dialled before a calling code


def normal_phone(text: str, *, country: str, where: str = "phone") -> str:
    """The number in the form of ITU-T E.164 (+ and digits). One without + is read as of ``country`` (ISO 3166, "KR").

    Refuses with BadInput, which does not repeat the number.
    """
    return _plain(text.translate(_GAPS), country) or _asked(text, country, where)


def _plain(number: str, country: str) -> str:
    """The answer for a mobile number in a plain form; empty where the library has to be asked."""
    if not number.isascii() or len(number) > _DIGITS_MAX + 1:
        return ""
    if number[:1] == "+":
        return number if number[1:].isdigit() and _is_mobile_with_code(number[1:]) else ""
    plan = _plan_of(country) if number.isdigit() else None
    if plan is None or (plan.abroad and plan.abroad.match(number)):
        return ""
    if plan.trunk is None or not (found := plan.trunk.match(number)):
        return ""
    # A number that is one with its prefix too keeps it, or not: the library knows.
    if plan.general.fullmatch(number):
        return ""
    own = number[found.end() :]
    return f"+{plan.calling_code}{own}" if found.end() and _is_mobile(own, plan) else ""


def _is_mobile_with_code(digits: str) -> bool:
    if digits[:1] == "0":
        return False
    for length in _CODE_DIGITS:
        if plan := _plan_of_code(digits[:length]):
            return _is_mobile(digits[length:], plan)
    return False


def _is_mobile(own: str, plan: _Plan) -> bool:
    """Whether the library would take ``own`` as it stands: a mobile number that no prefix could be taken from."""
    return bool(
        plan.mobile.fullmatch(own)
        and plan.general.fullmatch(own)
        and not (plan.trunk and plan.trunk.match(own))
    )


@cache
def _plan_of_code(calling_code: str) -> _Plan | None:
    regions = phonenumbers.region_codes_for_country_code(int(calling_code))
    # Where several countries share a code, the first is the main one, of whom no leading digits are asked.
    return (
        _plan_of(regions[0])
        if regions and regions[0] != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
        else None
    )


@cache
def _plan_of(country: str) -> _Plan | None:
    """The plan of a country that is the main one of its calling code; None where only the library will do."""
    plan = PhoneMetadata.metadata_for_region(country, None)
    if plan is None or plan.leading_digits or plan.national_prefix_transform_rule:
        return None
    calling_code = plan.country_code
    if calling_code is None or phonenumbers.region_codes_for_country_code(calling_code)[0] != country:
        return None
    general, mobile = plan.general_desc, plan.mobile
    if not (general and mobile and general.national_number_pattern and mobile.national_number_pattern):
        return None
    return _Plan(
        calling_code=str(calling_code),
        general=re.compile(general.national_number_pattern),
        mobile=re.compile(mobile.national_number_pattern),
        trunk=re.compile(plan.national_prefix_for_parsing) if plan.national_prefix_for_parsing else None,
        abroad=re.compile(plan.international_prefix) if plan.international_prefix else None,
    )


def _asked(text: str, country: str, where: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    try:
        number = phonenumbers.parse(plain, country or None)
    except phonenumbers.NumberParseException:
        number = None
    # Letters for digits and extensions would be a thousand ways to write one phone, which limits could not count.
    spelt = number is not None and (number.extension or any(map(str.isalpha, plain)))
    if number is None or spelt or not phonenumbers.is_valid_number(number):
        wanted = f"a mobile number with its country, such as {_example(country)}"
        raise BadInput(where=where, what="this is no phone number", wanted=wanted)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _example(country: str) -> str:
    """A mobile number that would do, of the country whose people write theirs."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    found = phonenumbers.example_number_for_type(country or "GB", mobile)
    if found is None:
        return _example("GB")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
