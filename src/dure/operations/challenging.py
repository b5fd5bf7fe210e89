"""The letter to a captain whose team is asked for a friendly challenge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dure.channels.types import Letter
from dure.movement.standings import challenges
from dure.operations.letters import account_letter, day_words


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """In the reader's language; None once it was signed, set aside or taken back (P3), or the account is
    switched off. What the other team wrote stays on the page: a letter carries no stranger's words."""
    asked = challenges.waiting(int(facts["challenge"]))
    if asked is None:
        return None

    def words() -> tuple[str, str]:
        text = _(
            "Another team asks yours for a friendly challenge. Its terms stand on this page and can be signed until "
            "%(until)s. Nothing follows from not signing, and nobody is told."
        )
        return _("Another team asks for a friendly challenge"), text % {"until": day_words(asked.answer_by)}

    return account_letter(facts["account_id"], f"/captain/{asked.second_team.id}/challenges/", words)
