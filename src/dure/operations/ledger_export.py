"""A campaign's outcomes for outsiders: what may be public of the log, each entry with its leaf and its proof.

The folder stands for itself: with ``checkpoint`` and ``key`` anybody checks every row, offline, with a few lines of
their own (docs/howto/audit.md). It holds nothing about people (P9): what is left out is told in ``README.txt``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dure.base.jobs import SILENT, Progress
from dure.kernel.cells import as_cell
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.errors import LogUnsigned
from dure.movement.ledger.types import CheckpointFacts, Outcome
from dure.movement.people import reads as people
from dure.movement.places import reads as places

COLUMNS: Final = (
    *("index", "kind", "grade", "indicator", "unit", "team", "place", "work_day", "quantity_milli"),
    *("points_at", "leaf_hash", "path"),
)
_SCHEMA: Final = pa.schema(
    [
        pa.field("index", pa.int64(), nullable=False),
        *(pa.field(name, pa.string(), nullable=False) for name in COLUMNS[1:7]),
        pa.field("work_day", pa.date32(), nullable=False),
        pa.field("quantity_milli", pa.int64(), nullable=False),
        pa.field("points_at", pa.int64()),
        pa.field("leaf_hash", pa.binary(32), nullable=False),
        pa.field("path", pa.list_(pa.binary(32)), nullable=False),
    ]
)
_README: Final = """{name}: what its teams brought about, from the log {origin}

entries.csv     one row an entry of the log. index: its place, from 0. quantity_milli: thousandths of the unit.
                points_at: the entry that a correction, confirmation or withdrawal speaks about; a correction
                holds the difference. leaf_hash: what the log keeps of the entry. path: the hashes that lead from
                the leaf to the signed root (RFC 9162 section 2.1.3), lowest first, in hex with a space between.
{parquet}campaign.json   what is counted, and in which units.
checkpoint      the state of the log at {size} entries, a signed note (c2sp.org/signed-note). line 3: the root.
key             the key that signed it.

Left out is whatever tells of people: hours, help, every entry that stands for one person, remarks, and times of
recording. Of the {size} entries of the log {count} are here. The text beside a leaf is our word until an auditor
opens the entry; that the leaf was there when the state was signed is not.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: ``count`` rows of a log of ``size`` entries, into ``folder``."""

    folder: str
    campaign: str
    count: int
    size: int
    origin: str
    files: tuple[str, ...]


def export_outcomes(
    *, slug: str, folder: Path, with_parquet: bool = False, progress: Progress = SILENT
) -> Exported:
    """Write the outcomes of an open or closed campaign into ``folder``, new and empty, from one signed state.

    Rows are written as they are read. Refuses with NotFound, and with LogUnsigned before the first signing.
    """
    campaign = campaigns.campaign(slug=slug)
    signed = ledger.latest_checkpoint()
    if signed is None:
        raise LogUnsigned(index=0)
    folder.mkdir(parents=True, exist_ok=True)
    count = _write_rows(campaign, signed, folder, with_parquet, progress)
    origin = signed.note.split("\n", 1)[0]
    (folder / "checkpoint").write_text(signed.note, encoding="utf-8")
    (folder / "key").write_text(ledger.public_key() + "\n", encoding="utf-8")
    indicators = [asdict(one) for one in campaigns.indicators(campaign.id) if one.kind != "hours"]
    about = {
        "slug": campaign.slug,
        "name": campaign.name,
        "timezone": campaign.timezone,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "synthetic_label": campaign.synthetic_label,
        "indicators": indicators,
    }
    text = json.dumps(about, ensure_ascii=False, indent=2)
    (folder / "campaign.json").write_text(text + "\n", encoding="utf-8")
    parquet = "entries.parquet the same rows, leaf_hash and path as bytes.\n" if with_parquet else ""
    says = _README.format(name=campaign.name, origin=origin, size=signed.size, count=count, parquet=parquet)
    (folder / "README.txt").write_text(says, encoding="utf-8")
    files = tuple(sorted(file.name for file in folder.iterdir()))
    return Exported(str(folder), slug, count, signed.size, origin, files)


def _write_rows(
    campaign: CampaignFacts, signed: CheckpointFacts, folder: Path, with_parquet: bool, progress: Progress
) -> int:
    count = 0
    parquet = (
        pq.ParquetWriter(folder / "entries.parquet", _SCHEMA, compression="zstd") if with_parquet else None
    )
    try:
        with (folder / "entries.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for rows, last in _pages(campaign, signed.size):
                writer.writerows(_as_text(row) for row in rows)
                if parquet is not None:
                    parquet.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
                count += len(rows)
                progress.advance(last + 1, signed.size)
    finally:
        if parquet is not None:
            parquet.close()
    return count


def _pages(campaign: CampaignFacts, size: int) -> Iterator[tuple[list[dict[str, object]], int]]:
    """Rows by COLUMNS, a page at a time, with the index read last."""
    indicators = {one.id: one for one in campaigns.indicators(campaign.id)}
    after = -1
    while page := ledger.outcomes(campaign.id, size, after):
        after = page[-1].index
        shown = [one for one in page if one.is_public]
        teams = people.teams({one.team_id for one in shown})
        areas = places.areas({one.area_id for one in shown})
        found = ledger.paths([one.index for one in shown], size)
        rows: list[dict[str, object]] = [
            _row(one, path)
            | {
                "indicator": indicators[one.indicator_id].code,
                "unit": indicators[one.indicator_id].unit,
                "team": teams[one.team_id].name,
                "place": areas[one.area_id].name,
            }
            for one, path in zip(shown, found, strict=True)
        ]
        yield rows, after


def _row(one: Outcome, path: tuple[bytes, ...]) -> dict[str, object]:
    return {
        "index": one.index,
        "kind": one.kind.name.lower(),
        "grade": one.grade.name.lower(),
        "work_day": one.work_day,
        "quantity_milli": one.quantity_milli,
        "points_at": one.points_at,
        "leaf_hash": one.leaf_hash,
        "path": list(path),
    }


def _as_text(row: dict[str, object]) -> list[str]:
    return [_text(row[name]) for name in COLUMNS]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return " ".join(one.hex() for one in value)
    # Figures are ours, and one below zero is no formula.
    return as_cell(value) if isinstance(value, str) else str(value)
