"""Answers by SMS: safe, help, yes, no, stop and start, as a gateway hands them on.

Who wrote is told by the number alone, and numbers can be forged: so an SMS answers only what is
open still (yes and no: the offer last sent by SMS), ends no search for anybody, says nothing about
anybody, and nobody whose number we don't know is written to. A call for help is believed
(docs/why/answers-by-sms.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from dure.base import outbox
from dure.base.access import Actor
from dure.base.commands import once
from dure.base.home import keyed_fingerprint
from dure.base.last_notice import last_sent_by
from dure.base.outbox import SMS, NewNotice
from dure.channels.sms import words
from dure.channels.sms.words import Act
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import OfferFacts
from dure.movement.people import reaching
from dure.movement.people import reads as people
from dure.movement.people.contacts import normal_phone
from dure.movement.people.reaching import Reach
from dure.movement.places import reads as places
from dure.movement.safety import actions as safety
from dure.movement.safety import reads as safety_reads
from dure.operations.letter_kinds import ASK_IF_SAFE, HOME_SAFE, OFFERS
from dure.operations.letters import site

_PURPOSE: Final = "dure.sms-received"
_ALL: Final = "all"
ID_LENGTH_MAX: Final = 200
PRIORITY: Final = 2
UNKNOWN: Final = "unknown"
AGAIN: Final = "again"
# What goes back, by what became of an SMS.
_REPLIES: Final = {
    "safe": "sms_safe",
    "help": "sms_help",
    "alone": "sms_alone",
    "yes": "sms_yes",
    "no": "sms_no",
    "stop": "sms_stop",
    "start": "sms_start",
    "how": "sms_how",
    "which": "sms_which",
    "missed": "sms_missed",
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """One SMS: ``id`` as the gateway counts it, ``sender`` as the network writes it, with or without a +."""

    id: str
    sender: str
    text: str


def address() -> str:
    """Where the gateway hands answers to, with Kannel's signs for number, words and id; as secret as a password."""
    token = Signer(salt=_PURPOSE, sep=".").sign(_ALL)
    return f"{site()}/messages/received/{token}/?from=%p&text=%a&id=%I"


def received(*, token: str, sms: Incoming, now: datetime) -> str:
    """Take an SMS, once for each id, and give the code of what became of it: an act, "how", "which", "missed", AGAIN
    for an id that was heard before, or UNKNOWN for a number that nobody is reached by.

    Refuses with NotFound (a token not made here), BadInput, CommandReused (the id was another SMS's).
    """
    try:
        Signer(salt=_PURPOSE, sep=".").unsign(token)
    except BadSignature as error:
        raise NotFound(what="address") from error
    if not 0 < len(sms.id) <= ID_LENGTH_MAX:
        raise BadInput(
            where="id", what="an SMS without an id could be taken twice", wanted="the gateway's id of it"
        )
    numbers = _numbers(sms.sender)
    reached = reaching.reach(reaching.at_number(numbers)) if numbers else {}
    readers = [to for to in reached.values() if to.contacts.get(SMS) in numbers]
    if not readers:
        return UNKNOWN
    mark = client_id(b"sms", min(numbers), sms.id)
    became = AGAIN

    def hear() -> dict[str, object]:
        nonlocal became
        became = _Hearing(readers, mark, now).hear(sms.text)
        return {}  # what somebody said is written down nowhere (P3)

    once(
        command_id=mark,
        action="sms_received",
        facts=keyed_fingerprint({"sender": sorted(numbers), "text": sms.text}),
        now=now,
        do=hear,
    )
    return became


def _numbers(sender: str) -> frozenset[str]:
    """The numbers (E.164) that a sender may be: with its country, as most gateways write it, else as dialled within
    each country that has places here."""
    digits = "".join(sign for sign in sender if sign.isdecimal())
    if not digits:
        return frozenset()
    ways = [("+" + digits.removeprefix("00"), "")]
    if digits.startswith("0") and not digits.startswith("00"):
        ways = [(digits, country.code) for country in places.countries()]
    found: set[str] = set()
    for number, country in ways:
        with suppress(BadInput):
            found.add(normal_phone(number, country=country))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Became:
    """What an answer did, and the facts of the SMS back; ``key``: of that, where not the SMS itself is it."""

    what: str
    facts: dict[str, str] = field(default_factory=dict)
    key: str = ""


class _Hearing:
    """One SMS from a number, and everybody who is reached by it."""

    def __init__(self, readers: Collection[Reach], mark: UUID, now: datetime) -> None:
        self._all = sorted(to.person_id for to in readers)
        # Nobody has shown yet that the number belongs to who is unconfirmed, and nothing was offered to them.
        self._people = sorted(to.person_id for to in readers if not to.lapses_on)
        self._asked = last_sent_by(SMS, self._people, kinds=OFFERS | ASK_IF_SAFE)
        self._mark = mark
        self._now = now

    def hear(self, text: str) -> str:
        for said in words.said(text):
            if said.act in ("stop", "start"):
                if not said.name:
                    return self._silence(said.act)
                continue
            named = self._people if not said.name else [pk for pk in self._people if _name(pk) == said.name]
            if named:
                return self._answer(said.act, named)
        return self._tell(self._people, "how", once_a_day=True)

    def _answer(self, act: Act, whose: list[int]) -> str:
        """Do what one of these people says; whoever was asked nothing that this could answer is not meant."""
        if act == "help":
            return self._help(whose)
        doing = {pk: do for pk in whose if (do := self._what(act, pk))}
        if not doing:
            return self._tell(whose, "how", once_a_day=True)
        if len(doing) > 1:
            return self._tell(list(doing), "which", once_a_day=True)
        ((person_id, do),) = doing.items()
        try:
            became = do()
        except Refusal:
            became = _Became("missed")
        return self._tell([person_id], became.what, became.facts, key=became.key)

    def _what(self, act: Act, person_id: int) -> Callable[[], _Became] | None:
        """What this act of a person does; None: it answers nothing that is open."""
        me = Actor(person_id=person_id)
        kind, facts = self._asked.get(person_id, ("", {}))
        if act == "safe" or (act == "yes" and kind == HOME_SAFE):
            calls = [one.id for one in safety_reads.asked_of(me, person_id)]
            return (lambda: self._safe(me, calls)) if calls else None
        offers = [one for one in self._open(me, person_id) if one.day.isoformat() == facts.get("day")]
        if kind not in OFFERS or len(offers) != 1:
            return None
        return lambda: self._offer(act, me, offers[0])

    def _open(self, me: Actor, person_id: int) -> list[OfferFacts]:
        offers = matching_reads.offers_of(me, person_id)
        return [one for one in offers if one.state == "open" and one.expires_at > self._now]

    def _safe(self, me: Actor, calls: list[int]) -> _Became:
        safety.say_safe_by_sms(actor=me, call_ids=calls, now=self._now)
        return _Became("safe", key=self._once_an_hour(me))

    def _help(self, whose: list[int]) -> str:
        """Of all who may have written: somebody asked in vain whether they need help is the smaller harm.

        Whom a search is open for already is meant before those who share the number.
        """
        calls = {pk: safety_reads.asked_of(Actor(person_id=pk), pk) for pk in whose}
        found = [pk for pk in whose if calls[pk]]
        for pk in found:
            if all(one.state != "help" for one in calls[pk]):
                safety.ask_for_help(
                    actor=Actor(person_id=pk), call_id=calls[pk][0].id, words="", now=self._now
                )
        if not found:
            found = [pk for pk in whose if safety.call_for_help(actor=Actor(person_id=pk), now=self._now)]
        to = found or whose
        return self._tell(
            to, "help" if found else "alone", key=self._once_an_hour(Actor(person_id=to[0])) if to else ""
        )

    def _once_an_hour(self, me: Actor) -> str:
        """What a forged number says again and again is answered, and paid for, once."""
        return f"{me.person_id}:{self._now:%Y-%m-%d %H}"

    def _offer(self, act: Act, me: Actor, offer: OfferFacts) -> _Became:
        facts = {"day": offer.day.isoformat()}
        if act == "yes":
            matching.accept(actor=me, offer_id=offer.id, request_id=self._mark, now=self._now)
            return _Became("yes", facts)
        matching.decline(actor=me, offer_id=offer.id, now=self._now)
        # By this key it goes with the offer when the day is settled: of a no nothing stays (P3).
        return _Became("no", facts, key=str(offer.id))

    def _silence(self, act: Act) -> str:
        """No more SMS, or SMS again, to everybody with the number: it is the number that asks."""
        change = reaching.silence_sms if act == "stop" else reaching.resume_sms
        return self._tell(self._all if change(self._all) else [], act)

    def _tell(
        self,
        people_ids: list[int],
        what: str,
        facts: dict[str, str] | None = None,
        *,
        key: str = "",
        once_a_day: bool = False,
    ) -> str:
        """One SMS back, to the first of them: there is one phone, however many share it."""
        for person_id in people_ids[:1]:
            about = f"{person_id}:{self._now.date()}" if once_a_day else key or str(self._mark)
            kind = _REPLIES[what]
            notice = NewNotice(person_id, kind, f"{kind}:{about}", facts or {}, PRIORITY, SMS)
            outbox.queue(notice=notice, now=self._now)
        return what


def _name(person_id: int) -> str:
    return words.plain(people.card(actor=Actor(person_id=person_id), person_id=person_id).given_name)
