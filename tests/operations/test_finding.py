"""Where people outnumber needs: who counts as waiting, what is short near by, and who is asked."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from dure.base import outbox
from dure.base.access import Actor, Grant
from dure.base.accounts import grant, open_account
from dure.movement.calls import reads as calls
from dure.movement.people import actions as people
from dure.movement.places import reads as places
from dure.operations import finding
from tests.movement.matching.farm import ORGANISER, Farm, at, made


def over(farm: Farm) -> dict[str, int]:
    found = finding.places_over(ORGANISER, farm.campaign.id, now=at(3))
    assert all(one.people_over == one.people_count - one.seats_free for one in found)
    return {one.area.name: one.people_over for one in found}


def test_only_who_waits_for_a_post_is_counted(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Dal")
    farm.minor("Haneul")
    assert over(farm) == {"Naju": 4}

    farm.person("Unconfirmed", unconfirmed_until=date(2026, 10, 12))
    farm.person("Young", birth_year=2009, guardian_email="parent@people.example")
    me = farm.person("Unmatched")
    people.withdraw_consent(actor=farm.me("Unmatched"), person_id=me, purpose="matching", now=at(1))
    assert over(farm) == {"Naju": 4}

    farm.post(seats=2)
    farm.match()
    farm.accept(next(name for name in farm.people if farm.offers(name)))
    (naju,) = finding.places_over(ORGANISER, farm.campaign.id, now=at(5))
    # Whoever has a post waits for none, and their seat is no free one.
    assert (naju.people_count, naju.seats_free, naju.people_over) == (3, 1, 2)


def test_help_crosses_the_border_of_who_organises(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.person("Dal", area_id=farm.areas["Mokpo"])
    farm.post("Mend nets", area_id=farm.areas["Mokpo"], seats=5)
    path = places.area(farm.areas["Naju"]).path
    of_naju = Actor(account_id=10**6, grants=(Grant("organiser", area_path=path),))

    (naju,) = finding.places_over(of_naju, farm.campaign.id, now=at(3))

    assert naju.area.name == "Naju"
    # The seats are public; how many people live there is not theirs to know.
    assert [(one.area.name, one.seats_free) for one in naju.short] == [("Mokpo", 5)]


def test_a_call_for_needs_reads_the_same_whatever_language_the_asker_reads(farm: Farm) -> None:
    account_id = open_account(email="care@example.org", name="Care home")
    grant(account_id=account_id, role="recipient", area_path="/KR/16/")

    def ask(language: str) -> str:
        with translation.override(language):
            return finding.ask_around(
                actor=ORGANISER,
                client_id=made("around"),
                campaign_id=farm.campaign.id,
                area_id=farm.areas["Naju"],
                now=at(3),
            ).call_code

    code = ask("ko")
    assert ask("en") == code

    call = calls.appeal(code)
    assert (call.language, call.title) == ("en", "Where are hands needed in Naju?")
    korean = calls.words(code, "ko")
    assert "Naju" in korean.title
    assert korean.title != call.title
    (asked,) = [one for one in outbox.claim(now=at(4), count_max=9) if one.kind == finding.ASKED]
    letter = finding.letter_for(asked.kind, dict(asked.facts))
    assert letter is not None
    with translation.override("ko"):
        assert letter.subject == translation.gettext("Where are hands needed?") != "Where are hands needed?"
