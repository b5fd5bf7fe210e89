"""Friendly challenges: what two teams agreed on, for everybody; proposing, signing and ending, for their captains."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from dure.api.clock import now
from dure.api.schemas import ErrorOut, Proof, QuantityOut
from dure.api.tokens import TokenAuth
from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.standings import challenges as room
from dure.movement.standings import rules
from dure.movement.standings.challenge_outcome import ChallengeOutcome, Side, Told, outcomes
from dure.movement.standings.challenges import ChallengeFacts, NewChallenge
from dure.movement.standings.shown import shown

router = Router(tags=["standings"])
CHALLENGES_MAX = 100


class TermsIn(Schema):
    """``compares``: level (how much of what is expected of each) or change (each against its own days before)."""

    client_id: UUID
    campaign: str
    indicator: str
    other_team_id: int
    compares: Literal["level", "change"]
    first_day: date
    last_day: date
    words: str = ""


class SignIn(Schema):
    """``digest``: of the terms, as they were read."""

    digest: str


class TermsOut(Schema):
    """A challenge. ``signed_at``: when the second side signed; None until then."""

    id: int
    indicator: str
    first_team_id: int
    first_team: str
    second_team_id: int
    second_team: str
    compares: Literal["level", "change"]
    first_day: date
    last_day: date
    words: str
    digest: str
    answer_by: date
    signed_at: datetime | None
    ended_on: date | None


class SideOut(Schema):
    """What a side did in these days; milli None where it is not shown."""

    team_id: int
    done: QuantityOut
    expected_milli: int | None


class AgreedOut(Schema):
    """``told``: no more than the days carry."""

    terms: TermsOut
    sides: list[SideOut]
    told: Told


class HardshipOut(Schema):
    """Less is expected in a place: this share of its plan."""

    place: str
    permille: int
    words: str
    source: str
    source_date: date


class RulesOut(Schema):
    """A season's rules; shares in thousandths. ``digest``: SHA-256 of them and of what the program does with them."""

    population_permille: int
    by_capacity: bool
    compare_days: int
    hardships: list[HardshipOut]
    digest: str
    is_frozen: bool


def _terms(one: ChallengeFacts) -> TermsOut:
    return TermsOut(
        id=one.id,
        indicator=one.indicator.code,
        first_team_id=one.first_team.id,
        first_team=one.first_team.name,
        second_team_id=one.second_team.id,
        second_team=one.second_team.name,
        compares=one.compares,
        first_day=one.first_day,
        last_day=one.last_day,
        words=one.words,
        digest=one.digest,
        answer_by=one.answer_by,
        signed_at=one.signed_at,
        ended_on=one.ended_on,
    )


def _agreed(one: ChallengeFacts, told: ChallengeOutcome) -> AgreedOut:
    def side(found: Side) -> SideOut:
        grade: Proof = "unknown" if found.claimed_milli is None else "claimed"
        done = QuantityOut(
            milli=found.claimed_milli, unit=one.indicator.unit, grade=grade, proof="as claimed"
        )
        return SideOut(team_id=found.team.id, done=done, expected_milli=found.expected_milli)

    return AgreedOut(terms=_terms(one), sides=[side(told.first), side(told.second)], told=told.told)


@router.get("/campaigns/{slug}/rules", response={200: RulesOut, 404: ErrorOut})
def season_rules(request: HttpRequest, slug: str) -> object:
    """By what the teams of a campaign are compared; frozen since it opened."""
    season = rules.of(campaigns.campaign(slug=slug).id)
    return RulesOut(
        population_permille=season.rules.population_permille,
        by_capacity=season.rules.by_capacity,
        compare_days=season.rules.span_days,
        hardships=[HardshipOut.from_orm(one) for one in season.rules.hardships],
        digest=season.digest,
        is_frozen=season.is_frozen,
    )


@router.get("/campaigns/{slug}/challenges", response={200: list[AgreedOut], 404: ErrorOut})
def list_challenges(request: HttpRequest, slug: str) -> object:
    """The newest agreed challenges, each with both sides and what can be told."""
    campaign = campaigns.campaign(slug=slug)
    today = campaigns.local_day(campaign, now())
    standing = shown(campaign_id=campaign.id, today=today)
    found = room.agreed(campaign_id=campaign.id)[:CHALLENGES_MAX]
    told = outcomes(found, campaign, standing, today)
    return [_agreed(one, came_of) for one, came_of in zip(found, told, strict=True)]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]  # set by TokenAuth
    return actor


@router.get(
    "/teams/{id:team_id}/challenges",
    auth=TokenAuth(),
    response={200: list[TermsOut], 401: ErrorOut, 404: ErrorOut},
)
def challenges_of_team(request: HttpRequest, team_id: int) -> object:
    """All challenges of a team, proposals among them, for its captains."""
    return [_terms(one) for one in room.of_team(actor=_actor(request), team_id=team_id)]


@router.post(
    "/teams/{id:team_id}/challenges",
    auth=TokenAuth(),
    response={201: TermsOut, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def propose(request: HttpRequest, team_id: int, body: TermsIn) -> object:
    """Propose terms and sign them. With the same ``client_id`` again nothing new is proposed."""
    campaign = campaigns.campaign(slug=body.campaign)
    counted = {one.code: one.id for one in campaigns.indicators(campaign.id)}
    if body.indicator not in counted:
        raise NotFound(what="indicator")
    new = NewChallenge(
        client_id=body.client_id,
        campaign_id=campaign.id,
        indicator_id=counted[body.indicator],
        first_team_id=team_id,
        second_team_id=body.other_team_id,
        compares=body.compares,
        first_day=body.first_day,
        last_day=body.last_day,
        words=body.words,
    )
    return Status(201, _terms(room.propose(actor=_actor(request), new=new, now=now())))


@router.post(
    "/teams/{id:team_id}/challenges/{id:challenge_id}/signature",
    auth=TokenAuth(),
    response={200: TermsOut, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def sign(request: HttpRequest, team_id: int, challenge_id: int, body: SignIn) -> object:
    """Sign the terms for the second team. Twice is once."""
    signed = room.sign(
        actor=_actor(request), challenge_id=challenge_id, team_id=team_id, digest=body.digest, now=now()
    )
    return _terms(signed)


@router.delete(
    "/teams/{id:team_id}/challenges/{id:challenge_id}",
    auth=TokenAuth(),
    response={204: None, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut},
)
def end(request: HttpRequest, team_id: int, challenge_id: int) -> object:
    """End it at once, without a reason; a proposal is taken back."""
    room.end(actor=_actor(request), challenge_id=challenge_id, team_id=team_id, now=now())
    return Status(204, None)
