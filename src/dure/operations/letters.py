"""The words of each notice. They say that there is something to see and where; what it is stays on the page."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dure.channels.types import Letter
from dure.movement.people import reads as people


def site() -> str:
    """Where this installation answers, for links in messages: ``DURE_SITE``."""
    return os.environ.get("DURE_SITE", "http://127.0.0.1:8000").rstrip("/")


def _subject(kind: str) -> str:
    subjects = {
        "sign_up": _("Thank you for offering to help"),
        "guardian_request": _("Somebody you look after offers to help and needs your consent"),
        "link": _("Your private link"),
        "offer": _("There is a post for you"),
        "offer_instead": _("Another post needs you more"),
        "adults_there": _("The adults are there: your place is open"),
        "adults_gone": _("Your place waits for an adult"),
        "thanks": _("Thank you for your work"),
        "nomination": _("Somebody would like to thank you in public"),
    }
    return subjects.get(kind, _("News about your offer to help"))


def _words(kind: str, facts: dict[str, Any]) -> str:
    day = f"{date.fromisoformat(facts['day']):%d %B %Y}" if "day" in facts else ""
    if kind == "offer":
        return _(
            "There is a post for you on %(day)s. Accept it or decline it on your page. A no is free."
        ) % {"day": day}
    if kind == "adults_there":
        return _(
            "Two cleared adults have said yes to your post on %(day)s. If it was offered to you, you can accept it now."
        ) % {"day": day}
    if kind == "adults_gone":
        return _(
            "Your place on %(day)s waits: two cleared adults have to be beside you, and they are not both there. We "
            "write to you when they are. Please don't set out before your page says so."
        ) % {"day": day}
    if kind == "offer_instead":
        return _(
            "A post on %(day)s needs you more than the one you have. You may change, or stay where you are: your post "
            "is yours until you say yes to the other one. A no is free."
        ) % {"day": day}
    if kind == "thanks":
        return _("What you did on %(day)s is written on your page, and nobody can change it.") % {"day": day}
    if kind == "nomination":
        return _("Somebody put you forward for an honour. It is shown to nobody unless you agree.")
    if kind == "link":
        return _("Somebody, most likely you, asked for your private link. Here it is.")
    if kind == "guardian_request":
        return _("Please read what they offered to do, and agree or refuse, on this page.")
    reason = str(facts.get("reason", ""))
    if "by_date" in facts:
        by_date = f"{date.fromisoformat(facts['by_date']):%d %B %Y}"
        return _("%(reason)s You hear from us again by %(day)s at the latest.") % {
            "reason": reason,
            "day": by_date,
        }
    return reason


def letter(*, kind: str, facts: dict[str, Any], person_id: int, address: str) -> Letter:
    """One notice as a letter to one address, with the private link of its reader."""
    if kind == "guardian_request":
        link = f"{site()}/guardian/{people.guardian_token(person_id)}/"
    else:
        link = f"{site()}/me/{people.private_link_token(person_id)}/"
    body = "\n\n".join(
        [
            _words(kind, facts),
            link,
            _("This link is yours alone; do not hand it on. You can leave at any time on that page."),
        ]
    )
    return Letter(address=address, subject=_subject(kind), body=body)
