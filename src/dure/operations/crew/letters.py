"""Letters of the captain's phone to accounts: help is asked for; somebody is to stand in."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from dure.channels.types import Letter
from dure.operations.letters import account_letter

KIND: Final = "crew"
# What a letter is about.
HELP: Final = "help_asked"
DEPUTY: Final = "deputy"


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """The letter, in their language; None once the account is switched off. It repeats no words of
    anybody: those stand on the page."""

    def words() -> tuple[str, str]:
        if facts["what"] == DEPUTY:
            subject = _("You stand in for the captain of %(team)s") % {"team": facts["team"]}
            text = _(
                "The captain of %(team)s asks you to stand in until %(until)s. Sign in with this address; a code is "
                "sent to you. If you can't, say so to the captain: nothing is held against you."
            )
            return subject, text % {"team": facts["team"], "until": facts["until"]}
        return _("A captain asks for help"), _(
            "A captain at work asks for help. What they wrote, and where to answer:"
        )

    return account_letter(facts["account_id"], facts["link"], words, is_urgent=True)
