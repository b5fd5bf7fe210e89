"""The letter to a captain whose team is asked for a friendly challenge."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from dure.base import accounts
from dure.channels.types import Letter
from dure.movement.standings import challenges
from dure.operations.letters import crew_language, day_words, site


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """In the reader's language; None once it was signed, set aside or taken back (P3), or the account is
    switched off. What the other team wrote stays on the page: a letter carries no stranger's words."""
    mailbox = accounts.mailbox_of(int(facts["account_id"]))
    asked = challenges.waiting(int(facts["challenge"]))
    if mailbox is None or asked is None:
        return None
    address, language = mailbox
    link = f"{site()}/captain/{asked.second_team.id}/challenges/"
    with translation.override(crew_language(language)):
        words = _(
            "Another team asks yours for a friendly challenge. Its terms stand on this page and can be signed until "
            "%(until)s. Nothing follows from not signing, and nobody is told."
        ) % {"until": day_words(asked.answer_by)}
        subject = _("Another team asks for a friendly challenge")
    return Letter(address=address, subject=subject, body=f"{words}\n\n{link}", link=link)
