"""The quick way through a people file and the exact one, row by row, keep, know and reject the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, unseal
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Guardian, Person
from dure.operations.imports import flow, pieces
from dure.operations.imports.columns import PEOPLE
from dure.operations.imports.flow import Import
from dure.operations.imports.people import import_people
from tests.movement.matching.farm import Farm, settle_valley

NOW = datetime(2026, 9, 20, tzinfo=UTC)
# What may stand in a cell: plain, odd but right, and wrong. The first is the likeliest.
CELLS = {
    "id": ["", "p-1", "p-2", "p-3", "지호", "  p-1 "],
    "given_name": ["Minji", "지호", "Zoë", "Anna Maria", "", "x" * 300, "a\u202eb",
                   "Zo\u0065\u0308", "Аnna", "a\nb", "<b>", "مه\u200cناز", "\u200fפנינה\u200e"],
    "birth_year": ["1990", "2009", "2013", "1800", "2027", "19x0", "", "+1990", " 1990"],
    "town": ["Naju", "naju", "Nowhere", ""],
    "lat": ["", "35.02", "35.0249999", "+35.03", "1e1", "95", "127", "35.9", "nan", "."],
    "lon": ["", "126.71", "126.715", "-126", "", "35"],
    "travel_limit_km": ["", "15", "7.5", "0.0001", "301", "-1", "far"],
    "email": ["minji@people.example", " Minji@People.Example ", "", "nope", "a@b", "ü@people.example",
              '"a b"@people.example', "a@mailinator.com", "a@localhost"],
    "phone": ["", "+82 10 2345 6789", "010-2345-6789", "12", "+44 7700 900123", "tel"],
    "language": ["", "ko", "EN", "x" * 13],
    "guardian_email": ["", "mother@people.example", "nobody", "minji@people.example"],
    "guardian_agreed": ["", "2026-09-01", "yesterday"],
    "languages": ["", "ko;en", "en;ko;en", "KO", "x" * 41],
    "skills": ["", "cooking", "First aid: card 7 until 2027-03-01;cooking", "cooking;Cooking: seen", ":x",
               "a: b until soon"],
    "refuses": ["", "office", "harvest"],
    "prefers": ["", "harvest;kitchen"],
    "free_from": ["", "08:00", "2026-10-03 08:00", "08:00;2026-10-04T08:00+09:00", "25:00"],
    "free_to": ["", "12:00", "2026-10-03 12:00", "12:00;2026-10-04T09:00+09:00", "07:00"],
    "cover": ["", "policy 12", "policy 12 until 2027-12-31", "yes"],
    "briefing": ["", "briefed"],
    "clearance": ["", "own word"],
    "consent": ["yes", "예", "no", "", "perhaps"],
    "messages": ["", "yes", "no", "maybe"],
    "physical_max": ["", "3", "4"],
    "long_shift": ["", "yes", "?"],
    "shifts_max": ["", "2", "0"],
    "group": ["", "family", "x" * 81],
}  # fmt: skip
NAMES = [column.name for column in PEOPLE]


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


def stored() -> dict[str, Any]:
    """Everybody by key, with all that hangs on them in the clear; no ids."""
    keys = dict(Person.objects.values_list("pk", "key"))
    people = {
        row.pop("key"): {**row, "registered_as": bytes(row["registered_as"])}
        for row in Person.objects.select_related("group").values(
            *(field.name for field in Person._meta.fields if field.name not in {"id", "group"}), "group__key"
        )
    }
    hanging: dict[str, list[Any]] = {
        "consents": sorted(Consent.objects.values_list("person__key", "purpose", "wording", "given_at")),
        "credentials": sorted(
            Credential.objects.values_list("person__key", "kind", "code", "evidence", "valid_until"), key=str
        ),
        "spans": sorted(FreeSpan.objects.values_list("person__key", "starts_at", "ends_at")),
    }
    for name, model, purpose in (("contacts", Contact, OF_PERSON), ("guardians", Guardian, OF_GUARDIAN)):
        hanging[name] = sorted(
            (
                keys[row.person_id].hex,
                getattr(row, "kind", ""),
                unseal(bytes(row.cipher), purpose=purpose, person_key=keys[row.person_id]),
                bytes(row.contact_hash),
            )
            for row in model._default_manager.all()
        )
    return {"people": people, **hanging}


@contextmanager
def row_by_row() -> Iterator[None]:
    """The import without its quick way."""
    quick = Import.__init__

    def exact(self: Any, **asked: Any) -> None:
        quick(self, **{**asked, "by_columns": None})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow.Import, "__init__", exact)
        yield


def imported(path: Path) -> tuple[dict[str, Any], str]:
    """What an import said, and the rejected file."""
    rejected = path.with_name("rejected.csv")
    rejected.unlink(missing_ok=True)
    done = import_people(path=path, now=NOW, day=date(2026, 10, 3), rejected=rejected)
    text = rejected.read_text(encoding="utf-8-sig") if rejected.exists() else ""
    return asdict(done), text


def both_ways(path: Path) -> tuple[Any, Any]:
    """What each way said and stored, on the same empty tables; and that each knows the other's people again."""
    outcomes = []
    for quick_first in (True, False):
        with transaction.atomic():
            if quick_first:
                said = imported(path)
                with row_by_row():
                    again = imported(path)
            else:
                with row_by_row():
                    said = imported(path)
                again = imported(path)
            assert (again[0]["new"], again[0]["rejected"]) == (0, said[0]["rejected"])
            outcomes.append((said, stored()))
            transaction.set_rollback(True)
    return outcomes[0], outcomes[1]


def write(path: Path, rows: list[dict[str, str]], names: list[str], ending: str = "\n") -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator=ending, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def likely(name: str) -> st.SearchStrategy[str]:
    """A cell: as a rule the first of its column's."""
    first, *others = CELLS[name]
    return st.one_of(st.just(first), st.just(first), st.just(first), st.sampled_from(others))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.fixed_dictionaries({name: likely(name) for name in NAMES}), min_size=1, max_size=8),
    names=st.just(NAMES) | st.permutations(NAMES),
)
def test_both_ways_keep_and_reject_the_same(
    farm: Farm, tmp_path: Path, rows: list[dict[str, str]], names: list[str]
) -> None:
    quick, exact = both_ways(write(tmp_path / "people.csv", rows, names))

    assert quick == exact


def test_every_cell_there_can_be_is_read_the_same(farm: Farm, tmp_path: Path) -> None:
    good = dict.fromkeys(NAMES, "") | {
        "given_name": "Minji", "birth_year": "1990", "town": "Naju", "email": "minji@people.example", "consent": "yes",
    }  # fmt: skip
    rows = [
        good | {"id": f"{name}-{place}"} | {name: cell}
        for name in NAMES
        for place, cell in enumerate(CELLS[name])
    ]

    quick, exact = both_ways(write(tmp_path / "people.csv", rows, NAMES))

    assert quick == exact
    assert 60 < quick[0][0]["new"] < len(rows) - 40


BROKEN = "id,given_name,birth_year,town,email,consent\n1,Minji,1990,Naju,a@b.example,yes\n"


@pytest.mark.parametrize(
    "text",
    [
        BROKEN + '2,"Bora,1990,Naju,b@b.example,yes\n3,Chul,1990,Naju,c@b.example,yes\n',
        BROKEN + '2,Bo"ra,1990,Naju,b@b.example,yes\n3,"Ch"ul,1990,Naju,c@b.example,yes\n',
        BROKEN + '2,"Bora\nKim",1990,Naju,b@b.example,yes\n\n,,,,,\n3,"Chul ""Chul""",1990,Naju,c@b.example,yes',
        BROKEN + "2,Bora,1990,Naju,b@b.example,yes,more\n3,Chul,1990,Naju,c@b.example\n",
        BROKEN + "2,Bora,1990,Naju,b@b.example,yes\r3,Chul,1990,Naju,c@b.example,yes\r\n",
        BROKEN + "2,Bo\x07ra,1990,Naju,b@b.example,yes\n3,\u0085Chul\u2003,1990,Naju,c@b.example,yes\n",
        BROKEN.replace(",", ";") + '2;"Bora";1990;Naju;b@b.example;yes\n',
        BROKEN.replace("\n", "\r\n") + "2,Bora,1990,Naju,b@b.example,yes\r\n",
        "\n \n" + BROKEN.replace("consent", "consent,,rejected_extra").replace("yes", "yes,,")
        + "2,Bora,1990,Naju,b@b.example,yes,x,y\n",
        "\ufeff" + BROKEN + "1,Minji,1990,Naju,a@b.example,yes\n1,Minji,1991,Naju,a@b.example,yes\n",
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.parametrize("block_bytes", [1024 * 1024, 64])
def test_whatever_shape_a_file_is_in_its_rows_are_the_same(
    farm: Farm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, block_bytes: int
) -> None:
    monkeypatch.setattr(pieces, "BLOCK_BYTES", block_bytes)
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8", newline="")

    quick, exact = both_ways(path)

    for (said, _), _ in (quick, exact):
        # A row that stands there twice is new twice in one piece, and known in the next.
        said["new"] += said.pop("known")
    assert quick == exact
    assert quick[0][0]["new"] >= 1


def test_a_workbook_says_what_the_same_csv_says(farm: Farm, tmp_path: Path) -> None:
    import polars as pl

    rows = [
        {"id": k, "given_name": name, "birth_year": 1990, "town": "Naju", "email": "a@b.example", "consent": "yes"}
        for k, name in enumerate(["Minji", "", "Bora", "Chul"])
    ]  # fmt: skip
    pl.DataFrame(rows).write_csv(tmp_path / "people.csv")
    pl.DataFrame(rows).write_excel(tmp_path / "people.xlsx")

    quick, exact = both_ways(tmp_path / "people.xlsx")
    from_csv, _ = both_ways(tmp_path / "people.csv")

    assert quick == exact
    assert quick[1] == from_csv[1]
    assert quick[0][0]["rejected"] == 1
