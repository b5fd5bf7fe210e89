"""What a call, a wave and a proposed drive must fulfil, and which counts are shown. Pure: values in, problems out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dure.movement.calls.types import CHANNELS, AppealKind, Audience, NewDrive, Problem

TITLE_CHARS_MAX: Final = 160
TEXT_CHARS_MAX: Final = 10_000
SLUG_CHARS_MAX: Final = 50
CODES_MAX: Final = 50
NAME_CHARS_MAX: Final = 80
EMAIL_CHARS_MAX: Final = 254
# A minute's letters are written in one transaction.
PER_MINUTE_MAX: Final = 20_000
WANTED_MAX: Final = 10_000_000
# P9: no published figure counts fewer people. Organisers see calls the same way: of few people called, an
# exact count would tell who stayed silent.
SHOWN_COUNT_MIN: Final = 10
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# A language tag of BCP 47, as far as pages are translated: "ko", "pt-br".
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?")
# What anybody may write and everybody may read leads nowhere else.
_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)
# Controls but tab and the ends of lines, halves of surrogate pairs, and what no character is.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ONE_LINE = re.compile(r"[^\r\n\t\u2028\u2029]*")
_NOT_IN_NAMES = frozenset('<>@:/\\"{}[]')


def appeal_problems(code: str, title: str, text: str) -> list[Problem]:
    """Every problem of a call's code and words."""
    found: list[Problem] = []
    if len(code) > SLUG_CHARS_MAX or not _SLUG.fullmatch(code):
        found.append(Problem("code", f"{code[:60]!r} can't stand in a link", "letters a-z, digits and -"))
    return [*found, *_texts(title, text)]


def words_problems(language: str, title: str, text: str) -> list[Problem]:
    """Every problem of a call's words in a further language."""
    return [*_language(language), *_texts(title, text)]


def plan_problems(
    language: str, asks: str, channels: tuple[str, ...], audience: Audience, wanted_count: int | None
) -> list[Problem]:
    """Every problem of how and whom a call reaches; whether its places exist is asked of the places room."""
    found = list(_language(language))
    if asks not in get_args(AppealKind):
        found.append(Problem("asks", f"{asks[:40]!r} is nothing to ask for", ", ".join(get_args(AppealKind))))
    if unknown := [one for one in channels if one not in CHANNELS]:
        found.append(Problem("channels", f"{unknown[0][:40]!r} is no channel", ", ".join(CHANNELS)))
    for field, codes in (("skills", audience.skills), ("area_paths", audience.area_paths)):
        if len(codes) > CODES_MAX or len(set(codes)) < len(codes):
            found.append(Problem(field, "are too many or named twice", f"at most {CODES_MAX}, each once"))
    if wanted_count is not None and not 1 <= wanted_count <= WANTED_MAX:
        found.append(Problem("wanted_count", f"is {wanted_count}", f"1 to {WANTED_MAX}"))
    return found


def drive_problems(new: NewDrive) -> list[Problem]:
    """Every problem of a proposal; whether its place exists is asked of the places room."""
    found = [*_texts(new.title, new.text), *supporter_problems(new.name, new.email), *_language(new.language)]
    for field, value in (("title", new.title), ("text", new.text)):
        if _LINK.search(value):
            found.append(Problem(field, "holds an address or link", "plain words, as everybody may read it"))
    return found


def supporter_problems(name: str, email: str) -> list[Problem]:
    """Every problem of a name put under a drive. The address itself is not repeated: refusals may be logged."""
    found: list[Problem] = []
    if not name.strip():
        found.append(Problem("name", "is empty", "the name you are called by"))
    elif len(name) > NAME_CHARS_MAX or not name.isprintable() or _NOT_IN_NAMES & set(name):
        found.append(Problem("name", "is no likely name", f"letters, at most {NAME_CHARS_MAX}"))
    try:
        validate_email(email.strip())
        fits = len(email.strip()) <= EMAIL_CHARS_MAX
    except ValidationError:
        fits = False
    if not fits:
        found.append(Problem("email", "is no e-mail address", "an address such as name@example.org"))
    return found


def shown_count(count: int) -> int | None:
    """A count as pages show it: 0 and from SHOWN_COUNT_MIN on exactly, None ("fewer than 10") between (P9)."""
    return count if count == 0 or count >= SHOWN_COUNT_MIN else None


def _texts(title: str, text: str) -> Iterator[Problem]:
    for field, value, chars_max in (("title", title, TITLE_CHARS_MAX), ("text", text, TEXT_CHARS_MAX)):
        if not value.strip():
            yield Problem(field, "is empty", "a text")
        elif len(value) > chars_max:
            yield Problem(field, f"has {len(value)} characters", f"at most {chars_max}")
        elif "\x00" in value:
            yield Problem(field, "holds a NUL character", "plain text")
        elif _CONTROL.search(value) or (field == "title" and not _ONE_LINE.fullmatch(value)):
            # No feed (XML 1.0) and no subject of a letter can hold them.
            wanted = "one line of plain text" if field == "title" else "plain text"
            yield Problem(field, "holds a control character", wanted)


def _language(language: str) -> Iterator[Problem]:
    if not _LANGUAGE.fullmatch(language):
        yield Problem("language", f"{language[:20]!r} is no language", "a code such as ko or en")
