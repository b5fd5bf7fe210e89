"""Which way each notice goes, and as what letter; which are withheld, and which wait."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import Error

from dure.base.outbox import CHAT, EMAIL, NOBODY, PUSH, SMS, Notice
from dure.channels.types import Letter
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.campaigns import pleas
from dure.movement.people import audience, reaching
from dure.movement.people.reaching import Reach
from dure.movement.standings import challenges
from dure.operations import challenging, delivery, drives, finding, homeward, owed, pleading
from dure.operations.crew import letters as crew_letters
from dure.operations.letter_kinds import REPLIES, SILENCED_TOO, kind_of
from dure.operations.letters import announcement, letter
from dure.operations.overtaken import overtaken
from dure.operations.quiet import quiet_until
from dure.operations.ways import Ways

log = logging.getLogger(__name__)
# A browser first: it is quickest and costs nothing. Then what costs nothing to read.
ORDER: Final = (PUSH, EMAIL, SMS)
# The one kind that goes by the call's own channels, and to the register also without the consent to messages.
CALL: Final = "call"
INVITED: Final = "invited"
GUARDIAN: Final = "guardian_request"


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice as a letter by one channel. ``ways``: all that lead to its reader, in order."""

    notice: Notice
    channel: str
    letter: Letter
    ways: tuple[str, ...]
    cost_milli: int = 0


@dataclass(frozen=True, slots=True)
class Routed:
    """Claimed notices: ready to send, withheld, waiting (by the channel they are put back for and the moment until
    which; None: until there is room), and those that can't be put into words."""

    ready: list[Ready] = field(default_factory=list)
    withheld: list[Notice] = field(default_factory=list)
    waiting: defaultdict[tuple[str, datetime | None], list[Notice]] = field(
        default_factory=lambda: defaultdict(list)
    )
    broken: list[Notice] = field(default_factory=list)


def routes(notices: Sequence[Notice], by: Ways, *, now: datetime) -> Routed:
    """Where claimed notices go. One that breaks is told in the log and holds up no other."""
    reached = reaching.reach({notice.person_id for notice in notices} - {NOBODY})
    newer = overtaken(notices, now=now)
    routed = Routed()
    for notice in notices:
        try:
            _route(notice, newer.get(notice.id), reached, by, now, routed)
        except NotFound:
            routed.withheld.append(notice)  # what it was about is gone
        except Error:
            raise  # the database, not the notice
        except Exception:
            log.exception("notice %s, %s, can't be put into words", notice.id, notice.kind)
            routed.broken.append(notice)
    return routed


def _route(
    notice: Notice,
    newer: tuple[str, dict[str, Any]] | None,
    reached: dict[int, Reach],
    by: Ways,
    now: datetime,
    routed: Routed,
) -> None:
    says = newer or (notice.kind, notice.facts)
    found = _to_nobody(notice) if notice.person_id == NOBODY else _letter(notice, says, reached, by, now)
    if found is None:
        routed.withheld.append(notice)
    elif found.channel not in by.channels:
        routed.waiting[found.channel, None].append(notice)
    elif until := quiet_until(notice, found.channel, now=now):
        routed.waiting[notice.channel, until].append(notice)
    else:
        parts = by.channels[found.channel].parts(found.letter)
        cost = parts * by.limits(found.channel).cost_milli
        routed.ready.append(Ready(notice, found.channel, found.letter, found.ways, cost))


def _to_nobody(notice: Notice) -> Ready | None:
    """An announcement in the chat rooms, or a letter to who proposed or supports a drive, may know of needs, owes an
    answer or is asked for a challenge."""
    if notice.kind == "announcement":
        return Ready(notice, CHAT, announcement(code=str(notice.facts["call"])), (CHAT,))
    if notice.kind == owed.OWED:
        words = owed.letter_for(notice.facts)
    elif notice.kind == pleas.ANSWERED:
        words = pleading.letter_for(notice.facts)
    elif notice.kind == homeward.CREW:
        words = homeward.letter_for(notice.facts)
    elif notice.kind == crew_letters.KIND:
        words = crew_letters.letter_for(notice.facts)
    elif notice.kind == challenges.ASKED:
        words = challenging.letter_for(notice.facts)
    else:
        by_account = notice.kind == finding.ASKED
        words = (finding if by_account else drives).letter_for(notice.kind, notice.facts)
    return Ready(notice, EMAIL, words, (EMAIL,)) if words else None


def _letter(
    notice: Notice, says: tuple[str, dict[str, Any]], reached: dict[int, Reach], by: Ways, now: datetime
) -> Ready | None:
    """The notice by the first channel that leads to its reader; None for who has left meanwhile, for synthetic
    people, who have no mailbox, and for what somebody did not agree to be written to about."""
    to = reached.get(notice.person_id)
    if to is None or to.is_synthetic or not _may_be_told(notice, to, now):
        return None
    ways = _ways(notice, to)
    if not ways:
        return None
    here = [way for way in ways if way in by.channels]
    channel = notice.channel if notice.channel in ways else (here or ways)[0]
    if channel not in by.channels:
        return Ready(notice, channel, Letter("", "", ""), ways)
    report_to = delivery.report_address(notice.id) if channel == SMS else ""
    words = letter(kind=says[0], facts=says[1], to=to, channel=channel, report_to=report_to)
    return Ready(notice, channel, words, ways)


def _may_be_told(notice: Notice, to: Reach, now: datetime) -> bool:
    if to.lapses_on and not kind_of(notice.kind).to_own_contact:
        return False  # nobody has shown yet that this contact is theirs
    if notice.kind in (CALL, INVITED):
        return audience.may_be_called(notice.person_id, now.date())
    return to.wants_messages or not kind_of(notice.kind).is_written_first


def _ways(notice: Notice, to: Reach) -> tuple[str, ...]:
    """The channels that lead to the reader of a notice, in order."""
    if notice.kind == GUARDIAN:
        return (EMAIL,) if to.guardian else ()
    ways = [way for way in ORDER if way in to.contacts]
    if kind_of(notice.kind).to_own_contact:
        ways = [way for way in ways if way != PUSH]
    if notice.kind in REPLIES:
        ways = [way for way in ways if way == SMS]
    if to.is_silenced and notice.kind not in SILENCED_TOO:
        ways = [way for way in ways if way != SMS]
    if notice.kind == CALL:
        named = calls.appeal(str(notice.facts["call"])).channels
        ways = [way for way in ways if way in named]
    return tuple(ways)
