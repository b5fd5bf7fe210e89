"""Which column of somebody's own spreadsheet is likely which of ours.

A guess that is right saves a minute, one that is wrong is seen on the page where it is shown; so a column that might be
two of ours is rather left open.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from dure.operations.imports.columns import TABLES
from dure.operations.imports.headings import normal, own_name

# Words that other lists use for our columns, in English and Korean, as :func:`_plain` leaves
# them, the surest first. Of more than one word, or of a long one, a heading that holds it is recognised too.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("no", "nr", "number", "key", "번호", "아이디"),
    "given_name": ("first_name", "firstname", "forename", "name", "full_name", "이름", "성명", "성함"),
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
        "where_do_you_live",
        "where_they_live",
        "live_in",
        "neighbourhood",
        "city",
        "place",
        "area",
        "where",
        "venue",
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
        "tel_no",
        "cell",
        "phone_number",
        "contact_number",
        "전화",
        "전화번호",
        "휴대폰",
        "휴대전화",
        "연락처",
    ),
    "languages": ("speaks", "구사_언어", "언어"),
    "skills": ("skills", "skill", "can_do", "qualifications", "기술", "자격", "자격증"),
    "travel_limit_km": ("travel", "distance", "travel_km", "이동_거리", "거리"),
    "consent": ("agreed", "agrees", "consent_to_be_registered", "gdpr_consent", "동의"),
    "messages": (
        "consent_to_contact",
        "can_we_contact",
        "may_we_contact",
        "newsletter",
        "may_write",
        "연락_동의",
        "수신_동의",
    ),
    "guardian_email": ("parent_email", "guardian", "보호자", "보호자_이메일"),
    "free_from": ("available_from", "from", "가능_시작"),
    "free_to": ("available_to", "to", "until", "가능_끝"),
    "cover": ("insurance", "insured", "보험"),
    "briefing": ("briefed", "training", "안전_교육", "교육"),
    "team": ("group_name", "crew", "팀", "조", "모둠"),
    "title": ("task", "shift", "activity", "role", "work", "job", "what", "할_일", "작업", "일", "업무"),
    "day": ("date", "날짜", "일자", "일시"),
    "starts": ("start", "starts_at", "start_time", "begin", "from", "시작", "시작_시간"),
    "ends": ("end", "ends_at", "end_time", "finish", "to", "until", "끝", "종료", "종료_시간"),
    "seats": (
        "how_many",
        "number_needed",
        "people",
        "needed",
        "head_count",
        "headcount",
        "volunteers",
        "인원",
        "필요_인원",
        "사람_수",
    ),
    "tier": ("priority", "urgency", "how_urgent", "우선순위", "중요도"),
    "cause": ("category", "kind_of_work", "type", "분류", "종류", "분야"),
    "bring": ("take_along", "equipment", "준비물", "가져올_것"),
    "min_age": ("age", "minimum_age", "최소_나이"),
    "quantity": ("amount", "output", "hours", "수량", "양", "시간"),
    "indicator": ("counted", "measure", "지표"),
    "unit": ("units", "단위"),
    "note": ("remark", "notes", "comment", "비고", "메모"),
    "country": ("country_code", "iso", "nation", "국가", "나라"),
    "region": ("county", "province", "state", "admin1", "district_of", "city", "시도", "광역", "도"),
    "code": ("id", "place_id", "place_code", "코드", "번호"),
    "name": (
        "neighbourhood",
        "ward",
        "village",
        "district",
        "settlement",
        "town",
        "place",
        "city",
        "municipality",
        "지명",
        "이름",
        "읍면동",
    ),
    "name_local": ("local_name", "native_name", "한글명", "현지_이름"),
    "lat": ("latitude", "y", "north", "위도"),
    "lon": ("lng", "long", "longitude", "x", "east", "경도"),
    "population": ("pop", "inhabitants", "residents", "인구", "인구수"),
}
# A heading about somebody else, or about the other half of a name, is none of ours for holding one of its words.
_OF_OTHERS: Final = frozenset(
    {"emergency", "kin", "parent", "guardian", "carer", "partner", "last", "family", "user", "organisation"}
)
# Shorter words ("no", "to", "tel") stand inside too many others.
_HELD_LETTERS_MIN: Final = 4


def propose(header: Sequence[str], kind: str) -> dict[str, int]:
    """Which of their columns is likely which of ours: {our name: place of theirs}, each of theirs at most once.

    The same name first, or our heading in any language, then a word that others use for it, alone or among others
    ("Where do you live?"), then one spelt nearly so.

    >>> propose(["Name", "생년월일", "Lives in", "shoe size"], "people")
    {'given_name': 0, 'birth_year': 1, 'town': 2}
    """
    ours = [column.name for column in TABLES[kind]]
    names = [_plain(name) for name in header]
    found: dict[str, int] = {}
    taken: set[int] = set()

    def take(own: str, place: int) -> None:
        if own not in found and place not in taken:
            found[own] = place
            taken.add(place)

    for known in (
        [normal(name) for name in header],
        names,
        [own_name(name, ours) for name in header],
    ):
        for place, name in enumerate(known):
            if name in ours:
                take(name, place)
    # What every row must have chooses first.
    for column in sorted(TABLES[kind], key=lambda one: not one.required):
        free = [place for place in range(len(names)) if place not in taken]
        if (at := _by_word(names, free, WORDS.get(column.name, ()))) is not None:
            take(column.name, at)
    for place, name in enumerate(names):
        if near := difflib.get_close_matches(name, ours, n=1, cutoff=0.85):
            take(near[0], place)
    return {own: found[own] for own in ours if own in found}


def is_full_name(heading: str) -> bool:
    """Whether a column says that it holds more than the name people are called by."""
    return _plain(heading) in {"full_name", "fullname", "name_and_surname", "first_and_last_name"}


def _plain(heading: str) -> str:
    """A heading without what stands in brackets behind it and without its question mark."""
    name = re.sub(r"\([^)]*\)", " ", heading)
    return re.sub(r"_+", "_", normal(re.sub(r"[^\w]+", " ", name))).strip("_")


def _by_word(names: Sequence[str], free: Sequence[int], words: Sequence[str]) -> int | None:
    """The column that the surest word names; a heading that is the word before one that holds it."""
    for word in words:
        if (place := next((at for at in free if names[at] == word), None)) is not None:
            return place
        if len(word) < _HELD_LETTERS_MIN:
            continue
        holds = [
            at for at in free if f"_{word}_" in f"_{names[at]}_" and not _OF_OTHERS & {*names[at].split("_")}
        ]
        if len(holds) == 1:
            return holds[0]
    return None
