"""The words of each notice. They say that there is something to see and where; what it is stays on the page."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import dateformat, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

import dure
from dure.base import accounts
from dure.channels.types import Letter
from dure.movement.calls import reads as calls
from dure.movement.people.reaching import EMAIL, SMS, Reach
from dure.operations.answer_words import OVER
from dure.operations.letter_kinds import ASK_IF_SAFE, DAYS, NO_DATE, ON_PAGE, kind_of
from dure.operations.place_names import name_of

ENGLISH: Final = "en"
LOCALE: Final = Path(dure.__file__).parent / "locale"


def site() -> str:
    """Where this installation answers, for links in messages: ``DURE_SITE``."""
    return os.environ.get("DURE_SITE", "http://127.0.0.1:8000").rstrip("/")


@cache
def languages() -> frozenset[str]:
    """The languages letters are written in."""
    return frozenset({ENGLISH, *(path.name for path in LOCALE.iterdir() if path.is_dir())})


def language_of(wanted: str) -> str:
    """The language of letters that comes nearest to what somebody reads: theirs, else English."""
    return next((one for one in (wanted, wanted.split("-")[0]) if one in languages()), ENGLISH)


def crew_language(chosen: str) -> str:
    """The language of letters to somebody who works here: the one they chose, else ``DURE_LANGUAGE``."""
    return language_of(chosen or settings.CREW_LANGUAGE)


def day_words(day: date) -> str:
    """The day in the language of the letter: 5 October 2026."""
    return dateformat.format(day, pgettext("day in a letter", "j F Y"))


def account_letter(
    account_id: object,
    path: str,
    words: Callable[[], tuple[str, str]],
    *,
    language: str = "",
    is_urgent: bool = False,
) -> Letter | None:
    """The letter to an account, in the language it chose, else ``language``, else the house's; None once it is
    switched off. ``words``: subject and text, asked for in that language; the address of ``path`` stands below."""
    mailbox = accounts.mailbox_of(int(str(account_id)))
    if mailbox is None:
        return None
    address, chosen = mailbox
    link = f"{site()}{path}"
    with translation.override(crew_language(chosen or language)):
        subject, text = words()
    return Letter(address=address, subject=subject, body=f"{text}\n\n{link}", link=link, is_urgent=is_urgent)


def letter(
    *, kind: str, facts: Mapping[str, Any], to: Reach, channel: str = EMAIL, report_to: str = ""
) -> Letter:
    """One notice as a letter by one of its reader's channels, in their language, with their private link."""
    with translation.override(language_of(to.language)):
        if to.lapses_on and kind != "guardian_request":
            return _to_confirm(kind, to, channel, report_to)
        if kind == "guardian_request":
            address, link = to.guardian, f"{site()}/guardian/{to.guardian_token}/"
        else:
            address, link = to.contacts[channel], f"{site()}/me/{to.private_token}/"
        if kind == "call":
            return _call(facts, to, address, f"{link}?call={facts['call']}", report_to)
        says = kind_of(kind)
        if kind in ASK_IF_SAFE:
            link += "?safe=1"
        values = _values(facts)
        words = _words(says.words, values)
        return Letter(
            address=address,
            subject=_(says.subject) % values,
            body="\n\n".join([words, link, _private()]),
            brief=_(says.brief) % values if says.brief and _has_values(says.brief, values) else words,
            link=link,
            report_to=report_to,
            is_urgent=says.is_urgent,
            leave_link=link if says.is_written_first else "",
        )


def announcement(*, code: str) -> Letter:
    """A call as chat rooms get it, in the language it was written in. Refuses with NotFound."""
    appeal = calls.appeal(code)
    link = f"{site()}/call/{code}/"
    return Letter(address="", subject=appeal.title, body=f"{appeal.text}\n\n{link}", link=link)


def _private() -> str:
    return _("This link is yours alone; do not hand it on. You can leave at any time on that page.")


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    """The facts as they stand in words: days in words, and the reason in the reader's language where it is known."""
    values = {
        name: day_words(date.fromisoformat(str(value)))
        if name in DAYS or name.endswith("_date")
        else str(value)
        for name, value in facts.items()
        if isinstance(value, str | int)
    }
    for named in ("place", "area"):
        if local := str(facts.get(f"{named}_local", "")):
            values[named] = name_of(values[named], local)
    values["reason"] = _reason(facts)
    if facts.get("reason") == OVER.reason:
        values.pop("by_date", None)  # the last word: no other follows by any day
    return values


def _reason(facts: Mapping[str, Any]) -> str:
    """Why, in the reader's language: from the words and values of ``why``, else the English reason where that is it."""
    why = facts.get("why")
    if isinstance(why, list) and len(why) == 2 and isinstance(why[1], dict):
        words, given = str(why[0]), {name: value for name, value in why[1].items() if name != "reason"}
        translated = _(words)
        if translated != words or translation.get_language() == ENGLISH:
            return translated % (_values(given) if given else {})
    reason = str(facts.get("reason", ""))
    if not reason or translation.get_language() == ENGLISH:
        return reason
    translated = _(reason)
    return translated if translated != reason else _(ON_PAGE)


def _words(words: str, values: Mapping[str, str]) -> str:
    if not _has_values(words, values):
        return _(NO_DATE) % values  # an answer without a date says its reason alone
    return _(words) % values


def _has_values(words: str, values: Mapping[str, str]) -> bool:
    """Whether everything the words name is there."""
    try:
        words % values
    except KeyError:
        return False
    return True


def _to_confirm(kind: str, to: Reach, channel: str, report_to: str) -> Letter:
    """What somebody gets whose contact is not confirmed: the code, and the link that fills it in for them."""
    code, token = to.codes[channel]
    code = f"{code[:4]} {code[4:]}"
    link = f"{site()}/me/confirm/{token}/"
    lapses_on = {"day": day_words(date.fromisoformat(to.lapses_on))}
    body = [
        _("Your code: %(code)s") % {"code": code},
        _("Type it on the page where you signed up, or open this link and press the button there:"),
        link,
        _("Without it everything is deleted after %(day)s. If it was not you who signed up, do nothing.")
        % lapses_on,
    ]
    return Letter(
        address=to.contacts[channel],
        subject=_(kind_of(kind).subject),
        body="\n\n".join(body),
        brief=_("Your code: %(code)s. Or open:") % {"code": code},
        link=link,
        report_to=report_to if channel == SMS else "",
        is_urgent=True,
    )


def _call(facts: Mapping[str, Any], to: Reach, address: str, link: str, report_to: str) -> Letter:
    """A call in the reader's language, as far as it was put into it."""
    words = calls.words(str(facts["call"]), to.language)
    return Letter(
        address=address,
        subject=words.title,
        body="\n\n".join([words.text, link, _private()]),
        brief=words.title,
        link=link,
        report_to=report_to,
        leave_link=link,
    )
