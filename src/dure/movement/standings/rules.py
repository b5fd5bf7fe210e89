"""The rules of a season: what teams are graded by, published beforehand and frozen when the campaign opens (F9).

A season is a campaign. Who states nothing is graded by ``PLAIN``. What this program does with the rules goes under
``FORM``; whoever changes that gives it another name, so that the digest of a running season can't stay the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.movement.standings.errors import SeasonOpen
from dure.movement.standings.models import SeasonRules as Row

__all__ = ["FORM", "PLAIN", "Hardship", "Rules", "Season", "of", "state"]

FORM: Final = "dure season 1"
ALL: Final = 1_000
# A place where less than half can be expected wants another plan, not another yardstick.
HARDSHIP_PERMILLE_MIN: Final = 500
SPAN_DAYS_MIN, SPAN_DAYS_MAX = 7, 90
HARDSHIPS_MAX: Final = 5_000
WORDS_LENGTH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Hardship:
    """Less can be expected in a place and in what lies in it. ``place``: its code; ``permille``: of its plan."""

    place: str
    permille: int
    words: str
    source: str
    source_date: date


@dataclass(frozen=True, slots=True)
class Rules:
    """``population_permille``: how far a plan is measured by the people who live there instead of as it was stated
    (0: not at all, 1000: wholly). ``by_capacity``: nothing is expected above a place's rated capacity.
    ``span_days``: the days of late that a team's change is told of, against as many before.
    """

    population_permille: int = 0
    by_capacity: bool = True
    span_days: int = 14
    hardships: tuple[Hardship, ...] = ()

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the rules and of what this program does with them."""
        return fingerprint({"form": FORM, **asdict(self)})


PLAIN: Final = Rules()


@dataclass(frozen=True, slots=True)
class Season:
    """A campaign's rules. ``stated_at``: when its organisers stated them; None: nobody did, and PLAIN stands."""

    campaign_id: int
    rules: Rules
    digest: str
    stated_at: datetime | None
    is_frozen: bool


def of(campaign_id: int) -> Season:
    """By what a campaign's teams are graded. Refuses with NotFound."""
    campaign = campaigns.campaign_by_id(campaign_id)
    row = Row.objects.filter(pk=campaign_id).first()
    is_frozen = campaign.state != "draft"
    if row is None:
        return Season(campaign_id, PLAIN, PLAIN.digest, None, is_frozen)
    rules = _rules(row.facts)
    must(rules.digest == row.digest, "rules are read as they were stated")
    return Season(campaign_id, rules, row.digest, row.stated_at, is_frozen)


def state(*, actor: Actor, campaign_id: int, rules: Rules, now: datetime) -> Season:
    """State a draft campaign's rules anew; saying the same twice changes nothing, also when it is open.

    Refuses with NotFound, NotAllowed, BadInput, SeasonOpen.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = campaigns.campaign_by_id(campaign_id)
    actor.must_organise(campaign.area_path, what="stating the rules of this season")
    ordered = replace(rules, hardships=tuple(sorted(rules.hardships, key=lambda one: one.place)))
    _check(ordered, campaign)
    standing = of(campaign_id)
    if standing.digest == ordered.digest:
        return standing
    with transaction.atomic():
        # Written first: whether the campaign is still a draft is asked when nobody else can write it.
        Row.objects.update_or_create(
            campaign_id=campaign_id,
            defaults={
                "facts": _facts(ordered),
                "digest": ordered.digest,
                "stated_by_id": actor.account_id,
                "stated_at": now,
            },
        )
        if campaigns.campaign_by_id(campaign_id).state != "draft":
            raise SeasonOpen(slug=campaign.slug)
    return of(campaign_id)


def _facts(rules: Rules) -> dict[str, object]:
    hardships = [{**asdict(one), "source_date": one.source_date.isoformat()} for one in rules.hardships]
    return {**asdict(rules), "hardships": hardships}


def _rules(facts: dict[str, object]) -> Rules:
    found: dict[str, object] = dict(facts)
    rows = found.pop("hardships")
    must(isinstance(rows, list), "hardships are kept as a list")
    hardships = tuple(
        Hardship(**{**row, "source_date": date.fromisoformat(row["source_date"])})
        for row in rows  # type: ignore[attr-defined]  # a list, as was just seen
    )
    return Rules(**found, hardships=hardships)  # type: ignore[arg-type]  # as _facts wrote them


def _check(rules: Rules, campaign: CampaignFacts) -> None:
    _within("population", rules.population_permille, 0, ALL, "permille")
    _within("compare_days", rules.span_days, SPAN_DAYS_MIN, SPAN_DAYS_MAX, "days")
    if len(rules.hardships) > HARDSHIPS_MAX:
        raise BadInput(where="hardship", what="are too many", wanted=f"at most {HARDSHIPS_MAX:,}")
    known: set[str] = set()
    for number, one in enumerate(rules.hardships):
        where = f"hardship[{number}]"
        area = places.by_code(one.place)
        if not area.path.startswith(campaign.area_path):
            raise BadInput(where=where, what=f"{one.place} lies outside the campaign", wanted="a place of it")
        if one.place in known:
            raise BadInput(where=where, what=f"{one.place} stands there twice", wanted="each place once")
        known.add(one.place)
        _within(f"{where}.share", one.permille, HARDSHIP_PERMILLE_MIN, ALL, "permille")
        for name, text in (("words", one.words), ("source", one.source)):
            if not 1 <= len(text.strip()) <= WORDS_LENGTH_MAX:
                raise BadInput(
                    where=f"{where}.{name}",
                    what="is empty or too long",
                    wanted=f"1 to {WORDS_LENGTH_MAX} letters",
                )


def _within(where: str, value: int, low: int, high: int, unit: str) -> None:
    if not low <= value <= high:
        raise BadInput(where=where, what=f"{value} is out of bounds", wanted=f"{low} to {high} {unit}")
