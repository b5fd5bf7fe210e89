"""Answers that organisers owe by a date: they are told at once, again before it, and all above them after it (P10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from dure.base import accounts, outbox
from dure.base.models import Role
from dure.base.outbox import NOBODY, NewNotice
from dure.channels.types import Letter
from dure.operations.letters import account_letter, day_words

OWED: Final = "owed"
# What waits for an answer.
DRIVE: Final = "drive"
PLEA: Final = "plea"
# What a supervisor is to look at: told to them alone, each morning that brings something.
SIGNALS: Final = "signals"
# An act for which a second person's word is asked, and a role that somebody was given: told once.
APPROVAL: Final = "approval"
ROLE: Final = "role"
SOON_DAYS: Final = 3
LATE_AGAIN_DAYS: Final = 7


def tell(*, what: str, about: str, area_path: str, link: str, by_date: date, now: datetime) -> int:
    """Write to whoever owes an answer, each once at each stage, however often this is asked; how many letters there
    are at this stage.

    The organisers whose reach ends nearest above the place are written to when it begins to wait and SOON_DAYS before
    the date (UTC); once it has passed, everybody who organises the place, every LATE_AGAIN_DAYS. ``what``: DRIVE or
    PLEA; ``about``: its code, for the key; ``link``: the path of the page on which it is answered.
    """
    days_left = (by_date - now.date()).days
    is_late = days_left < 0
    stage = (
        f"late{-(days_left + 1) // LATE_AGAIN_DAYS}"
        if is_late
        else "soon"
        if days_left <= SOON_DAYS
        else "new"
    )
    facts = {"what": what, "link": link, "by_date": by_date.isoformat(), "is_late": is_late}
    notices = [
        NewNotice(NOBODY, OWED, f"{OWED}:{what}:{about}:{stage}:{pk}", {**facts, "account_id": pk})
        for pk in organisers_of(area_path, nearest=not is_late)
    ]
    outbox.queue_many(notices=notices, now=now)
    return len(notices)


def tell_once(
    *, what: str, about: str, account_ids: Iterable[int], link: str, by_date: date, now: datetime
) -> int:
    """Write to these accounts, each once however often this is asked; how many letters. ``what``: APPROVAL or ROLE."""
    facts = {"what": what, "link": link, "by_date": by_date.isoformat(), "is_late": False}
    notices = [
        NewNotice(NOBODY, OWED, f"{OWED}:{what}:{about}:{pk}", {**facts, "account_id": pk})
        for pk in account_ids
    ]
    outbox.queue_many(notices=notices, now=now)
    return len(notices)


def organisers_of(area_path: str, *, nearest: bool) -> list[int]:
    """The accounts that organise a place; ``nearest``: only those of the smallest area around it that has any."""
    reach = [
        (path, pk)
        for pk, path, _team in accounts.accounts_with(role=Role.ORGANISER)
        if area_path.startswith(path)
    ]
    longest = max((len(path) for path, _pk in reach), default=0)
    return sorted({pk for path, pk in reach if not nearest or len(path) == longest})


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """The letter to an organiser, in their language; None once the account is switched off."""

    def words() -> tuple[str, str]:
        subject, text = _words(str(facts["what"]), is_late=bool(facts["is_late"]))
        return subject, text % {"day": day_words(date.fromisoformat(str(facts["by_date"])))}

    return account_letter(facts["account_id"], facts["link"], words)


def _words(what: str, *, is_late: bool) -> tuple[str, str]:
    if what == SIGNALS:
        waits = _("Something about the teams you look after waits for you; the first was for %(day)s.")
        if is_late:
            return _("A look at your teams is overdue"), waits
        return _("Your teams this morning"), f"{waits} {_('A warning is no verdict: ask the team first.')}"
    if what == APPROVAL:
        return _("Your word is asked as the second person"), _(
            "Another organiser asks for something that two people have to agree to. It waits until %(day)s."
        )
    if what == ROLE:
        return _("You have a role now"), _(
            "Somebody who organises here gave you a role on %(day)s. Sign in with this address; a code is sent to you."
        )
    if what == PLEA:
        waits = _("A team pleads for another target. Your answer was promised by %(day)s.")
    else:
        waits = _(
            "People near you put their names under a proposed drive. Your answer was promised by %(day)s."
        )
    if is_late:
        late = _("That day has passed and nobody has answered. A no is an answer too.")
        return _("An answer is overdue"), f"{waits} {late}"
    return _("Your answer is awaited"), waits
