"""From what a program asks to have recorded to a ledger entry: which team, which indicator, and by whose right.

Both doors for entries ask here: django-ninja's (api.entries) a new desk each time, the hot one (api.hot_entries)
a desk that it keeps, which remembers for seconds what it looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar
from uuid import UUID

from dure.base.access import Actor
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Kind, NewEntry, Receipt, Recorded
from dure.movement.people import reads as people

KINDS: Final = {"hours": Kind.HOURS, "output": Kind.OUTPUT}
ENTRIES_MAX: Final = 500
ID_MAX: Final = 2**63 - 1
NOTE_CHARACTERS_MAX: Final = 500
NAME_CHARACTERS_MAX: Final = 50
# A campaign that was closed is seen after so long.
KEPT: Final = timedelta(seconds=3)
# Teams never move; a nation's are looked up once a day and process.
TEAM_KEPT: Final = timedelta(hours=24)
_KEPT_COUNT_MAX: Final = 50_000
K = TypeVar("K", int, str)
T = TypeVar("T")


class EntryAsked(Protocol):
    """Hours or output of a team, as both doors' schemas spell it."""

    @property
    def client_id(self) -> UUID: ...
    @property
    def campaign(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def team_id(self) -> int: ...
    @property
    def work_day(self) -> date: ...
    @property
    def quantity_milli(self) -> int: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """An entry's receipt, and whether it stood in the ledger before."""

    receipt: Receipt
    is_known: bool


class Desk:
    """Looks up campaigns (by slug) and teams (by id), and keeps them for ``KEPT`` and ``TEAM_KEPT``."""

    def __init__(self) -> None:
        self._held: dict[int | str, tuple[datetime, object]] = {}

    def new_entry(self, actor: Actor, asked: EntryAsked, now: datetime) -> NewEntry:
        """What is to be recorded. Refuses with NotFound (also another's team) and BadInput."""
        campaign, indicators = self._kept(asked.campaign, now, KEPT, _campaign)
        indicator = indicators.get(asked.indicator)
        if indicator is None:
            what = f"{asked.indicator!r} is not counted here"
            raise BadInput(where="indicator", what=what, wanted="an indicator of hours or output")
        team = self._kept(asked.team_id, now, TEAM_KEPT, people.team)
        if not team.area_path.startswith(campaign.area_path):
            raise NotFound(what="team")
        if not actor.captains(team.id) and not actor.organises(team.area_path):
            raise NotFound(what="team")
        return NewEntry(
            client_id=asked.client_id,
            kind=KINDS[indicator.kind],
            campaign_id=campaign.id,
            indicator_id=indicator.id,
            team_id=team.id,
            area_id=team.area_id,
            work_day=asked.work_day,
            quantity_milli=asked.quantity_milli,
            note=asked.note,
        )

    def new_entries(
        self, actor: Actor, asked: Iterable[EntryAsked], now: datetime
    ) -> list[NewEntry | Refusal]:
        """:meth:`new_entry` of each, or why it is refused: one fault is not its neighbours'."""
        taken: list[NewEntry | Refusal] = []
        for one in asked:
            try:
                taken.append(self.new_entry(actor, one, now))
            except Refusal as refusal:
                taken.append(refusal)
        return taken

    def forget(self) -> None:
        """Look everything up anew."""
        self._held.clear()

    def _kept(self, name: K, now: datetime, kept: timedelta, look_up: Callable[[K], T]) -> T:
        held = self._held.get(name)
        if held is not None and held[0] > now:
            return held[1]  # type: ignore[return-value]  # what look_up gave for this name
        found = look_up(name)
        if len(self._held) >= _KEPT_COUNT_MAX:
            self._held.clear()
        self._held[name] = (now + kept, found)
        return found


def outcomes_of(entries: Sequence[NewEntry], recorded: Recorded) -> list[Outcome | Refusal]:
    """What became of each of ``entries``, in order."""
    refused = {row.row: row.refusal for row in recorded.refused}
    receipts = iter(recorded.receipts)
    found: list[Outcome | Refusal] = []
    for row in range(len(entries)):
        refusal = refused.get(row)
        found.append(refusal if refusal else Outcome(next(receipts), row in recorded.known_rows))
    return found


def stored(
    taken: Sequence[NewEntry | Refusal], store: Callable[[list[NewEntry]], Sequence[Outcome | Refusal]]
) -> list[Outcome | Refusal]:
    """What became of each of ``taken`` once ``store`` has recorded those that were not refused."""
    entries = [one for one in taken if isinstance(one, NewEntry)]
    outcomes = iter(store(entries) if entries else ())
    return [one if isinstance(one, Refusal) else next(outcomes) for one in taken]


def covered(outcomes: Sequence[Outcome | Refusal]) -> list[dict[str, object] | Refusal]:
    """What each outcome tells its asker: the receipt, with the newest signed state over an entry that is known.

    A new entry is under no signature yet.
    """
    size = None
    if any(isinstance(one, Outcome) and one.is_known for one in outcomes):
        newest = ledger.latest_checkpoint()
        size = newest.size if newest else None
    return [one if isinstance(one, Refusal) else _told_receipt(one, size) for one in outcomes]


def _told_receipt(outcome: Outcome, signed_size: int | None) -> dict[str, object]:
    receipt = outcome.receipt
    is_signed = signed_size is not None and signed_size > receipt.index
    return {
        "index": receipt.index,
        "leaf_hash": receipt.leaf_hash.hex(),
        "checkpoint_size": signed_size if outcome.is_known and is_signed else None,
        "grade": "claimed",
    }


def _campaign(slug: str) -> tuple[CampaignFacts, dict[str, IndicatorFacts]]:
    campaign = campaigns.campaign(slug=slug)
    counted = [one for one in campaigns.indicators(campaign.id) if one.kind in KINDS]
    return campaign, {one.code: one for one in counted}
