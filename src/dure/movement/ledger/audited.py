"""What an audit draws its lots from and looks for signs in: part of ``reads``, which hands it on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from dure.analytics.sealed.reading import Wanted
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger.bounds import FITS
from dure.movement.ledger.sealed import source
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.types import Claim, Kind, Report


def claims(indicator_id: int, first: int, size: int, kind: Kind = Kind.OUTPUT) -> list[Claim]:
    """Entries ``first`` to ``size`` (exclusive) that claimed something when the log had ``size`` entries, by index."""
    must(0 <= first <= size, "a range of the log runs forward from 0")
    kinds = [int(kind), int(Kind.CORRECTION), int(Kind.WITHDRAWAL)]
    names = ("log_index", "team", "area", "work_day", "leaf_hash", "quantity_milli", "points_at")
    with snapshot():
        rows = list(
            source.each({"indicator": [indicator_id], "kind": kinds}, names, after=first - 1, before=size)
        )
    changed: dict[int, int] = defaultdict(int)
    for row in rows:
        if row[6] is not None:
            changed[row[6]] += row[5]
    found = [
        Claim(index, team, area, day, leaf, quantity + changed[index])
        for index, team, area, day, leaf, quantity, points_at in rows
        if points_at is None
    ]
    return [claim for claim in found if claim.claimed_milli > 0]


def reports(campaign_id: int, work_day: date, kind: Kind = Kind.OUTPUT) -> list[Report]:
    """What was reported of a day's work, uncorrected and in the order of the log; for audit, not for pages."""
    # By their indicators: those of a day are found at once, a campaign's are searched through.
    indicators = [one.id for one in campaigns.indicators(campaign_id) if kind in FITS[one.kind]]
    wanted: Wanted = {"indicator": indicators, "work_day": [work_day], "kind": [int(kind)]}
    with snapshot():
        return [Report(*row) for row in source.each(wanted, ("indicator", "team", "area", "quantity_milli"))]


def team_ids(campaign_id: int, size: int) -> list[int]:
    """The teams that stand in the first ``size`` entries of a campaign, in order."""
    with snapshot():
        return sorted(source.teams(campaign_id, before=size))
