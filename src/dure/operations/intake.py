"""Where every sign-up that comes from outside is taken in, whichever door it came by.

A desk remembers for seconds what a call says and for a day which towns there are, so that a sign-up asks the
database nothing. One thread of the process stores what many hand in at the same moment (base.group_writer).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import close_old_connections, connection

from dure.base.group_writer import GroupWriter
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.calls import intake
from dure.movement.calls import reads as calls
from dure.movement.calls.errors import AppealOver, SignUpBad
from dure.movement.calls.intake import Ready, Taken, Terms
from dure.movement.calls.types import SignUpForm
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts
from dure.operations import answers, ways

# A call that was closed is seen after so long, and so is the turn of a day.
TERMS_KEPT: Final = timedelta(seconds=3)
# Towns never move; what was added meanwhile is looked up when somebody names it.
TOWNS_KEPT_MAX: Final = 50_000
CALLS_KEPT_MAX: Final = 1_000
# Who waits for a commit holds a thread of the server (cli.serve.THREADS): so many for the one that runs, and as many
# for the next. The rest answer everybody else, and say at once to whoever is too many that they may come again.
WAITING_MAX: Final = 72
Spans = Sequence[tuple[datetime, datetime]]


class SignUpAsked(Protocol):
    """A sign-up as both doors' schemas spell it; ``call`` and ``town`` by their codes."""

    @property
    def client_id(self) -> UUID: ...
    @property
    def call(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def birth_year(self) -> int: ...
    @property
    def town(self) -> str: ...
    @property
    def travel_km(self) -> int: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def language(self) -> str: ...
    @property
    def skills(self) -> Sequence[str]: ...
    @property
    def refuses(self) -> Sequence[str]: ...
    @property
    def prefers(self) -> Sequence[str]: ...
    @property
    def free(self) -> Spans: ...
    @property
    def physical_max(self) -> int: ...
    @property
    def long_shift(self) -> bool: ...
    @property
    def guardian_email(self) -> str: ...
    @property
    def household(self) -> UUID | None: ...
    @property
    def messages(self) -> bool: ...
    @property
    def consent(self) -> bool: ...


class Intake:
    """Takes sign-ups, of many threads at once."""

    def __init__(self) -> None:
        self._terms: dict[str, tuple[datetime, Terms]] = {}
        self._towns: dict[str, AreaFacts] = {}
        self._writer: GroupWriter[Ready, Taken | Refusal] = GroupWriter(
            "sign-ups", self._store, waiting_rows_max=WAITING_MAX
        )
        self._saw_known = False  # of the writer's thread alone

    def take(self, asked: SignUpAsked, *, now: datetime) -> Taken:
        """Store a sign-up; it is durable when this returns. The same again, at any time, gets its first receipt.

        Refuses as ``calls.actions.sign_up`` does, and with WriterBusy at once when too many wait.
        """
        town = self._town(asked.town)
        form = _form(asked, town)
        try:
            terms = self._terms_of(asked.call, now)
            row = intake.ready(client_id=asked.client_id, form=form, area=town, terms=terms, now=now)
        except (NotFound, AppealOver, SignUpBad):
            # What was taken in time stays taken, however late its repeat comes.
            if before := self.again(asked):
                return before
            raise
        # Whoever has a transaction open already writes in it: the writer's would wait for it, and it for the writer.
        (taken,) = intake.store([row]) if connection.in_atomic_block else self._ask([row])
        if isinstance(taken, Refusal):
            raise taken
        return taken

    def again(self, asked: SignUpAsked) -> Taken | None:
        """The first receipt of a sign-up that stands already, None where it is new; nothing is stored.

        Refuses with SignUpReused and SignUpEnded.
        """
        mark = intake.mark_of(asked.call, _form(asked, self._town(asked.town)))
        receipt = intake.earlier(asked.client_id, mark)
        return Taken(receipt, is_known=True) if receipt else None

    def take_household(
        self, *, ids: Sequence[UUID], call: str, forms: Sequence[SignUpForm], now: datetime
    ) -> list[Taken]:
        """Store forms that were sent as one: all of them in one transaction, durable when this returns.

        Otherwise as :meth:`take`; one of them refused refuses them all, unless they stand there already.
        """
        areas = places.areas({form.area_id for form in forms})
        try:
            terms = self._terms_of(call, now)
            rows = [
                intake.ready(client_id=pk, form=form, area=areas.get(form.area_id), terms=terms, now=now)
                for pk, form in zip(ids, forms, strict=True)
            ]
        except (NotFound, AppealOver, SignUpBad):
            receipts = [
                intake.earlier(pk, intake.mark_of(call, form)) for pk, form in zip(ids, forms, strict=True)
            ]
            if all(receipts):
                return [Taken(receipt, is_known=True) for receipt in receipts if receipt]
            raise
        here = connection.in_atomic_block
        found = intake.store(rows, look_first=True) if here else self._ask(rows)
        for one in found:
            if isinstance(one, Refusal):
                raise one
        return [one for one in found if isinstance(one, Taken)]

    def must_have_room(self) -> None:
        """Refuses with WriterBusy when too many wait already; asked before any work is done for another one."""
        self._writer.must_have_room()

    def close(self) -> None:
        """Write what has come in and end the writer's thread."""
        self._writer.stop()

    def forget(self) -> None:
        """Look calls and towns up anew."""
        self._terms.clear()
        self._towns.clear()

    def _ask(self, rows: Sequence[Ready]) -> Sequence[Taken | Refusal]:
        if connection.vendor == "postgresql" and connection.connection is not None:
            # Were every connection of the pool held by who waits, the writer would get none.
            close_old_connections()
        return self._writer.ask(rows)

    def _store(self, rows: list[Ready]) -> list[Taken | Refusal]:
        """A batch of many requests, in the writer's thread."""
        found = intake.store(rows, look_first=self._saw_known)
        # Where some came a second time, more will.
        self._saw_known = not all(isinstance(one, Taken) and not one.is_known for one in found)
        return found

    def _terms_of(self, code: str, now: datetime) -> Terms:
        held = self._terms.get(code)
        if held is not None and held[0] > now >= held[0] - TERMS_KEPT:
            return held[1]
        if not code.isprintable():  # a null character is no text to PostgreSQL
            raise NotFound(what="call")
        appeal = calls.taking(code, now)
        if appeal.asks != "people":
            raise NotFound(what="call for people")
        campaign = campaigns.campaign_by_id(appeal.campaign_id)
        terms = intake.terms_of(
            appeal,
            today=campaigns.local_day(campaign, now),
            answer=answers.first_answer(campaign, now=now),
            unconfirmed_until=answers.confirm_by(campaign, now=now),
            phone_is_enough=ways.phone_is_enough(),
        )
        if len(self._terms) >= CALLS_KEPT_MAX:
            self._terms.clear()
        self._terms[code] = (now + TERMS_KEPT, terms)
        return terms

    def _town(self, code: str) -> AreaFacts | None:
        held = self._towns.get(code)
        if held is not None or not code.isprintable():
            return held
        try:
            found = places.by_code(code)
        except AreaUnknown:
            return None
        if found.kind != "town":
            return None
        if len(self._towns) >= TOWNS_KEPT_MAX:
            self._towns.clear()
        self._towns[code] = found
        return found


def _form(asked: SignUpAsked, town: AreaFacts | None) -> SignUpForm:
    return SignUpForm(
        given_name=asked.given_name,
        email=asked.email,
        birth_year=asked.birth_year,
        area_id=town.id if town else 0,
        travel_limit_m=1000 * asked.travel_km,
        consent=asked.consent,
        messages=asked.messages,
        free_spans=tuple(asked.free),
        languages=tuple(asked.languages),
        skills=tuple(asked.skills),
        refuses=tuple(asked.refuses),
        prefers=tuple(asked.prefers),
        guardian_email=asked.guardian_email,
        physical_max=asked.physical_max,
        long_shift_wish=asked.long_shift,
        phone=asked.phone,
        language=asked.language,
        household=asked.household,
    )


# Of this process: every door hands in here.
INTAKE: Final = Intake()
