"""Reading tables: what is taken, what is refused, each in one sentence."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.refusals import Refusal
from dure.operations.imports import files
from dure.operations.imports.rejects import RejectedFile
from dure.operations.imports.tables import read_table
from dure.operations.imports.types import Column, Problem, TableRow

COLUMNS = (
    Column("id", "An id", "1"),
    Column("given_name", "A name", "Jiho", required=True),
    Column("note", "A remark", "x"),
)
Write = Callable[[bytes | str], Path]


@pytest.fixture
def people(tmp_path: Path) -> Write:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def _rows(path: Path) -> list[TableRow]:
    return list(read_table(path, COLUMNS).rows())


def _cells(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row.cells.values()) for row in _rows(path)]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiter_line_end_and_byte_order_mark_make_no_difference(
    people: Write, mark: str, delimiter: str, line_end: str
) -> None:
    lines = [delimiter.join(("id", "given_name", "note")), delimiter.join(("1", "지호", '"a,b;c"'))]
    path = people(mark + line_end.join(lines) + line_end)
    assert _cells(path) == [("1", "지호", "a,b;c")]


def test_rows_are_numbered_as_a_spreadsheet_does(people: Write) -> None:
    path = people('given_name,note\nAnn,"two\nlines"\n\n,\nBo,x\n')
    assert [(row.number, row.cells["given_name"]) for row in _rows(path)] == [(2, "Ann"), (5, "Bo")]
    assert _rows(path)[0].cells["note"] == "two\nlines"


def test_column_names_may_differ_in_case_and_spaces_and_come_in_any_order(people: Write) -> None:
    assert _cells(people(" Note,Given Name\nx, Ann \n")) == [("", "Ann", "x")]


def test_empty_columns_at_the_end_of_the_header_are_passed_over(people: Write) -> None:
    (row,) = _rows(people("given_name,note,,\nAnn,x,,\n"))
    assert row.problems == ()


def test_a_row_with_too_many_cells_is_wrong_alone(people: Write) -> None:
    first, second = _rows(people("given_name,note\nAnn,a, b\nBo,x\n"))
    assert first.problems[0].what == "the row has 3 cells, the header 2"
    assert first.extra == (" b",)
    assert second.problems == ()


def test_a_quotation_mark_that_does_not_close_spoils_its_own_row_only(people: Write) -> None:
    rows = _rows(people('given_name,note\nAnn,"open\nBo,x\nCy,"ok"\nDi,"a"b\nEd,y\n'))
    assert [(row.number, row.cells["given_name"], bool(row.problems)) for row in rows] == [
        (2, "", True),
        (3, "Bo", False),
        (4, "Cy", False),
        (5, "", True),
        (6, "Ed", False),
    ]
    assert rows[0].extra == ('Ann,"open',)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "import_file_empty", "it is empty"),
        (b"\n \n\n", "import_file_empty", "nothing in it"),
        (b"\xef\xbb\xbf", "import_file_empty", "nothing in it"),
        (b"id,given_name,note,ID\n", "import_columns_unfit", '"id" stands there twice'),
        (b"id,note\n1,x\n", "import_columns_unfit", '"given_name" is missing'),
        (b"given_name,notes\nAnn,x\n", "import_columns_unfit", 'did you mean "note"?'),
        (b"1,Ann,x\n2,Bo,y\n", "import_columns_unfit", "names none of the columns"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "import_file_no_table", "PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(90), "import_file_no_table", "JPEG picture"),
        (b"BM" + bytes(90), "import_file_no_table", "BMP picture"),
        (b"%PDF-1.7\n", "import_file_no_table", "PDF document"),
        (b"\x1f\x8b\x08" + bytes(9), "import_file_no_table", "gzip"),
        (b"PK\x03\x04" + bytes(90), "import_file_no_table", "damaged"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "import_file_no_table", "old Excel workbook"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
            "import_file_no_table",
            "protected by a password",
        ),
        (b"given_name\nAnn\x00\n", "import_file_no_table", "NUL byte in line 2"),
        ("given_name\nAnn\nBjörn\n".encode("cp1252"), "import_file_encoding", "line 3"),
        ("given_name\nBjörn\n".encode("cp1252"), "import_file_encoding", "Windows-1252"),
        ("given_name\n지호\n하윤\n".encode("cp949"), "import_file_encoding", "Korean Windows"),
        ("given_name\nたろう\n".encode("cp932"), "import_file_encoding", "Japanese Windows"),
        ("given_name\nAnn\n".encode("utf-16"), "import_file_encoding", "UTF-16"),
        ("given_name\nAnn\n".encode("utf-16-le"), "import_file_encoding", "UTF-16"),
        ("given_name\nAnn\n지".encode()[:-1], "import_file_encoding", "line 3"),
        (b"given_name\n" + b"x" * 3_000_000, "import_file_no_table", "line 2 is longer than a megabyte"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_one_sentence(
    people: Write, content: bytes, code: str, words: str
) -> None:
    path = people(content)
    with pytest.raises(Refusal) as no:
        read_table(path, COLUMNS)
    assert no.value.code == code
    assert words in str(no.value)
    assert "people.csv" in str(no.value)
    assert "\n" not in str(no.value)


def test_missing_files_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path, code in (
        (tmp_path / "nothing.csv", "import_file_missing"),
        (tmp_path / "nothing\0.csv", "import_file_missing"),
        (tmp_path, "import_file_unreadable"),
        (tmp_path / "pipe.csv", "import_file_unreadable"),
    ):
        with pytest.raises(Refusal) as no:
            read_table(path, COLUMNS)
        assert no.value.code == code


def test_a_file_one_may_not_read_is_refused(people: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = people("given_name\nAnn\n")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # the suite may run as root, whom no mode stops
    with pytest.raises(Refusal) as no:
        read_table(path, COLUMNS)
    assert str(no.value) == "people.csv can't be read: permission denied."


def test_a_huge_file_of_zeros_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as handle:
        handle.truncate(2 * 1024**3)  # sparse: takes no room
    with pytest.raises(Refusal) as no:
        read_table(path, COLUMNS)
    assert no.value.code in {"import_file_encoding", "import_file_no_table"}


def test_an_encoding_that_breaks_far_down_is_found_before_anything_is_read(people: Write) -> None:
    path = people(b"given_name\n" + b"Ann\n" * 600_000 + b"Bj\xf6rn\n")
    with pytest.raises(Refusal) as no:
        read_table(path, COLUMNS)
    assert "line 600002" in str(no.value)


def _workbook(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        styles = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                style = styles.get(type(value))
                sheet.write(number, place, value, style) if style else sheet.write(number, place, value)
    return path


def test_a_workbook_gives_the_rows_that_the_same_csv_gives(tmp_path: Path, people: Write) -> None:
    book = _workbook(
        tmp_path / "people.xlsx",
        [
            ["id", "given_name", "note"],
            [1, "지호", datetime(2026, 10, 3, tzinfo=UTC)],
            [],
            [2.5, "Ann", time(8, 30)],
            [True, "Bo", datetime(2026, 10, 3, 8, 30, tzinfo=UTC)],
        ],
    )
    text = "id,given_name,note\n1,지호,2026-10-03\n\n2.5,Ann,08:30\ntrue,Bo,2026-10-03 08:30\n"
    assert [(row.number, row.cells) for row in _rows(book)] == [
        (row.number, row.cells) for row in _rows(people(text))
    ]


def test_a_workbook_that_begins_further_down_keeps_its_row_numbers(tmp_path: Path) -> None:
    book = _workbook(tmp_path / "people.xlsx", [[], [], ["given_name"], ["Ann"]])
    assert [row.number for row in _rows(book)] == [4]


def test_a_formula_error_in_a_workbook_is_a_wrong_cell_not_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["given_name", "note"])
        sheet.write(1, 0, "Ann")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    (row,) = _rows(path)
    assert [problem.column for problem in row.problems] == ["note"]


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as no:
        read_table(_workbook(tmp_path / "people.xlsx", []), COLUMNS)
    assert no.value.code == "import_file_empty"


def test_broken_foreign_and_oversized_workbooks_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _workbook(tmp_path / "whole.xlsx", [["given_name"], ["Ann"]])
    (tmp_path / "cut.xlsx").write_bytes(whole.read_bytes()[:-100])
    (tmp_path / "text.xlsx").write_text("given_name\nAnn\n")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with zipfile.ZipFile(tmp_path / "hollow.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<no workbook")
    for name in ("cut", "text", "other", "hollow"):
        with pytest.raises(Refusal) as no:
            read_table(tmp_path / f"{name}.xlsx", COLUMNS)
        assert no.value.code == "import_file_no_table", name
    for limit in ("XLSX_BYTES_MAX", "XLSX_UNZIPPED_BYTES_MAX"):
        with monkeypatch.context() as patch:
            patch.setattr(files, limit, 100)
            with pytest.raises(Refusal) as no:
                read_table(whole, COLUMNS)
            assert no.value.code == "import_file_too_large"


def _with_cells(whole: Path, path: Path, rows: bytes, shared: bytes = b"") -> Path:
    """The workbook ``whole`` with ``rows`` added to its sheet and ``shared`` to its texts."""
    added = {
        "xl/worksheets/sheet1.xml": (b"</sheetData>", rows + b"</sheetData>"),
        "xl/sharedStrings.xml": (b"</sst>", shared + b"</sst>"),
    }
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(*added.get(part, (b"\x00", b""))))
    return path


def test_a_small_workbook_that_unfolds_to_terabytes_ends_its_reader_and_not_the_server(
    tmp_path: Path,
) -> None:
    whole = _workbook(tmp_path / "whole.xlsx", [["given_name"], ["Ann"]])
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    long = b"<si><t>" + b"x" * 2_000_000 + b"</t></si>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>2</v></c></row>' % (n, n) for n in range(3, 3_003))
    for bomb in (
        _with_cells(whole, tmp_path / "corner.xlsx", corner),
        _with_cells(whole, tmp_path / "long.xlsx", cells, long),
    ):
        assert bomb.stat().st_size < 50_000
        with pytest.raises(Refusal) as no:
            read_table(bomb, COLUMNS)
        assert "unfolds to more than can be held" in str(no.value)


def test_a_workbook_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    book = _workbook(tmp_path / "people.xlsx", [["given_name"], ["Ann"]])
    assert _cells(book.rename(tmp_path / "people.csv")) == [("", "Ann", "")]


def _reject_all(path: Path) -> Path:
    table = read_table(path, COLUMNS)
    rejected = RejectedFile(path, table, None)
    for row in table.rows():
        rejected.add(row, [*row.problems, Problem("note", "is wrong", "another")])
    written = rejected.close()
    assert written is not None
    return written


def test_a_rejected_file_says_why_and_is_read_back_without_its_reasons(people: Write) -> None:
    written = _reject_all(people("note,given_name\n=1+1,Ann\n"))
    assert written.name == "people.rejected.csv"
    with written.open(encoding="utf-8-sig", newline="") as handle:
        assert list(csv.reader(handle)) == [
            ["note", "given_name", "rejected_row", "rejected_why", "rejected_extra"],
            ["=1+1", "Ann", "2", "note: is wrong; expected another", ""],
        ]
    assert _cells(written) == [("", "Ann", "=1+1")]


def test_a_rejected_file_that_somebody_may_be_mending_is_not_overwritten(people: Write) -> None:
    path = people("given_name\nAnn\n")
    first = _reject_all(path)
    assert _reject_all(path) == first  # the same again is the same file
    first.write_text("given_name\nAnna\n")
    assert _reject_all(path).name == "people-2.rejected.csv"
    assert first.read_text() == "given_name\nAnna\n"


def test_cells_left_over_keep_a_row_rejected_until_they_are_moved(people: Write) -> None:
    written = _reject_all(people("given_name,note\nAnn,a, b\n"))
    (row,) = _rows(written)
    assert [problem.column for problem in row.problems] == ["rejected_extra"]


text_cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(rows=st.lists(st.tuples(text_cells, text_cells, text_cells), max_size=8))
def test_whatever_stands_in_cells_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("nasty") / "people.csv"
    text = StringIO(newline="")
    csv.writer(text).writerows([("id", "given_name", "note"), *rows])
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row.raw for row in _rows(path)] == filled
    if filled:
        assert [row.raw[:3] for row in _rows(_reject_all(path))] == filled


@given(content=st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "people.csv"
    path.write_bytes(b"given_name\n" + content)
    with suppress(Refusal):  # anything else is a failure
        assert all(row.number > 1 for row in _rows(path))
