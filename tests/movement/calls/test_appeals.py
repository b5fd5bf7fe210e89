"""Appeals: their words, whom they call, and what is left when they close."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.models import OutboxMessage
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.calls import actions, appeals, reads
from dure.movement.calls.appeal_rules import shown_count
from dure.movement.calls.errors import AppealBad, AppealClosed, AppealOver, AppealReused
from dure.movement.calls.types import AppealFacts, AppealWords, Audience
from dure.movement.campaigns import reads as campaigns
from tests.movement.calls.conftest import NOW, Call

KOREAN = AppealWords("ko", "일손이 필요합니다", "벼를 베러 와 주세요.")
STRANGER = Actor(account_id=5, grants=(Grant("organiser", area_path="/KE/"),))


def opened(call: Call, code: str = "drivers", **other: Any) -> AppealFacts:
    plain: dict[str, Any] = {"actor": SYSTEM, "title": "Drivers", "text": "Come.", "now": NOW}
    return appeals.open_appeal(campaign_id=call.campaign.id, code=code, **plain | other)


def test_a_call_keeps_what_it_was_opened_with(call: Call) -> None:
    plan: dict[str, Any] = {
        "channels": ("email", "chat"),
        "audience": Audience(("/KR/16/",), ("driving-van",), reserve_only=True),
        "wanted_count": 40,
        "closes_at": NOW + timedelta(days=3),
    }

    made = opened(call, **plan)

    assert made == reads.appeal("drivers")
    assert made == opened(call, **plan)
    assert (made.audience.skills, made.wanted_count, made.asks) == (("driving-van",), 40, "people")
    with pytest.raises(AppealReused):
        opened(call, **plan | {"wanted_count": 41})


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"channels": ("pigeon",)}, "channels"),
        ({"asks": "love"}, "asks"),
        ({"language": "Korean"}, "language"),
        ({"wanted_count": 0}, "wanted_count"),
        ({"closes_at": NOW}, "closes_at"),
        ({"audience": Audience(("/KR/none/",))}, "area_paths"),
        ({"audience": Audience(skills=("a", "a"))}, "skills"),
        ({"title": " "}, "title"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_a_call_that_does_not_fit_is_told_what(call: Call, other: dict[str, Any], field: str) -> None:
    with pytest.raises(AppealBad) as no:
        opened(call, **other)

    assert str(no.value.facts["first"]).startswith(field)
    with pytest.raises(NotFound):
        reads.appeal("drivers")


def test_nobody_calls_beyond_where_they_organise(call: Call) -> None:
    here = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/"),))

    with pytest.raises(NotAllowed):
        opened(call, actor=here, audience=Audience(("/KE/",)))


def test_a_call_speaks_several_languages_and_falls_back_to_its_own(call: Call) -> None:
    assert appeals.say_in(actor=SYSTEM, code="hands", words=KOREAN) == KOREAN
    better = replace(KOREAN, text="내일 와 주세요.")
    appeals.say_in(actor=SYSTEM, code="hands", words=better)

    assert reads.words("hands", "ko") == better
    assert reads.words("hands", "sw").language == "en"
    assert reads.languages_of(reads.appeal("hands")) == ("en", "ko")
    for bad in (replace(KOREAN, language="en"), replace(KOREAN, title="")):
        with pytest.raises(AppealBad):
            appeals.say_in(actor=SYSTEM, code="hands", words=bad)
    with pytest.raises(NotAllowed):
        appeals.say_in(actor=STRANGER, code="hands", words=KOREAN)


def test_the_newest_call_for_people_that_is_open_takes_sign_ups(call: Call) -> None:
    opened(call, closes_at=NOW + timedelta(hours=1))
    opened(call, code="sacks", asks="goods", now=NOW + timedelta(minutes=1))

    def open_code(minutes: int) -> str:
        found = reads.open_appeal_of(call.campaign.id, NOW + timedelta(minutes=minutes))
        return found.code if found else ""

    assert (open_code(2), open_code(60)) == ("drivers", "hands")
    with pytest.raises(AppealOver):
        reads.taking("drivers", NOW + timedelta(hours=1))
    codes = [one.code for one, _ in reads.open_appeals(NOW + timedelta(minutes=2))]
    assert codes == ["sacks", "drivers", "hands"]


def test_a_closed_call_takes_nobody_and_closing_twice_closes_once(call: Call) -> None:
    closed = appeals.close_appeal(actor=SYSTEM, code="hands", now=NOW)

    assert closed.closed_at == NOW
    later = appeals.close_appeal(actor=SYSTEM, code="hands", now=NOW + timedelta(days=1))
    assert later.closed_at == NOW
    with pytest.raises(AppealOver):
        call.sign_up()
    with pytest.raises(AppealClosed):
        appeals.say_in(actor=SYSTEM, code="hands", words=KOREAN)
    for actor in (STRANGER, ANONYMOUS):
        with pytest.raises(NotAllowed):
            appeals.close_appeal(actor=actor, code="hands", now=NOW)


def test_chats_are_told_once_and_only_where_the_call_goes_there(call: Call) -> None:
    opened(call)
    opened(call, code="more", channels=("chat",))
    opened(call, code="more", channels=("chat",))

    told = OutboxMessage.objects.filter(kind="announcement")
    assert [row.facts["call"] for row in told] == ["more"]
    assert told[0].person_id == 0


def test_no_count_of_a_few_is_shown() -> None:
    assert [shown_count(count) for count in (0, 1, 9, 10, 11)] == [0, None, None, 10, 11]


def test_the_action_of_old_still_opens(call: Call) -> None:
    campaign = campaigns.campaign_by_id(call.campaign.id)
    again = actions.open_appeal(
        actor=SYSTEM,
        campaign_id=campaign.id,
        code=call.appeal.code,
        title=call.appeal.title,
        text=call.appeal.text,
        now=NOW,
    )
    assert again.id == call.appeal.id
