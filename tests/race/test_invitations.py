"""The same people invited from several doors at the same moment: nobody gets two letters."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from dure.base import undoing
from dure.base.access import SYSTEM, actor_of
from dure.base.accounts import grant, open_account
from dure.base.models import OutboxMessage
from dure.kernel.ids import client_id
from dure.operations import inviting
from dure.operations.bulk import UNDO_TIME
from tests.movement.needs.conftest import NOW, SEED, plant
from tests.race.crowd import at_once
from tests.race.test_waves import line_of

TO = ("training:first-aid", "training:driving", "training:cooking")
LATER = NOW + UNDO_TIME


@pytest.mark.django_db(transaction=True)
def test_whoever_is_invited_by_three_doors_at_once_gets_one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    orchard = plant()
    line_of(orchard, 5)
    account_id = open_account(email="sora@example.org", name="Sora")
    grant(account_id=account_id, role="organiser", area_path=orchard.campaign.area_path)
    sora = actor_of(account_id=account_id)
    path = orchard.campaign.area_path
    wishes = [inviting.Wish(to=to, area_path=path, count=50) for to in TO]
    # The page's and the program's, both due at the moment at which the command line asks.
    for wish in wishes[:2]:
        inviting.invite_once(
            actor=sora,
            campaign=orchard.campaign,
            wish=wish,
            mark=wish.mark(),
            command_id=client_id(SEED.bytes, wish.to),
            now=NOW,
            about="People invited.",
        )
    ask_why: Callable[..., Any] = inviting._why_not

    def slowly(*asked: Any) -> Any:
        """Long enough for the others to ask meanwhile, if nothing kept them."""
        why = ask_why(*asked)
        sleep(0.3)
        return why

    monkeypatch.setattr(inviting, "_why_not", slowly)
    acts = [one for one, _ in undoing.due(now=LATER, kinds=[inviting.INVITE])]

    def ask(number: int) -> str:
        if number < len(acts):
            inviting.finish(acts[number], LATER)
        else:
            inviting.invite(
                actor=SYSTEM, campaign=orchard.campaign, wish=wishes[2], now=LATER, about="Invited."
            )
        return "done"

    at_once(3, ask)

    letters = OutboxMessage.objects.filter(kind=inviting.TRAINING).values_list("person_id", flat=True)
    assert sorted(letters) == sorted(set(letters))
    assert len(letters) == 5
