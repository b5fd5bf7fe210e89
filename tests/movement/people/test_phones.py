"""Phone numbers: the shortcut gives the library's own answer, for every country and every way of writing."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dure.kernel.refusals import BadInput
from dure.movement.people import phones
from dure.movement.people.phones import normal_phone

FORMS = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
KINDS = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.VOIP,
)


def ways(number: phonenumbers.PhoneNumber, draw: random.Random) -> set[str]:
    """A number as people write it, right and wrong, and some others that differ from it in a few digits."""
    own, code = str(number.national_number), str(number.country_code)
    written = {
        *(phonenumbers.format_number(number, form) for form in FORMS),
        *(own, code + own, "0" + own, f"+{code}0{own}", f"+0{own}", f"00{code}{own}", own + "1", own[:-1]),
    }
    others = set()
    for text in sorted(written):
        digits = list(text)
        for place in draw.sample(range(len(digits)), min(3, len(digits))):
            if digits[place].isdigit():
                digits[place] = draw.choice("0123456789")
        others.add("".join(digits))
    return written | others


def test_the_shortcut_never_says_other_than_the_library() -> None:
    draw = random.Random(20261122)  # noqa: S311  a seeded dice
    taken = 0
    wrong = []
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(country, kind)
            for text in sorted(ways(number, draw)) if number else ():
                for read_in in (country, "KR"):
                    quick = phones._plain(text.translate(phones._GAPS), read_in)
                    if quick and quick != library(text, read_in):
                        wrong.append((text, read_in, quick))
                    taken += bool(quick)

    assert wrong == []
    assert taken > 1_000


def library(text: str, country: str) -> str:
    try:
        return phones._asked(text, country, "phone")
    except BadInput:
        return ""


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("010-2345-6789", "KR", "+821023456789"),
        ("+82 10 2345 6789", "GB", "+821023456789"),
        ("０１０-２３４５-６７８９", "KR", "+821023456789"),
        ("07400 123456", "GB", "+447400123456"),
        ("(07400) 123 456", "GB", "+447400123456"),
        ("+1 650 253 0000", "KR", "+16502530000"),
    ],
)
def test_a_number_has_one_form(text: str, country: str, normal: str) -> None:
    assert normal_phone(text, country=country) == normal


@pytest.mark.parametrize(
    "text",
    [
        *("", "9", "call me", "+999 123456789", "010-2345-67890123", "+0278-480-1234"),
        # One phone in a thousand spellings: limits could not count what is sent to it.
        *(
            "+44 7400 123456 ext 5",
            "+44 7400 123456#5",
            "+44 7400 123456;ext=7",
            "+44 7400 12DEFG",
            "tel:+447400123456",
        ),
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInput) as no:
        normal_phone(text, country="KR")

    assert not text or text not in str(no.value)


@pytest.mark.parametrize(("country", "code"), [("GB", "+44"), ("PT", "+351"), ("", "+44"), ("XX", "+44")])
def test_the_number_that_a_refusal_names_is_one_of_the_country(country: str, code: str) -> None:
    """It named one of a range that no plan gives out, so whoever did as they were told was refused again."""
    with pytest.raises(BadInput) as no:
        normal_phone("none", country=country)

    example = str(no.value.facts["wanted"]).partition("such as ")[2]
    assert example.startswith(code)
    assert normal_phone(example, country=country) == example
