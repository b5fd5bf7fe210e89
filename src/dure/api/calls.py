"""What everybody may ask about calls and proposed drives."""

from __future__ import annotations

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
from dure.movement.places import reads as places

router = Router(tags=["public"])


def call_out(appeal: AppealFacts, campaign: str, is_open: bool) -> CallOut:
    said = [calls.words(appeal.code, one) for one in calls.languages_of(appeal)]
    return CallOut(
        code=appeal.code,
        campaign=campaign,
        asks=appeal.asks,
        is_open=is_open,
        words=[CallWordsOut(language=one.language, title=one.title, text=one.text) for one in said],
        wanted=appeal.wanted_count,
        answered=shown_count(calls.answered_count(appeal.id)),
        opened_at=appeal.opened_at,
        closes_at=appeal.closes_at,
    )


@router.get("/calls", response=list[CallOut])
def list_calls(request: HttpRequest) -> object:
    """Calls that can be answered now, the newest first; sign up with the code as ``call``."""
    return [call_out(one, campaign.slug, True) for one, campaign in calls.open_appeals(now())]


@router.get("/calls/{code}", response={200: CallOut, 404: ErrorOut})
def show_call(request: HttpRequest, code: str) -> object:
    """One call, open or over."""
    appeal = calls.appeal(code)
    campaign = campaigns.campaign(slug=campaigns.campaign_by_id(appeal.campaign_id).slug)
    return call_out(appeal, campaign.slug, calls.is_open(appeal, campaign, now()))


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
