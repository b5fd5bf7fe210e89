"""Whatever stands in a cell, an import ends in an answer: new, known or rejected with a reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.movement.campaigns.types import CampaignFacts
from dure.operations.imports.needs import import_needs
from dure.operations.imports.people import import_people
from dure.operations.imports.templates import template_text
from dure.operations.imports.types import Imported
from dure.operations.imports.work import import_work
from tests.cli.conftest import NOW

# What breaks readers of cells: signs of formulas, other digits, huge figures, dates that don't exist, quotes.
NASTY = (
    *(
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'",
        '"',
        ";",
        ";;",
        ":",
        "a:b until c",
        "until 2026-01-01",
        "NaN",
        "inf",
        "1e999",
    ),
    *(
        "٣",
        "１２",
        "1_000",
        "0x10",
        "-0",
        "9" * 40,
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "24:00",
        "2:5",
        "00:00",
    ),
    *(
        "2026-10-03 08:00+99:00",
        "9999-12-31T23:59",
        "0001-01-01 00:00",
        "yes",
        "no",
        "a@b",
        "a@b.c",
        "\u202e",
        "é" * 200,
    ),
)
cells = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)


def _import(kind: str, path: Path, campaign: CampaignFacts) -> Imported:
    if kind == "people":
        return import_people(path=path, now=NOW, campaign=campaign)
    if kind == "needs":
        return import_needs(path=path)
    return import_work(path=path, now=NOW)


@pytest.mark.parametrize("kind", ["people", "needs", "work"])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_breaks_an_import_and_importing_again_adds_nothing(
    kind: str,
    data: st.DataObject,
    valley: CampaignFacts,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    header, example = csv.reader(template_text(kind).splitlines())
    rows = []
    for _ in range(data.draw(st.integers(1, 4))):
        changed = data.draw(st.dictionaries(st.integers(0, len(header) - 1), cells, min_size=1, max_size=3))
        rows.append([changed.get(place, cell) for place, cell in enumerate(example)])
    path = tmp_path_factory.mktemp("nasty") / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
    first, second = _import(kind, path, valley), _import(kind, path, valley)
    for done in (first, second):
        assert done.rows == done.new + done.known + done.rejected
        assert (done.rejected_file is None) == (done.rejected == 0)
        assert all(problem.what for problem in done.problems)
    assert (second.new, second.rejected) == (0, first.rejected)
