"""Targets of places and teams, from a file or set by hand: checked, written, and added in an open campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F

from dure.engine.plan.periods import overlapping
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import CampaignClosed, PleaOpen, TargetBad, TargetStands
from dure.movement.campaigns.models import Campaign, Plea, Target
from dure.movement.campaigns.rules import LEVELS, level_problems, row_problems
from dure.movement.campaigns.types import (
    CampaignFacts,
    IndicatorFacts,
    NewTarget,
    Problem,
    TargetRow,
    TargetsSet,
)
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts

CHUNK_ROWS = 5_000
_FIGURES = (
    *("plan_milli", "baseline_milli", "rated_capacity_milli", "deadline", "source", "source_date"),
    *("baseline_grade", "baseline_lower_milli"),
)
# Place, team, first day.
_Cell = tuple[int, int | None, date]


def set_targets(*, indicator_id: int, rows: Sequence[TargetRow]) -> TargetsSet:
    """Set targets of one indicator by place or team and period, all or none.

    In a draft a row replaces the target of the same place, team and first day. In an open campaign targets may be
    added, but a standing one keeps its figures (F9). The same rows twice change nothing. What a target was split into
    goes with it, since its parts would no longer sum to it.

    Refuses with NotFound, CampaignClosed, TargetBad (every problem at once) and TargetStands.
    """
    indicator = reads.indicator(indicator_id=indicator_id)
    with transaction.atomic():
        # Write first and hold the row: nobody opens or closes the campaign meanwhile.
        Campaign.objects.filter(pk=indicator.campaign_id).update(state=F("state"))
        campaign = reads.campaign_by_id(campaign_id=indicator.campaign_id)
        if campaign.state == "closed":
            raise CampaignClosed(slug=campaign.slug)
        _refuse_bad_rows(rows, campaign, indicator)
        columns = ("area_id", "team_id", "starts_on", "pk", *_FIGURES)
        standing = {
            row[:3]: row[3:] for row in Target.objects.filter(indicator_id=indicator_id).values_list(*columns)
        }
        changed = {
            cell: row
            for row in rows
            if standing.get(cell := _cell(row, campaign.starts_on), (0,))[1:] != _figures(row)
        }
        fresh = [row for cell, row in changed.items() if cell not in standing]
        if campaign.state == "open":
            for cell in changed:
                if cell in standing:
                    raise TargetStands(area_id=cell[0])
        drop_parts([standing[cell][0] for cell in changed if cell in standing])
        for cell, row in changed.items():
            if cell in standing:
                _replace(standing[cell][0], row)
        Target.objects.bulk_create(
            [target_of(indicator_id, row, campaign.starts_on) for row in fresh], batch_size=CHUNK_ROWS
        )
        _refuse_overlaps(indicator, campaign, {cell[:2] for cell in changed})
    return TargetsSet(written_count=len(changed), known_count=len(rows) - len(changed))


def set_from_file(*, campaign_id: int, targets: Sequence[NewTarget]) -> TargetsSet:
    """Set a file's targets, of any of the campaign's indicators, all or none.

    Refuses with NotFound, TargetBad and what :func:`set_targets` refuses.
    """
    campaign = reads.campaign_by_id(campaign_id)
    root = places.area(campaign.area_id)
    below = (*places.children(root.id), *places.towns_under(root.path))
    areas = {root.code: root} | {area.code: area for area in below}
    rows, problems = rows_of(targets, areas, root.path)
    ids = {indicator.code: indicator.id for indicator in reads.indicators(campaign_id)}
    problems += [
        Problem(f"targets[{place}].indicator", f"{target.indicator!r} is unknown", "one of " + ", ".join(ids))
        for place, target in enumerate(targets)
        if target.indicator not in ids
    ]
    if problems:
        raise refusal(problems)
    by_indicator: dict[int, list[TargetRow]] = {}
    for target, row in zip(targets, rows, strict=True):
        if row is not None:
            by_indicator.setdefault(ids[target.indicator], []).append(row)
    with transaction.atomic():
        done = [set_targets(indicator_id=key, rows=of_it) for key, of_it in by_indicator.items()]
    return TargetsSet(sum(one.written_count for one in done), sum(one.known_count for one in done))


def rows_of(
    targets: Sequence[NewTarget], areas: dict[str, AreaFacts], area_path: str
) -> tuple[list[TargetRow | None], list[Problem]]:
    """A file's targets with the ids of their places and teams; None, and a problem, where one isn't known."""
    problems: list[Problem] = []
    teams: dict[tuple[int, str], TeamFacts] = {}
    if any(target.team for target in targets):
        teams = {(team.area_id, team.name): team for team in people.teams_under(area_path)}
    rows: list[TargetRow | None] = []
    for place, target in enumerate(targets):
        area = areas.get(target.area)
        team = teams.get((area.id, target.team)) if area and target.team else None
        if area is None:
            what = f"{target.area!r} is no place of the campaign"
            wanted = "the code of the campaign's area or of a place below it"
            problems.append(Problem(f"targets[{place}].area", what, wanted))
        elif target.team and team is None:
            what = f"{target.team!r} is no team of {area.name}"
            problems.append(
                Problem(f"targets[{place}].team", what, "the name of a team at home in this very place")
            )
        else:
            rows.append(_row(target, area.id, team.id if team else None))
            continue
        rows.append(None)
    return rows, problems


def target_of(indicator_id: int, row: TargetRow, starts_on: date) -> Target:
    """The row to write; ``starts_on``: of the campaign."""
    return Target(
        indicator_id=indicator_id,
        area_id=row.area_id,
        team_id=row.team_id,
        starts_on=row.starts_on or starts_on,
        plan_milli=row.plan_milli,
        baseline_milli=row.baseline_milli,
        baseline_grade=row.baseline_grade,
        baseline_lower_milli=row.baseline_lower_milli,
        rated_capacity_milli=row.rated_capacity_milli,
        deadline=row.deadline,
        source=row.source,
        source_date=row.source_date,
    )


def refusal(problems: Sequence[Problem]) -> TargetBad:
    lines = tuple(str(problem) for problem in problems)
    return TargetBad(count=len(lines), first=lines[0], problems=lines)


def _row(target: NewTarget, area_id: int, team_id: int | None) -> TargetRow:
    return TargetRow(
        area_id=area_id,
        plan_milli=target.plan_milli,
        deadline=target.deadline,
        source=target.source,
        source_date=target.source_date,
        baseline_milli=target.baseline_milli,
        rated_capacity_milli=target.rated_capacity_milli,
        starts_on=target.starts_on,
        team_id=team_id,
        baseline_grade=target.baseline_grade,
        baseline_lower_milli=target.baseline_lower_milli,
    )


def _refuse_bad_rows(rows: Sequence[TargetRow], campaign: CampaignFacts, indicator: IndicatorFacts) -> None:
    problems = row_problems(rows, campaign.starts_on, campaign.ends_on)
    areas = places.areas({row.area_id for row in rows})
    teams = people.teams({row.team_id for row in rows if row.team_id is not None})
    for place, row in enumerate(rows):
        area = areas.get(row.area_id)
        if area is None or not area.path.startswith(campaign.area_path):
            what = f"{row.area_id} is no place of the campaign"
            problems.append(Problem(f"targets[{place}].area", what, "the campaign's area or one below it"))
        elif row.team_id is not None and (
            row.team_id not in teams or teams[row.team_id].area_id != row.area_id
        ):
            what = f"{row.team_id} is no team of {area.name}"
            problems.append(Problem(f"targets[{place}].team", what, "a team at home in this very place"))
    if indicator.aggregation in LEVELS:
        cells = [(indicator.id, row.area_id, row.team_id) for row in rows]
        problems += level_problems(cells, rows, {indicator.id}, campaign.starts_on)
    if problems:
        raise refusal(problems)


def _refuse_overlaps(
    indicator: IndicatorFacts, campaign: CampaignFacts, cells: set[tuple[int, int | None]]
) -> None:
    """What is written now and what stood before must not be wanted on the same day, nor a level fall."""
    found: dict[tuple[int, int | None], list[tuple[date, date]]] = {}
    columns = ("area_id", "team_id", "starts_on", "deadline")
    written = Target.objects.filter(indicator_id=indicator.id).values_list(*columns)
    for area_id, team_id, first, last in written:
        if (area_id, team_id) in cells:
            found.setdefault((area_id, team_id), []).append((first, last))
    for (area_id, _), periods in found.items():
        if overlapping(periods):
            what = f"the days of two targets of place {area_id} overlap"
            raise refusal([Problem("targets", what, "one target at a time")])
    if (fallen := fallen_level(indicator)) is not None:
        what = f"a later level of place {fallen} is lower than an earlier one"
        raise refusal([Problem("targets", what, "levels that rise or stay")])


def fallen_level(indicator: IndicatorFacts) -> int | None:
    """A place of which, or of a team of which, a later target wants a lower level than an earlier one; None: none.

    Whatever writes targets asks this before it is done: no plan can be drawn through levels that fall.
    """
    if indicator.aggregation not in LEVELS:
        return None
    newest: dict[tuple[int, int | None], int] = {}
    columns = ("area_id", "team_id", "plan_milli")
    written = Target.objects.filter(indicator_id=indicator.id).order_by("starts_on").values_list(*columns)
    for area_id, team_id, plan_milli in written:
        if plan_milli < newest.get((area_id, team_id), 0):
            return int(area_id)
        newest[area_id, team_id] = plan_milli
    return None


def drop_parts(target_ids: Sequence[int]) -> None:
    """Delete what was split from these targets, down to the last level, with what was argued about it and answered.

    Refuses with PleaOpen while an answer is owed about one of them.
    """
    parts = list(Target.objects.filter(parent_id__in=list(target_ids)).values_list("pk", flat=True))
    if not parts:
        return
    pleas = Plea.objects.filter(target_id__in=parts)
    if pleas.filter(answer=Plea.Answer.OPEN).exists():
        raise PleaOpen
    drop_parts(parts)
    pleas.delete()
    Target.objects.filter(pk__in=parts).delete()


def _replace(target_id: int, row: TargetRow) -> None:
    """A draft's target gets other figures; whoever handed it down has to do so again."""
    figures = {name: getattr(row, name) for name in _FIGURES}
    Target.objects.filter(pk=target_id).update(**figures, parent=None, split=Target.Split.STATED)


def _cell(row: TargetRow, starts_on: date) -> _Cell:
    return row.area_id, row.team_id, row.starts_on or starts_on


def _figures(row: TargetRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _FIGURES)
