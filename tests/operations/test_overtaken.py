"""Nobody hears in one minute that there is a post for them and that they are not needed."""

from __future__ import annotations

from dure.base import outbox
from dure.base.models import OutboxMessage
from dure.base.outbox import NewNotice
from dure.channels.types import Letter
from dure.movement.people.reaching import reach
from dure.operations.answer_words import BEYOND_NEEDS, OVER, RESERVE, Words
from dure.operations.day import match_day, open_day
from dure.operations.letters import letter
from dure.operations.outbox import send_due
from tests.movement.matching.farm import DAY, Farm, at
from tests.operations.test_outbox_worker import Post

NOW = at(9)


def told(farm: Farm, *, says: Words = RESERVE) -> dict[str, Letter]:
    """What everybody gets who was just given this answer, by name."""
    for name, pk in farm.people.items():
        facts = {
            "campaign_id": farm.campaign.id,
            "reason": says.reason,
            "why": [says.reason, {}],
            "by_date": "2026-10-12",
        }
        notice = NewNotice(pk, f"answer_{says.kind}", f"answer:{name}", facts)
        outbox.queue(notice=notice, now=NOW)
    post = Post()
    send_due(now=NOW, ways=post.ways)  # offers go first
    return {one.address.partition("@")[0].capitalize(): one for one in post.letters}


def matched(farm: Farm) -> None:
    """Minji is offered the only seat; Bora lives farther away."""
    farm.person("Minji")
    farm.person("Bora", home_lat=35.04)
    farm.post("Pick pears", seats=1)
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
    match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(12))
    assert list(farm.offered()) == ["Minji"]


def test_whoever_is_offered_a_post_hears_of_it_and_not_of_the_line(farm: Farm) -> None:
    matched(farm)

    letters = told(farm, says=BEYOND_NEEDS)

    assert letters["Minji"].subject == "There is a post for you"
    assert "on 5 October 2026. Accept or decline it" in letters["Minji"].body
    assert "not needed" in letters["Bora"].subject


def test_whoever_said_yes_meanwhile_hears_of_their_post(farm: Farm) -> None:
    matched(farm)
    farm.accept("Minji")

    letters = told(farm)

    assert letters["Minji"].subject == "You have a post"
    assert "You have a post on 5 October 2026." in letters["Minji"].body
    assert "reserve" in letters["Bora"].subject


def test_whoever_said_no_hears_what_everybody_hears(farm: Farm) -> None:
    matched(farm)
    farm.decline("Minji")

    letters = told(farm)

    assert letters["Minji"].subject == letters["Bora"].subject


def test_the_last_word_of_a_campaign_stands(farm: Farm) -> None:
    matched(farm)

    assert told(farm, says=OVER)["Minji"].subject == told_over(farm)


def told_over(farm: Farm) -> str:
    person_id = farm.people["Minji"]
    facts = {"reason": OVER.reason, "by_date": "2026-10-12"}
    return letter(kind=f"answer_{OVER.kind}", facts=facts, to=reach([person_id])[person_id]).subject


def test_what_is_written_down_is_the_same_for_both(farm: Farm) -> None:
    matched(farm)
    told(farm)

    rows = OutboxMessage.objects.filter(dedupe_key__startswith="answer:", kind="answer_reserve").values_list(
        "kind", "facts", "state", "channel", "cost_milli", "ended_at", "send_after", "attempts"
    )
    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert rows[0][5] == NOW
