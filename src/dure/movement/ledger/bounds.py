"""What an entry is held against before it is recorded, the same at every door.

Refused is what a slip makes and its writer can put right: a day still to come, a figure no day can hold, another
campaign's team. What is merely hard to believe is recorded, and rings a bell elsewhere: work beyond the caps is
kept in full for the person and the insurance (P5), output above the plan is held by standings (F7), and two
entries that together give a person more than 24 hours are a matter between two writers, not for whoever came
second. docs/why/bounds.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.engine.log.entry import MOVE_KINDS, NOTE_BYTES_MAX, OUTGOING_KINDS, POINTING_KINDS
from dure.kernel.quantities import MILLI, show_milli
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger.errors import (
    EntryAfterClosing,
    EntryBeforeOpening,
    EntryDayOutside,
    EntryDayToCome,
    EntryNamesNothing,
    EntryNoteTooLong,
    EntryOutsideCampaign,
    EntrySignWrong,
    EntryTooMuch,
    EntryUnitWrong,
    EntryUnknown,
    EntryUnwitnessed,
    IndicatorUnfit,
)
from dure.movement.ledger.types import Grade, Kind, NewEntry
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# A day has 24 hours, and 25 once a year: nobody works through that one either.
PERSON_HOURS_MILLI_MAX: Final = 24 * MILLI
# Hours of a whole team in one entry: ten thousand people, the clock round.
TEAM_HOURS_MILLI_MAX: Final = 10_000 * PERSON_HOURS_MILLI_MAX
# A nation's harvest is booked in many entries; one of more than a billion units is grams for sacks.
QUANTITY_MILLI_MAX: Final = 10**9 * MILLI
# A trillion of any currency, as far as the format goes.
MONEY_MILLI_MAX: Final = 10**12 * MILLI
# A phone that lay in a drawer at the end still tells what was done; then the campaign's figures rest.
LATE_DAYS: Final = 30
# Gifts are collected before the first day of work.
GIFT_DAYS_BEFORE: Final = 366
_ONE_DAY: Final = timedelta(days=1)
_MONEY: Final = frozenset({Kind.MONEY_IN, Kind.MONEY_OUT})

# Which contributions an indicator of a kind counts. Help is a claim, in the unit of any work. Savings have indicators
# of their own, so that nothing saved is taken for something done; what counts goods or money counts nothing else, so
# that its figures are witnessed to the last unit (F2).
FITS: Final[dict[str, frozenset[Kind]]] = {
    "hours": frozenset({Kind.HOURS, Kind.HELP}),
    "output": frozenset({Kind.OUTPUT, Kind.HELP}),
    "goods": frozenset({Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST}),
    "money": frozenset({Kind.MONEY_IN, Kind.MONEY_OUT, Kind.LOST}),
    "saving": frozenset({Kind.SAVING}),
}
Cell = tuple[int, int, int, int, Kind, date]
"""Campaign, indicator, team, area, kind, day of work: what stands good once stands good for every row of it."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A campaign at one moment, with the days it takes."""

    campaign: CampaignFacts
    tomorrow: date
    closed_on: date | None
    today: date


class Bounds:
    """Campaigns, indicators, teams and places that entries name, each asked for once; campaigns once a chunk.

    It can be kept as long as its process lives: teams and places never move. One thread at a time. ``kept``: how
    long a campaign's state is believed, for a door that appends many small chunks a second.
    """

    def __init__(self, *, kept: timedelta = timedelta(0)) -> None:
        self._kept = kept
        self._asked_at: dict[int, datetime] = {}
        self._open: dict[int, _Open] = {}
        self._indicators: dict[int, IndicatorFacts] = {}
        self._areas: dict[int, str] = {}
        self._teams: dict[int, str] = {}
        self._good: set[Cell] = set()

    def learn(self, entries: Collection[NewEntry], now: datetime) -> None:
        """Ask for what ``entries`` name and is not known yet, and how their campaigns stand now."""
        for campaign_id in {new.campaign_id for new in entries}:
            self._learn_campaign(campaign_id, now)
        if asked := {new.area_id for new in entries} - self._areas.keys():
            self._areas.update({area.id: area.path for area in places.areas(asked).values()})
        if asked := {new.team_id for new in entries} - self._teams.keys():
            self._teams.update({team.id: team.area_path for team in people.teams(asked).values()})

    def must_take(self, new: NewEntry) -> None:
        """Refuse what can't be recorded, by the first thing wrong with it. :meth:`learn` has seen ``new``.

        What is said about an earlier entry is held against that entry by the append; here only its own words.
        Refuses with BadInput, EntryNoteTooLong, EntrySignWrong, EntryUnknown, and a contribution with
        EntryTooMuch, EntryUnwitnessed and what :meth:`must_take_cell` refuses.
        """
        if new.note:
            _check_note(new.note)
        # Only the lot's checkers recount.
        if new.grade == Grade.RECOUNTED and new.kind != Kind.CONFIRMATION:
            raise BadInput(where="grade", what="recounted", wanted="a confirmation, if it was recounted")
        if new.kind in POINTING_KINDS:
            _check_pointing(new)
            return
        if new.quantity_milli <= 0:
            raise _sign_wrong(new, "more than 0")
        if new.points_at is not None:
            raise BadInput(where="points_at", what="names another entry", wanted="none, for a contribution")
        self.must_take_cell(
            *(new.kind, new.campaign_id, new.indicator_id, new.team_id, new.area_id, new.work_day),
            client_id=new.client_id,
        )
        if new.quantity_milli > _most(new):
            raise EntryTooMuch(
                quantity=show_milli(new.quantity_milli),
                unit=self._indicators[new.indicator_id].unit,
                most=show_milli(_most(new)),
            )
        if new.kind in MOVE_KINDS and new.grade == Grade.CLAIMED:
            raise EntryUnwitnessed

    def must_take_cell(
        self,
        kind: Kind,
        campaign_id: int,
        indicator_id: int,
        team_id: int,
        area_id: int,
        work_day: date,
        *,
        client_id: UUID | None = None,
    ) -> None:
        """Refuse a contribution by what many rows share; what stood good once is not looked at again.

        ``client_id``: the row's, for the refusal's words. Refuses with IndicatorUnfit, EntryNamesNothing,
        EntryOutsideCampaign, EntryBeforeOpening, EntryAfterClosing, EntryDayToCome, EntryDayOutside.
        """
        cell = (campaign_id, indicator_id, team_id, area_id, kind, work_day)
        if cell in self._good:
            return
        known = self._open.get(campaign_id)
        if known is None:
            raise EntryNamesNothing(client_id=client_id, what="campaign")
        indicator = self._indicators.get(indicator_id)
        fits = _fits(indicator) if indicator and indicator.campaign_id == campaign_id else frozenset()
        if kind not in fits:
            raise IndicatorUnfit(indicator_id=indicator_id, kind=kind.name.lower().replace("_", " "))
        for what, row_id, paths in (("team", team_id, self._teams), ("area", area_id, self._areas)):
            if row_id not in paths:
                raise EntryNamesNothing(client_id=client_id, what=what)
            if not paths[row_id].startswith(known.campaign.area_path):
                raise EntryOutsideCampaign(what=what, id=row_id, slug=known.campaign.slug)
        _check_day(kind, work_day, known)
        self._good.add(cell)

    def _learn_campaign(self, campaign_id: int, now: datetime) -> None:
        asked_at = self._asked_at.get(campaign_id)
        if asked_at is not None and timedelta(0) <= now - asked_at < self._kept:
            return
        try:
            campaign = campaigns.campaign_by_id(campaign_id)
        except NotFound:
            return
        zone = ZoneInfo(campaign.timezone)
        today = now.astimezone(zone).date()
        closed_on = campaign.closed_at.astimezone(zone).date() if campaign.closed_at else None
        state = _Open(campaign, today + _ONE_DAY, closed_on, today)
        if self._open.get(campaign_id) != state:
            self._indicators.update({one.id: one for one in campaigns.indicators(campaign_id)})
            self._good = {cell for cell in self._good if cell[0] != campaign_id}
            self._open[campaign_id] = state
        # Only now: what could not be read is asked for again, and nothing is refused for want of it.
        self._asked_at[campaign_id] = now


def must_be_unit(given: str, indicator: IndicatorFacts) -> None:
    """Refuses with EntryUnitWrong a unit that is not the indicator's; no unit at all means the indicator's."""
    if given.strip() and given.strip() != indicator.unit:
        raise EntryUnitWrong(indicator=indicator.name, unit=indicator.unit, given=given.strip()[:40])


def _fits(indicator: IndicatorFacts) -> frozenset[Kind]:
    """What is recorded for an indicator. Different people are counted from the hours: nothing is recorded for them."""
    return frozenset() if indicator.aggregation == "people" else FITS[indicator.kind]


def _most(new: NewEntry) -> int:
    """The most, in milli-units, that one entry may say."""
    if new.kind == Kind.HOURS:
        return TEAM_HOURS_MILLI_MAX if new.person_id is None else PERSON_HOURS_MILLI_MAX
    # What was lost may be either, and can't be more than came.
    return MONEY_MILLI_MAX if new.kind in _MONEY or new.kind == Kind.LOST else QUANTITY_MILLI_MAX


def _check_day(kind: Kind, work_day: date, known: _Open) -> None:
    """The campaign is open for it and the day lies within.

    What is in stock outlives the campaign: it may be handed on, spent or written off on any later day.
    """
    campaign = known.campaign
    if campaign.state == "draft":
        raise EntryBeforeOpening(slug=campaign.slug)
    first, last = campaign.starts_on, campaign.ends_on
    if kind in MOVE_KINDS:
        first -= timedelta(days=GIFT_DAYS_BEFORE)
    if kind in OUTGOING_KINDS:
        last = max(last, known.tomorrow)
    elif known.closed_on is not None:
        last = min(last, known.closed_on)
        until = known.closed_on + timedelta(days=LATE_DAYS)
        if known.today > until:
            raise EntryAfterClosing(slug=campaign.slug, closed_on=known.closed_on, until=until)
    if not first <= work_day <= last:
        raise EntryDayOutside(work_day=work_day, slug=campaign.slug, first=first, last=last)
    # A phone's clock may be ahead, and a night shift ends tomorrow.
    if work_day > known.tomorrow:
        raise EntryDayToCome(work_day=work_day)


def _check_note(note: str) -> None:
    if "\x00" in note:
        raise BadInput(where="note", what="holds a null character", wanted="plain text")
    if len(note) * 4 > NOTE_BYTES_MAX:
        size = len(note.encode(errors="surrogatepass"))
        if size > NOTE_BYTES_MAX:
            raise EntryNoteTooLong(bytes=size, most=NOTE_BYTES_MAX)


def _check_pointing(new: NewEntry) -> None:
    if new.points_at is None:
        raise EntryUnknown(index=None)
    if new.person_id is not None or new.post_id is not None:
        raise BadInput(where="points_at", what="comes with a person or a post", wanted="neither of them")
    if new.kind == Kind.CORRECTION:
        if new.quantity_milli == 0:
            raise _sign_wrong(new, "a difference above or below 0")
    elif new.kind == Kind.CONFIRMATION:
        if new.quantity_milli < 0:
            raise _sign_wrong(new, "what was found, 0 or more")
    elif new.quantity_milli != 0:
        raise _sign_wrong(new, "0: a withdrawal takes back whatever is left")


def _sign_wrong(new: NewEntry, wanted: str) -> EntrySignWrong:
    return EntrySignWrong(kind=new.kind.name.lower(), quantity_milli=new.quantity_milli, wanted=wanted)
