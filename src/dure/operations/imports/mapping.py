"""Somebody's own spreadsheet into a table with our columns: which of theirs is which of ours, and what is one for all.

The table that comes out has as many rows as theirs, blank ones too, so that a row keeps its number; what can't be taken
apart goes along as cells without a column, which the import names and hands back.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO
from uuid import uuid4

from dure.operations.imports.columns import TABLES
from dure.operations.imports.errors import ImportFileEmpty, ImportMappingUnfit
from dure.operations.imports.headings import normal, own_name
from dure.operations.imports.tables import REJECTED, Record, records_of

SAMPLE_ROWS: Final = 5
SAMPLE_CHARS_MAX: Final = 60
# More columns than any list of people has; a wider sheet is something else.
COLUMNS_MAX: Final = 200
# Words that other lists use for our columns, in English and Korean, as tables.normal leaves them.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("no", "nr", "number", "key", "번호", "아이디"),
    "given_name": ("name", "first_name", "firstname", "forename", "이름", "성명", "성함"),
    "birth_year": (
        "year_of_birth",
        "born",
        "birthday",
        "birth_date",
        "date_of_birth",
        "dob",
        "출생연도",
        "생년",
        "생년월일",
    ),
    "town": (
        "city",
        "place",
        "home",
        "home_town",
        "lives_in",
        "location",
        "도시",
        "시군",
        "지역",
        "거주지",
        "사는_곳",
        "장소",
    ),
    "email": ("e_mail", "mail", "email_address", "이메일", "메일", "전자우편"),
    "phone": (
        "mobile",
        "telephone",
        "tel",
        "cell",
        "phone_number",
        "전화",
        "전화번호",
        "휴대폰",
        "휴대전화",
        "연락처",
    ),
    "languages": ("speaks", "구사_언어", "언어"),
    "skills": ("skill", "can_do", "기술", "자격", "자격증"),
    "travel_limit_km": ("travel", "distance", "travel_km", "이동_거리", "거리"),
    "consent": ("agreed", "agrees", "동의"),
    "messages": ("newsletter", "may_write", "연락_동의", "수신_동의"),
    "guardian_email": ("parent_email", "guardian", "보호자", "보호자_이메일"),
    "free_from": ("available_from", "from", "가능_시작"),
    "free_to": ("available_to", "to", "until", "가능_끝"),
    "cover": ("insurance", "insured", "보험"),
    "briefing": ("briefed", "training", "안전_교육", "교육"),
    "team": ("group_name", "crew", "팀", "조", "모둠"),
    "title": ("task", "work", "job", "what", "할_일", "작업", "일", "업무"),
    "day": ("date", "날짜", "일자", "일시"),
    "starts": ("start", "starts_at", "start_time", "begin", "시작", "시작_시간"),
    "ends": ("end", "ends_at", "end_time", "끝", "종료", "종료_시간"),
    "seats": (
        "people",
        "needed",
        "how_many",
        "head_count",
        "headcount",
        "volunteers",
        "인원",
        "필요_인원",
        "사람_수",
    ),
    "tier": ("priority", "우선순위", "중요도"),
    "cause": ("category", "kind_of_work", "type", "분류", "종류", "분야"),
    "bring": ("take_along", "equipment", "준비물", "가져올_것"),
    "min_age": ("age", "minimum_age", "최소_나이"),
    "quantity": ("amount", "output", "hours", "수량", "양", "시간"),
    "indicator": ("counted", "measure", "지표"),
    "unit": ("units", "단위"),
    "note": ("remark", "notes", "comment", "비고", "메모"),
    "country": ("country_code", "iso", "nation", "국가", "나라"),
    "region": ("county", "province", "state", "admin1", "district_of", "시도", "광역", "도"),
    "code": ("id", "place_id", "place_code", "코드", "번호"),
    "name": (
        "town",
        "place",
        "village",
        "district",
        "city",
        "municipality",
        "settlement",
        "지명",
        "이름",
        "읍면동",
    ),
    "name_local": ("local_name", "native_name", "한글명", "현지_이름"),
    "lat": ("latitude", "y", "north", "위도"),
    "lon": ("lng", "long", "longitude", "x", "east", "경도"),
    "population": ("pop", "inhabitants", "residents", "인구", "인구수"),
}
_WRITTEN_DAY: Final = re.compile(r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*\.?")
_KOREAN_DAY: Final = re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in somebody's file: its columns' names in order, and the first rows, shortened to be shown."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def look(path: Path, kind: str) -> Sheet:
    """The header and the first rows. Refuses as :func:`~dure.operations.imports.tables.read_table`, but for names."""
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for record in records_of(path, TABLES[kind]):
        if not any(map(str.strip, record.cells)):
            continue
        if not header:
            header = _names(record, path.name)
            continue
        rows.append(tuple(cell.strip()[:SAMPLE_CHARS_MAX] for cell in record.cells[: len(header)]))
        if len(rows) == SAMPLE_ROWS:
            break
    if not rows:
        what = (
            "there is no row below the first one, which names the columns"
            if header
            else "nothing stands in it"
        )
        raise ImportFileEmpty(file=path.name, what=what)
    return Sheet(header, tuple(rows))


def _names(record: Record, file: str) -> tuple[str, ...]:
    cells = [cell.strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > COLUMNS_MAX:
        raise ImportMappingUnfit(
            listing=f"{file} has {len(cells)} columns; at most {COLUMNS_MAX} can be read"
        )
    return tuple(cell[:SAMPLE_CHARS_MAX] for cell in cells)


def propose(header: Sequence[str], kind: str) -> dict[str, int]:
    """Which of their columns is likely which of ours: {our name: place of theirs}, each of theirs at most once.

    The same name first, or our heading in any language, then a word that others use for it, then one spelt nearly so.

    >>> propose(["Name", "생년월일", "Lives in", "shoe size"], "people")
    {'given_name': 0, 'birth_year': 1, 'town': 2}
    """
    ours = [column.name for column in TABLES[kind]]
    names = [normal(name) for name in header]
    found: dict[str, int] = {}
    taken: set[int] = set()

    def take(own: str, place: int) -> None:
        if own not in found and place not in taken:
            found[own] = place
            taken.add(place)

    for known in (names, [own_name(name, ours) for name in header]):
        for place, name in enumerate(known):
            if name in ours:
                take(name, place)
    for own, place in (
        (own, at) for own in ours for at, name in enumerate(names) if name in WORDS.get(own, ())
    ):
        take(own, place)
    for place, name in enumerate(names):
        if near := difflib.get_close_matches(name, ours, n=1, cutoff=0.85):
            take(near[0], place)
    return {own: found[own] for own in ours if own in found}


def problems(kind: str, width: int, places: Mapping[str, int], fixed: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, a sentence each; none: it can be used."""
    named = {column.name: column for column in TABLES[kind]}
    found = [f"the column {name} is unknown" for name in [*places, *fixed] if name not in named]
    found += [
        f"{name} is taken from a column that isn't there"
        for name, at in places.items()
        if not 0 <= at < width
    ]
    found += [
        f"{name}: choose a column, or write what holds for every row"
        for name, column in named.items()
        if column.required and name not in places and not fixed.get(name)
    ]
    return found


def write_mapped(
    source: Path, target: Path, kind: str, places: Mapping[str, int], fixed: Mapping[str, str]
) -> None:
    """Write ``source`` anew with our columns. ``places``: whose cells; ``fixed``: what every row says elsewhere.

    Refuses with ImportMappingUnfit, and as :func:`look` does.
    """
    # Beside its place: what doesn't fit leaves the table of an earlier mapping as it was.
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as handle:
            _write(handle, source, kind, places, fixed)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _write(
    handle: TextIO, source: Path, kind: str, places: Mapping[str, int], fixed: Mapping[str, str]
) -> None:
    ours = [column.name for column in TABLES[kind]]
    used = [name for name in ours if name in places or fixed.get(name)]
    header_seen, width = False, 0
    written = csv.writer(handle)
    for record in records_of(source, TABLES[kind]):
        if not header_seen:
            if any(map(str.strip, record.cells)):
                header_seen, width = True, len(_names(record, source.name))
                if wrong := problems(kind, width, places, fixed):
                    raise ImportMappingUnfit(listing="; ".join(wrong))
                written.writerow(used)
            else:
                handle.write("\r\n")
        elif record.broken:
            # A row that no reader takes apart stays one, whatever stands around it here.
            inside = record.broken.replace('"', '""')
            handle.write(f'"{inside}"x\r\n')
        elif any(map(str.strip, record.cells)):
            written.writerow(_mapped(record, width, used, places, fixed))
        else:
            handle.write("\r\n")


def _mapped(
    record: Record, width: int, used: Sequence[str], places: Mapping[str, int], fixed: Mapping[str, str]
) -> list[str]:
    cells = record.cells
    faulty = dict(record.faults)
    row = [
        _plain(name, cells[places[name]] if places[name] < len(cells) else "")
        if name in places
        else fixed[name]
        for name in used
    ]
    extra = [cell for cell in cells[width:] if cell.strip()]
    extra += [faulty[places[name]] for name in used if places.get(name) in faulty]
    return row + extra


def _plain(name: str, cell: str) -> str:
    """A day as 2026-10-03 however it is parted, and of a birthday the year alone: the rest is nobody's business."""
    if name not in ("birth_year", "day"):
        return cell
    found = _WRITTEN_DAY.fullmatch(cell.strip()) or _KOREAN_DAY.fullmatch(cell.strip())
    if found is None:
        return cell
    year, month, day = found.groups()
    return year if name == "birth_year" else f"{year}-{int(month):02}-{int(day):02}"


def unread(header: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """Their columns that nothing is taken from."""
    used = set(places.values())
    return [
        name
        for place, name in enumerate(header)
        if name and place not in used and normal(name) not in REJECTED
    ]
