"""`dure gift …`: goods and money that came, were handed on or were lost, each time under two keepers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import answering
from dure.cli.options import CampaignSlug, JsonTo
from dure.kernel.ids import client_id
from dure.kernel.quantities import parse_milli, show_milli
from dure.kernel.refusals import NotFound

if TYPE_CHECKING:
    from dure.movement.gifts.types import MoveKind

gift = typer.Typer(no_args_is_help=True, help="Goods and money: offers, two-keeper moves, and the stock.")

Quantity = Annotated[
    str, typer.Option("--quantity", metavar="NUMBER", help="How much, in the indicator's unit, such as 12.5.")
]
OfferId = Annotated[int, typer.Argument(metavar="OFFER", min=1, help="Number of the offer (dure gift list).")]
MoveId = Annotated[int, typer.Argument(metavar="MOVE", min=1, help="Number of the move that was wrong.")]
Keepers = Annotated[
    list[str],
    typer.Option("--keeper", metavar="EMAIL", help="Account of a keeper; name two, different ones."),
]
Reference = Annotated[
    str, typer.Option("--ref", help="Number of your slip; the same slip again is not booked twice.")
]


@gift.command("offer")
def offer(
    campaign: CampaignSlug,
    indicator: Annotated[
        str, typer.Option("--indicator", metavar="CODE", help="What counts it: goods or money.")
    ],
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="Place where it is kept.")],
    item: Annotated[str, typer.Option("--item", help="What it is; of money, the purpose it is given for.")],
    quantity: Quantity,
    ref: Reference,
    donor: Annotated[
        str, typer.Option("--donor", help="How the donor wants to be thanked; empty: not at all.")
    ] = "",
    json_to: JsonTo = None,
) -> None:
    """Note goods, or money for a purpose, that somebody offers."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.gifts import actions
        from dure.movement.places import reads as places

        found = campaigns.campaign_for(SYSTEM, campaign)
        counted = {one.code: one.id for one in campaigns.indicators(found.id)}
        if indicator not in counted:
            raise NotFound(what=f"indicator {indicator}")
        made = actions.offer(
            client_id=client_id(b"dure gift offer", campaign, ref),
            campaign_id=found.id,
            area_id=places.by_code(area).id,
            indicator_id=counted[indicator],
            item=item,
            quantity_milli=parse_milli(quantity, where="--quantity"),
            donor_name=donor,
            now=datetime.now(UTC),
        )
        answer.say(
            f"Offer {made.id}: {show_milli(made.quantity_milli)} of {made.item}. Nothing has come yet."
        )
        answer.give(asdict(made))


@gift.command("receive")
def receive(
    offer_id: OfferId,
    quantity: Quantity,
    team: Annotated[int, typer.Option("--team", metavar="ID", help="Team that takes it in.")],
    keeper: Keepers,
    ref: Reference,
    json_to: JsonTo = None,
) -> None:
    """Book what came of an offer into stock."""
    _move("received", offer_id, quantity, team, keeper, ref, json_to)


@gift.command("issue")
def issue(
    offer_id: OfferId,
    quantity: Quantity,
    team: Annotated[int, typer.Option("--team", metavar="ID", help="Team that hands it on.")],
    keeper: Keepers,
    ref: Reference,
    json_to: JsonTo = None,
) -> None:
    """Book what was handed on, or spent for its purpose; never more than came."""
    _move("issued", offer_id, quantity, team, keeper, ref, json_to)


@gift.command("lose")
def lose(
    offer_id: OfferId,
    quantity: Quantity,
    team: Annotated[int, typer.Option("--team", metavar="ID", help="Team that kept it.")],
    keeper: Keepers,
    ref: Reference,
    json_to: JsonTo = None,
) -> None:
    """Write off what was spoilt or went missing."""
    _move("lost", offer_id, quantity, team, keeper, ref, json_to)


@gift.command("correct")
def correct(
    move_id: MoveId,
    difference: Annotated[
        str, typer.Option("--difference", metavar="NUMBER", help="What is added, such as 1.5 or -1.5.")
    ],
    keeper: Keepers,
    ref: Reference,
    json_to: JsonTo = None,
) -> None:
    """Correct a move by adding one; the stock is put right with it."""
    with answering(json_to) as answer:
        from dure.movement.gifts import actions

        first, second = _keepers(keeper)
        made = actions.correct(
            client_id=client_id(b"dure gift correct", move_id, ref),
            move_id=move_id,
            difference_milli=parse_milli(difference, where="--difference"),
            keeper=first,
            second_keeper=second,
            now=datetime.now(UTC),
        )
        answer.say(f"Move {made.id} corrects move {move_id} (entry {made.entry_index} of the log).")
        answer.give(asdict(made))


@gift.command("take-back")
def take_back(move_id: MoveId, keeper: Keepers, ref: Reference, json_to: JsonTo = None) -> None:
    """Take back a move that never was, whatever is left of it."""
    with answering(json_to) as answer:
        from dure.movement.gifts import actions

        first, second = _keepers(keeper)
        made = actions.take_back(
            client_id=client_id(b"dure gift take-back", move_id, ref),
            move_id=move_id,
            keeper=first,
            second_keeper=second,
            now=datetime.now(UTC),
        )
        answer.say(f"Move {made.id} takes move {move_id} back (entry {made.entry_index} of the log).")
        answer.give(asdict(made))


@gift.command("list")
def list_(campaign: CampaignSlug, json_to: JsonTo = None) -> None:
    """List a campaign's offers and what is in stock: received = issued + lost + in stock."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.gifts import reads

        offers = reads.offers(SYSTEM, campaigns.campaign_for(SYSTEM, campaign).id)
        columns = {
            "offer": True,
            "item": False,
            "received": True,
            "issued": True,
            "lost": True,
            "in stock": True,
        }
        rows = [
            (
                str(one.id),
                one.item,
                *map(show_milli, (one.received_milli, one.issued_milli, one.lost_milli, one.stock_milli)),
            )
            for one in offers
        ]
        answer.table("", columns, rows)
        answer.give({"offers": [asdict(one) | {"stock_milli": one.stock_milli} for one in offers]})


def _move(
    kind: MoveKind,
    offer_id: int,
    quantity: str,
    team: int,
    keeper: list[str],
    ref: str,
    json_to: str | None,
) -> None:
    """Book a move of an offer, and say what is in stock after it."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.gifts import actions, reads

        book = {"received": actions.receive, "issued": actions.issue, "lost": actions.lose}[kind]
        first, second = _keepers(keeper)
        made = book(
            client_id=client_id(b"dure gift", kind, offer_id, ref),
            offer_id=offer_id,
            team_id=team,
            quantity_milli=parse_milli(quantity, where="--quantity"),
            keeper=first,
            second_keeper=second,
            now=datetime.now(UTC),
        )
        after = reads.offer(SYSTEM, offer_id)
        answer.say(
            f"Move {made.id}: {show_milli(made.quantity_milli)} of {after.item} {kind} "
            f"(entry {made.entry_index} of the log). In stock: {show_milli(after.stock_milli)}."
        )
        answer.give(asdict(made) | {"stock_milli": after.stock_milli})


def _keepers(emails: list[str]) -> tuple[int, int]:
    """Account ids of the two keepers. Refuses with OneKeeper, and with NotFound who has no account."""
    from dure.movement.gifts.errors import OneKeeper

    if len(emails) != 2:
        raise OneKeeper
    return known_account(emails[0]), known_account(emails[1])
