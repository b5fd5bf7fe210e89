"""What everybody may ask about calls and proposed drives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from dure.api.call_schemas import CallOut, CallWordsOut, DriveOut
from dure.api.clock import now
from dure.api.schemas import ErrorOut
from dure.movement.calls import drive_reads
from dure.movement.calls import reads as calls
from dure.movement.calls.appeal_rules import shown_count
from dure.movement.calls.types import AppealFacts, DriveFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places

router = Router(tags=["public"])


def calls_out(found: Sequence[tuple[AppealFacts, CampaignFacts]], at: datetime) -> list[CallOut]:
    """Calls with their campaigns; two queries, however many there are."""
    said = calls.words_of([one for one, _campaign in found])
    answered = calls.answered_counts(list(said))
    return [
        CallOut(
            code=one.code,
            campaign=campaign.slug,
            asks=one.asks,
            is_open=calls.is_open(one, campaign, at),
            words=[
                CallWordsOut(language=words.language, title=words.title, text=words.text)
                for words in said[one.id]
            ],
            wanted=one.wanted_count,
            answered=shown_count(answered.get(one.id, 0)),
            opened_at=one.opened_at,
            closes_at=one.closes_at,
        )
        for one, campaign in found
    ]


@router.get("/calls", response=list[CallOut])
def list_calls(request: HttpRequest) -> object:
    """Calls that can be answered now, the newest first; sign up with the code as ``call``."""
    at = now()
    return calls_out(calls.open_appeals(at), at)


@router.get("/calls/{code}", response={200: CallOut, 404: ErrorOut})
def show_call(request: HttpRequest, code: str) -> object:
    """One call, open or over."""
    appeal = calls.appeal(code)
    campaign = campaigns.campaign(slug=campaigns.campaign_by_id(appeal.campaign_id).slug)
    return calls_out([(appeal, campaign)], now())[0]


@router.get("/drives", response=list[DriveOut])
def list_drives(request: HttpRequest) -> object:
    """Proposed drives: those that gather names or wait for their answer first."""
    found = drive_reads.drives()
    areas = places.areas({one.area_id for one in found})
    return [drive_out(one, areas[one.area_id].code) for one in found]


def drive_out(drive: DriveFacts, place: str) -> DriveOut:
    return DriveOut(
        code=drive.code,
        title=drive.title,
        text=drive.text,
        place=place,
        state=drive.state,
        names=shown_count(drive.support_count),
        names_wanted=drive.support_wanted,
        gathers_until=drive.gathers_until,
        answer_by=drive.answer_by,
        answer=drive.answer,
        call=drive.appeal_code,
    )
