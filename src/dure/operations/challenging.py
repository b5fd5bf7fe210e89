"""The letter to a captain whose team is asked for a friendly challenge."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from dure.base import accounts
from dure.channels.types import Letter
from dure.movement.standings import challenges
from dure.operations.letters import ENGLISH, day_words, site


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """In English as all pages of the crew; None once it was signed, set aside or taken back (P3), or the account is
    switched off. What the other team wrote stays on the page: a letter carries no stranger's words."""
    address = accounts.address_of(int(facts["account_id"]))
    asked = challenges.waiting(int(facts["challenge"]))
    if address is None or asked is None:
        return None
    link = f"{site()}/captain/{asked.second_team.id}/challenges/"
    with translation.override(ENGLISH):
        until = day_words(asked.answer_by)
    words = (
        "Another team asks yours for a friendly challenge. Its terms stand on this page and can be signed until "
        f"{until}. Nothing follows from not signing, and nobody is told."
    )
    subject = "Another team asks for a friendly challenge"
    return Letter(address=address, subject=subject, body=f"{words}\n\n{link}", link=link)
