"""The log as its auditors read it: entry by entry, and from any figure down to the entries it is made of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.cells import as_cell
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import NotFound
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.errors import LogUnsigned
from dure.movement.ledger.types import Grade, Kind, LedgerEntry, Opening, Proof
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations.place_names import place_name
from dure.web.auditor.pages import campaign_in_reach
from dure.web.clock import day_in
from dure.web.doors import door_for
from dure.web.figures import unit_word
from dure.web.receipts import receipt_facts
from dure.web.words import ENTRY_KINDS, PROOF_GRADES, word

ENTRIES_SHOWN_MAX = 100
_DIGITS_MAX = 18
CSV_COLUMNS = (
    *("index", "kind", "grade", "proved", "indicator", "unit", "team", "place", "work_day"),
    *("quantity", "standing", "points_at", "recorded_at", "leaf_hash"),
)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which entries of a campaign are asked for; ``wrong`` says what was asked for that is not there."""

    team: TeamFacts | None
    team_text: str
    indicator: IndicatorFacts | None
    day: date | None
    wrong: str = ""

    @property
    def query(self) -> str:
        """The same sieve as the end of an address."""
        asked = {
            "team": str(self.team.id) if self.team else "",
            "indicator": self.indicator.code if self.indicator else "",
            "day": self.day.isoformat() if self.day else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a page lists it."""

    entry: LedgerEntry
    team: TeamFacts
    indicator: IndicatorFacts
    area: AreaFacts


@dataclass(frozen=True, slots=True)
class Listed:
    """A row in words, for a table of a hundred of them."""

    index: int
    day: str
    team: str
    kind: str
    points_at: str
    recorded: str
    stands: str
    grade: str
    grade_word: str


def _listed(rows: Iterable[Row]) -> list[Listed]:
    kinds = {kind: word(ENTRY_KINDS, kind.name.lower()) for kind in Kind}
    grades = {grade: word(PROOF_GRADES, grade.name.lower()) for grade in Grade}
    of_number = gettext("of no. %(n)s")
    day_words = cache(lambda day: date_format(day, "j M Y"))

    def listed(row: Row) -> Listed:
        entry, unit = row.entry, unit_word(row.indicator.unit)
        points = entry.points_at is not None
        return Listed(
            index=entry.index,
            day=day_words(entry.work_day),
            team=row.team.name,
            kind=kinds[entry.kind],
            points_at=of_number % {"n": entry.points_at} if points else "",
            recorded=f"{show_milli(entry.quantity_milli)} {unit}",
            stands="–" if points else f"{show_milli(entry.standing_milli)} {unit}",
            grade=entry.proved.name.lower(),
            grade_word=grades[entry.proved],
        )

    return [listed(row) for row in rows]


def sieve_of(request: HttpRequest, campaign: CampaignFacts) -> Sieve:
    """What ``?team=…&indicator=…&day=…`` asks for; a team by its number or its name. Refuses with BadInput."""
    text, code = request.GET.get("team", "").strip(), request.GET.get("indicator", "")
    team = _team(text, campaign)
    indicators = {one.code: one for one in campaigns.indicators(campaign_id=campaign.id)}
    wrong = ""
    if text and team is None:
        wrong = gettext("There is no team “%(name)s” in this campaign.") % {"name": text[:80]}
    elif code and code not in indicators:
        wrong = gettext("This campaign does not count “%(code)s”.") % {"code": code[:50]}
    return Sieve(team, team.name if team else text[:120], indicators.get(code), day_in(request), wrong)


def _team(text: str, campaign: CampaignFacts) -> TeamFacts | None:
    if text.isdecimal() and len(text) <= _DIGITS_MAX:
        found = people.teams([int(text)]).get(int(text))
        return found if found and found.area_path.startswith(campaign.area_path) else None
    if not text:
        return None
    named = [one for one in people.teams_under(campaign.area_path) if one.name.casefold() == text.casefold()]
    return named[0] if named else None


def found_by(
    actor: Actor, campaign: CampaignFacts, sieve: Sieve, after_index: int, count_max: int
) -> list[LedgerEntry]:
    """A page of what the sieve lets through, where the actor may look; nothing for what is not there."""
    if sieve.wrong:
        return []
    return ledger.entries(
        actor,
        campaign.id,
        team_id=sieve.team.id if sieve.team else None,
        indicator_id=sieve.indicator.id if sieve.indicator else None,
        work_day=sieve.day,
        after_index=after_index,
        count_max=count_max,
    )


def rows_of(campaign: CampaignFacts, found: list[LedgerEntry]) -> list[Row]:
    teams = people.teams({entry.team_id for entry in found})
    areas = places.areas({entry.area_id for entry in found})
    indicators = {one.id: one for one in campaigns.indicators(campaign_id=campaign.id)}
    return [
        Row(entry, teams[entry.team_id], indicators[entry.indicator_id], areas[entry.area_id])
        for entry in found
    ]


@require_safe
@door_for(Role.AUDITOR)
def entries(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The entries of a campaign by team, indicator and day, a page at a time."""
    campaign = campaign_in_reach(actor, slug)
    sieve = sieve_of(request, campaign)
    after = request.GET.get("after", "")
    after_index = int(after) if after.isdecimal() and len(after) <= _DIGITS_MAX else -1
    found = found_by(actor, campaign, sieve, after_index, ENTRIES_SHOWN_MAX)
    is_full = len(found) == ENTRIES_SHOWN_MAX
    page = {
        "campaign": campaign,
        "here": "entries",
        "sieve": sieve,
        "indicators": campaigns.indicators(campaign_id=campaign.id),
        "listed": _listed(rows_of(campaign, found)),
        "is_first": after_index < 0,
        "next_after": found[-1].index if is_full else None,
        # Of one indicator on one page the entries add up; of several units they don't.
        "standing_milli": sum(one.standing_milli for one in found)
        if sieve.indicator and found and not is_full and after_index < 0
        else None,
    }
    return render(request, "auditor/entries.html", page)


@require_safe
@door_for(Role.AUDITOR)
def entries_csv(request: HttpRequest, actor: Actor, slug: str) -> StreamingHttpResponse:
    """The same entries as a file, each with its leaf; streamed, since a day of a nation has a million."""
    campaign = campaign_in_reach(actor, slug)
    sieve = sieve_of(request, campaign)
    response = StreamingHttpResponse(
        _csv_lines(actor, campaign, sieve), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = f'attachment; filename="{campaign.slug}-entries.csv"'
    return response


class _Line:
    """A file for csv.writer that hands each line on."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(actor: Actor, campaign: CampaignFacts, sieve: Sieve) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(CSV_COLUMNS)
    after_index = -1
    while found := found_by(actor, campaign, sieve, after_index, ledger.ENTRIES_MAX):
        after_index = found[-1].index
        leaves = {
            one.index: one.leaf_hash.hex()
            for one in ledger.receipts(actor, campaign.id, [entry.index for entry in found])
        }
        for row in rows_of(campaign, found):
            entry = row.entry
            yield writer.writerow(
                (
                    *(
                        entry.index,
                        entry.kind.name.lower(),
                        entry.grade.name.lower(),
                        entry.proved.name.lower(),
                    ),
                    *map(as_cell, (row.indicator.code, row.indicator.unit, row.team.name, row.area.name)),
                    *(
                        entry.work_day.isoformat(),
                        _number(entry.quantity_milli),
                        _number(entry.standing_milli),
                    ),
                    "" if entry.points_at is None else entry.points_at,
                    *(entry.recorded_at.isoformat(timespec="milliseconds"), leaves[entry.index]),
                )
            )


def _number(milli: int) -> str:
    return show_milli(milli).replace(",", "")


@require_safe
@door_for(Role.AUDITOR)
def entry(request: HttpRequest, actor: Actor, slug: str, index: int) -> HttpResponse:
    """One entry: what it says, what was said about it, its place in the signed log; opened if a lot drew it."""
    campaign = campaign_in_reach(actor, slug)
    found = ledger.entry(actor, campaign.id, index)
    said = ledger.about(actor, campaign.id, index)
    (row,) = rows_of(campaign, [found])
    proof = _proof(index)
    (receipt,) = ledger.receipts(actor, campaign.id, [index])
    page = {
        "campaign": campaign,
        "row": row,
        "entry": found,
        "said": rows_of(campaign, said),
        "receipt": receipt,
        "receipt_json": receipt_facts(receipt, proof.checkpoint.size if proof else None),
        "proof": proof,
        "opening": _opening(actor, campaign, index),
    }
    return render(request, "auditor/entry.html", page)


def _proof(index: int) -> Proof | None:
    """None while no signed state holds the entry."""
    try:
        return ledger.proof(index)
    except LogUnsigned:
        return None


def _opening(actor: Actor, campaign: CampaignFacts, index: int) -> Opening | None:
    """None unless a lot drew the entry, in an area the actor audits."""
    try:
        return audit.opening(actor, campaign.id, index)
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a figure: what it is called, what stands there, and where it is followed on."""

    name: str
    quantity_milli: int
    n: int
    query: str


@require_safe
@door_for(Role.AUDITOR)
def figure(request: HttpRequest, actor: Actor, slug: str, indicator_id: int) -> HttpResponse:
    """A reported figure and what it is made of: of a place the places and teams in it, of a team its days."""
    campaign = campaign_in_reach(actor, slug)
    indicator = campaigns.indicator(indicator_id=indicator_id)
    if indicator.campaign_id != campaign.id:
        raise NotFound(what="figure")
    team_text = request.GET.get("team", "")
    if team_text:
        team = _team(team_text, campaign) if team_text.isdecimal() else None
        if team is None or not actor.audits(team.area_path):
            raise NotFound(what="figure")
        name, is_last = team.name, True
        parts = _days_of(actor, campaign, indicator, team)
        above = [*places.ancestors(team.area_path), places.area(team.area_id)]
    else:
        area = _area(request, actor, campaign)
        name, is_last = place_name(area), False
        parts = _parts_of(campaign, indicator, area.path)
        above = places.ancestors(area.path)
    page = {
        "campaign": campaign,
        "indicator": indicator,
        "name": name,
        "parts": parts,
        "is_last": is_last,
        "above": [one for one in above if one.path.startswith(campaign.area_path) and actor.audits(one.path)],
        "total_milli": sum(part.quantity_milli for part in parts),
        "n": sum(part.n for part in parts),
    }
    return render(request, "auditor/figure.html", page)


def _area(request: HttpRequest, actor: Actor, campaign: CampaignFacts) -> AreaFacts:
    """The place whose figure is followed: the one named, else the widest of the campaign the actor audits."""
    text = request.GET.get("area", "")
    if text:
        found = places.areas([int(text)] if text.isdecimal() and len(text) <= _DIGITS_MAX else [])
        area = next(iter(found.values()), None)
    else:
        paths = [path for path in actor.area_paths(Role.AUDITOR) if path.startswith(campaign.area_path)]
        area = (
            places.area(campaign.area_id) if actor.audits(campaign.area_path) else places.by_path(min(paths))
        )
    if area is None or not area.path.startswith(campaign.area_path) or not actor.audits(area.path):
        raise NotFound(what="figure")
    return area


def _days_of(actor: Actor, campaign: CampaignFacts, indicator: IndicatorFacts, team: TeamFacts) -> list[Part]:
    """A team's figure by day of work, in the areas the actor audits."""
    sums: dict[date, tuple[int, int]] = {}
    rollups = ledger.rollups(campaign.id, indicator_id=indicator.id, team_id=team.id)
    areas = places.areas({row.area_id for row in rollups})
    for row in rollups:
        if actor.audits(areas[row.area_id].path):
            n, milli = sums.get(row.work_day, (0, 0))
            sums[row.work_day] = (n + row.n, milli + row.quantity_milli)
    asked = {"team": str(team.id), "indicator": indicator.code}
    return [
        Part(day.isoformat(), milli, n, urlencode({**asked, "day": day.isoformat()}))
        for day, (n, milli) in sorted(sums.items())
    ]


def _parts_of(campaign: CampaignFacts, indicator: IndicatorFacts, path: str) -> list[Part]:
    """The figure of a place by the places right below it, and by the teams that work at the place itself."""
    totals = ledger.totals(campaign.id, date.max, indicator_id=indicator.id)
    areas = places.areas({row.area_id for row in totals})
    by_path = {area.path: area for area in areas.values()}
    below: dict[str, tuple[int, int]] = {}
    here: dict[int, tuple[int, int]] = {}
    for row in totals:
        at = areas[row.area_id].path
        if at == path:
            here[row.team_id] = _added(here.get(row.team_id), row.n, row.quantity_milli)
        elif at.startswith(path):
            child = path + at[len(path) :].split("/", 1)[0] + "/"
            below[child] = _added(below.get(child), row.n, row.quantity_milli)
    named = {child: by_path.get(child) or places.by_path(child) for child in below}
    teams = people.teams(here)
    return [
        *_sorted(
            Part(place_name(named[child]), milli, n, urlencode({"area": named[child].id}))
            for child, (n, milli) in below.items()
        ),
        *_sorted(
            Part(teams[team_id].name, milli, n, urlencode({"team": team_id}))
            for team_id, (n, milli) in here.items()
        ),
    ]


def _added(sums: tuple[int, int] | None, n: int, milli: int) -> tuple[int, int]:
    before = sums or (0, 0)
    return before[0] + n, before[1] + milli


def _sorted(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: part.name)
