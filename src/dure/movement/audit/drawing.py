"""The draw of a lot as a function of what is public: seed, signed log, eligible entries, teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dure.engine.lots import Draw, Origin, assign_checkers, draw
from dure.movement.audit.types import Checker
from dure.movement.ledger import reads as ledger
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# Country and region: a checker from the next town may know whom to spare.
_REGION_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Made:
    """Where an entry was made."""

    team_id: int
    area_path: tuple[str, ...]


def split_path(path: str) -> tuple[str, ...]:
    """``"/KR/11/1835848/"`` as country, region, town."""
    return tuple(part for part in path.split("/") if part)


def paths_of(area_ids: set[int]) -> dict[int, tuple[str, ...]]:
    return {area_id: split_path(area.path) for area_id, area in places.areas(area_ids).items()}


def checkers_at(campaign_id: int, log_size: int) -> list[Checker]:
    """The teams that stand in the signed log of a campaign, with their home regions: these may be asked."""
    teams = people.teams(ledger.team_ids(campaign_id, log_size))
    homes = paths_of({team.area_id for team in teams.values()})
    return [Checker(team_id, homes[team.area_id][:_REGION_DEPTH]) for team_id, team in sorted(teams.items())]


def run(
    *,
    seed: bytes,
    log_root: bytes,
    eligible: Sequence[int],
    wanted_count: int,
    made: Mapping[int, Made],
    checkers: Sequence[Checker],
) -> tuple[Draw, dict[int, int]]:
    """The draw, and the team that recounts each drawn entry: from another region, and not the entry's own.

    Refuses with NoCheckerFromElsewhere.
    """
    drawn = draw(seed=seed, log_root=log_root, eligible=eligible, count=wanted_count)
    assigned = assign_checkers(
        seed=seed,
        log_root=log_root,
        drawn=drawn.indices,
        checkers={
            str(checker.team_id): Origin(checker.region_path, frozenset({str(checker.team_id)}))
            for checker in checkers
        },
        entries={
            index: Origin(made[index].area_path, frozenset({str(made[index].team_id)}))
            for index in drawn.indices
        },
    )
    return drawn, {one.entry: int(one.checker) for one in assigned}
