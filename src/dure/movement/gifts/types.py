"""What crosses the door of gifts. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

MoveKind = Literal["received", "issued", "lost"]


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """Goods or money somebody offered; of money, ``item`` is the purpose.

    In stock are ``received_milli - issued_milli - lost_milli``.
    """

    id: int
    client_id: UUID
    campaign_id: int
    area_id: int
    indicator_id: int
    item: str
    donor_name: str
    quantity_milli: int
    received_milli: int
    issued_milli: int
    lost_milli: int
    offered_at: datetime

    @property
    def stock_milli(self) -> int:
        return self.received_milli - self.issued_milli - self.lost_milli


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """Goods or money received, issued or lost under two keepers; ``entry_index`` is the move's place in the ledger.

    ``corrects``: the earlier move that this one changes by ``quantity_milli``, which may then be below 0.
    """

    id: int
    client_id: UUID
    offer_id: int
    kind: MoveKind
    team_id: int
    quantity_milli: int
    keeper_id: int
    second_keeper_id: int
    request_id: int | None
    entry_index: int
    at: datetime
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class StockRow:
    """An item of a campaign: ``received_milli`` equals ``issued_milli + stock_milli + lost_milli``, always."""

    campaign_id: int
    indicator_id: int
    item: str
    offered_milli: int
    received_milli: int
    issued_milli: int
    lost_milli: int
    stock_milli: int


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What an institution asks for, and how much of it was issued so far."""

    id: int
    client_id: UUID
    account_id: int
    campaign_id: int
    area_id: int
    indicator_id: int
    item: str
    quantity_milli: int
    issued_milli: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class GiftReceiptFacts:
    """What the institution that asked says came of a move. ``entry_index``: of the confirmation in the ledger."""

    id: int
    move_id: int
    found_milli: int
    said: str
    thanks: str
    thanks_shown: bool
    entry_index: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Coming:
    """A move for a request: ``standing_milli`` after corrections; ``receipt`` None until they said what came."""

    move: MoveFacts
    request: RequestFacts
    standing_milli: int
    receipt: GiftReceiptFacts | None

    @property
    def differs(self) -> bool:
        """Whether the two keepers and the institution say different figures."""
        return self.receipt is not None and self.receipt.found_milli != self.standing_milli
