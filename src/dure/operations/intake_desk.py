"""Where sign-ups are read, made ready and stored, as many at once as came in: the part of the intake without threads.

A desk remembers for seconds what a call says and for a day which towns there are, so that a sign-up asks the
database nothing until it is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

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
from dure.operations.signup_shape import SignUpAsked

# A call that was closed is seen after so long, and so is the turn of a day.
TERMS_KEPT: Final = timedelta(seconds=3)
# Towns never move; what was added meanwhile is looked up when somebody names it.
TOWNS_KEPT_MAX: Final = 50_000
CALLS_KEPT_MAX: Final = 1_000


class Handed(msgspec.Struct, frozen=True, gc=False):
    """What one request hands in: a sign-up, or the forms of a household, each with its id; all of them or none."""

    call: str
    asked: tuple[tuple[UUID, SignUpAsked | SignUpForm], ...]
    now: datetime


Outcome = tuple[Taken, ...] | Refusal


class Desk:
    """Stores sign-ups, for one thread at a time; what it remembers is of its process."""

    def __init__(self) -> None:
        self._terms: dict[str, tuple[datetime, Terms]] = {}
        self._towns: dict[str, AreaFacts] = {}
        self._saw_known = False

    def carry_out(self, handed: Sequence[Handed]) -> list[Outcome]:
        """What became of each; all that are new are durable together when this returns.

        The refusals are those of ``calls.actions.sign_up``, each for its own request alone.
        """
        made = [self._ready(one) for one in handed]
        rows = [row for one in made if isinstance(one, list) for row in one]
        stored: list[Taken | Refusal] = []
        if rows:
            stored = intake.store(rows, look_first=self._saw_known)
            # Where some came a second time, more will.
            self._saw_known = not all(isinstance(one, Taken) and not one.is_known for one in stored)
        found = iter(stored)
        return [_whole([next(found) for _ in one]) if isinstance(one, list) else one for one in made]

    def again(self, one: Handed) -> tuple[Taken, ...]:
        """The first receipts of what stands already, none of what is new; nothing is stored.

        Refuses with SignUpReused and SignUpEnded.
        """
        receipts = [
            intake.earlier(pk, intake.mark_of(one.call, self.form(asked)[0])) for pk, asked in one.asked
        ]
        return tuple(Taken(receipt, is_known=True) for receipt in receipts if receipt)

    def forget(self) -> None:
        """Look calls and towns up anew."""
        self._terms.clear()
        self._towns.clear()

    def terms(self, code: str, now: datetime) -> Terms:
        """What a call says at a moment. Refuses with NotFound and AppealOver."""
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

    def _ready(self, one: Handed) -> list[Ready] | Outcome:
        """Rows to store; or what is told without storing any."""
        try:
            terms = self.terms(one.call, one.now)
            rows = []
            for pk, asked in one.asked:
                form, area = self.form(asked)
                rows.append(intake.ready(client_id=pk, form=form, area=area, terms=terms, now=one.now))
            return rows
        except (NotFound, AppealOver, SignUpBad) as no:
            # What was taken in time stays taken, however late its repeat comes.
            try:
                before = self.again(one)
            except Refusal as other:
                return other
            return before if len(before) == len(one.asked) else no

    def form(self, asked: SignUpAsked | SignUpForm) -> tuple[SignUpForm, AreaFacts | None]:
        """What was asked as the rooms read it, and the town it names; None where there is no such town."""
        if isinstance(asked, SignUpForm):
            return asked, places.areas({asked.area_id}).get(asked.area_id)
        town = self._town(asked.town)
        return _form(asked, town), town

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


def _whole(found: Sequence[Taken | Refusal]) -> Outcome:
    """One request's outcomes as one: a refusal of any is the refusal of all."""
    no = next((one for one in found if isinstance(one, Refusal)), None)
    return no or tuple(one for one in found if isinstance(one, Taken))


def _form(asked: SignUpAsked, town: AreaFacts | None) -> SignUpForm:
    return SignUpForm(
        given_name=asked.given_name,
        email=asked.email,
        birth_year=asked.birth_year,
        area_id=town.id if town else 0,
        travel_limit_m=1000 * asked.travel_km,
        consent=asked.consent,
        messages=asked.messages,
        free_spans=asked.free,
        languages=asked.languages,
        skills=asked.skills,
        refuses=asked.refuses,
        prefers=asked.prefers,
        guardian_email=asked.guardian_email,
        physical_max=asked.physical_max,
        long_shift_wish=asked.long_shift,
        phone=asked.phone,
        language=asked.language,
        household=asked.household,
    )
