"""Answering a call: a household at once, or somebody who is known already for one more campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.kernel.ids import client_id as made_id
from dure.kernel.must import must
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.rules import form_problems
from dure.movement.calls.types import NewSignUp, Problem, Receipt, SignUpForm
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import confirming
from dure.movement.people.errors import Unconfirmed
from dure.movement.places import reads as places
from dure.operations import answers, ways
from dure.operations.intake import INTAKE

# A household is placed together or not at all, so there must be posts with room for it.
HOUSEHOLD_MAX: Final = 8
_MEMBER: Final = b"dure.joining.member"


def problems(*, appeal_code: str, forms: Sequence[SignUpForm], now: datetime) -> list[list[Problem]]:
    """Every problem of each form, in their order. Refuses with NotFound (no such call)."""
    campaign = campaigns.campaign_by_id(calls_reads.appeal(appeal_code).campaign_id)
    today = campaigns.local_day(campaign, now)
    areas = places.areas({form.area_id for form in forms})
    country_of = {pk: area.country for pk, area in areas.items()}
    phone_is_enough = ways.phone_is_enough()
    return [
        form_problems(form, today, country=country_of.get(form.area_id, ""), phone_is_enough=phone_is_enough)
        for form in forms
    ]


def sign_up(
    *, client_id: UUID, appeal_code: str, forms: Sequence[SignUpForm], now: datetime
) -> list[Receipt]:
    """Sign up whoever wrote the form and, after them, who comes with them: all or nobody, each with a receipt.

    They share one contact and are one household, so one code confirms them all, and one letter carries it. The same
    ``client_id`` and forms again give the same receipts. Refuses as ``operations.intake`` does.
    """
    must(1 <= len(forms) <= HOUSEHOLD_MAX, "a household has from one to eight people")
    must(len({(form.email, form.phone) for form in forms}) == 1, "a household has one contact")
    ids = [made_id(_MEMBER, client_id, place) if place else client_id for place in range(len(forms))]
    taken = INTAKE.take_household(ids=ids, call=appeal_code, forms=forms, now=now)
    receipts = [one.receipt for one in taken]
    if len(receipts) > 1:
        appeal = calls_reads.appeal(appeal_code)
        # The others get their own link once the code has been given (operations.confirming).
        outbox.drop_keys(keys=[f"sign-up:{one.person_id}:{appeal.id}" for one in receipts[1:]])
    return receipts


def join_as(*, actor: Actor, person_id: int, appeal_code: str, client_id: UUID, now: datetime) -> int:
    """Somebody confirmed answers one more call, as themselves; the id of its campaign.

    In a campaign that is new to them they are answered at once; where they stand in line already nothing changes but
    that this call is known to have reached them. Twice is once. Refuses with NotFound (somebody else, no such call),
    Unconfirmed, AppealOver, SignUpReused.
    """
    actor.must_be(person_id)
    appeal = calls_reads.taking(appeal_code, now)
    with transaction.atomic():
        if confirming.lapses_on(person_id) is not None:
            raise Unconfirmed
        own_id = made_id(_MEMBER, client_id, person_id)
        calls.sign_up_many(appeal_code=appeal_code, rows=[NewSignUp(own_id, person_id)], now=now)
        if calls_reads.answer_for(actor, person_id, appeal.campaign_id) is None:
            campaign = campaigns.campaign_by_id(appeal.campaign_id)
            new = answers.after_confirming(campaign, person_id=person_id, now=now)
            calls.answer(
                person_id=person_id,
                campaign_id=appeal.campaign_id,
                kind=new.kind,
                reason=new.reason,
                by_date=new.by_date,
                now=now,
            )
    return appeal.campaign_id
