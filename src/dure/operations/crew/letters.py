"""Letters of the captain's phone to accounts: help is asked for; somebody is to stand in."""

from __future__ import annotations

from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from dure.base import accounts
from dure.channels.types import Letter
from dure.operations.letters import crew_language, site

KIND: Final = "crew"
# What a letter is about.
HELP: Final = "help_asked"
DEPUTY: Final = "deputy"


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """The letter, in their language; None once the account is switched off. It repeats no words of
    anybody: those stand on the page."""
    mailbox = accounts.mailbox_of(int(facts["account_id"]))
    if mailbox is None:
        return None
    address, language = mailbox
    link = f"{site()}{facts['link']}"
    with translation.override(crew_language(language)):
        if facts["what"] == DEPUTY:
            subject = _("You stand in for the captain of %(team)s") % {"team": facts["team"]}
            words = _(
                "The captain of %(team)s asks you to stand in until %(until)s. Sign in with this address; a code is "
                "sent to you. If you can't, say so to the captain: nothing is held against you."
            )
            words %= {"team": facts["team"], "until": facts["until"]}
        else:
            subject = _("A captain asks for help")
            words = _("A captain at work asks for help. What they wrote, and where to answer:")
    return Letter(address=address, subject=subject, body=f"{words}\n\n{link}", link=link, is_urgent=True)
