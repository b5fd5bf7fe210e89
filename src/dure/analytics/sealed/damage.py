"""Where a file that is no longer what was sealed is damaged: row group and column, by the checksums of its pages.

Reading a damaged file can bring a reader down, so it is read in a process of its own:
``python -m dure.analytics.sealed.damage FILE`` answers with the places as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dure.analytics.sealed.columns import GROUP_ROWS, SCHEMAS

ELSEWHERE: Final = "header, footer or a page's header"
UNREADABLE: Final = "the whole file: it can't be read as Parquet"
_SECONDS_MAX: Final = 120


def damaged_places(path: Path, first: int, count: int) -> list[str]:
    """Places in words, such as "row group 3 (entries 196608 to 262143), column team"; at least one."""
    try:
        ran = subprocess.run(  # noqa: S603  our own program, with words made here
            [sys.executable, "-m", "dure.analytics.sealed.damage", str(path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS_MAX,
        )
        found: list[tuple[int, str]] | None = json.loads(ran.stdout) if ran.returncode == 0 else None
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        found = None
    if found is None:
        return [UNREADABLE]
    places = []
    for group, column in found:
        begins = first + group * GROUP_ROWS
        ends = min(begins + GROUP_ROWS, first + count) - 1
        places.append(f"row group {group} (entries {begins} to {ends}), column {column}")
    return places or [ELSEWHERE]


def unreadable_columns(path: Path) -> list[tuple[int, str]]:
    """(row group, column) of each column chunk that does not read back whole."""
    file = pq.ParquetFile(path, page_checksum_verification=True)
    found: list[tuple[int, str]] = []
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        for column in SCHEMAS[path.name].names:
            try:
                read = file.read_row_group(group, columns=[column], use_threads=False)
                read.validate(full=True)
            except (pa.ArrowException, OSError):
                found.append((group, column))
                continue
            if (read.num_rows, read.num_columns) != (rows, 1):
                found.append((group, column))
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(unreadable_columns(Path(sys.argv[1]))))
