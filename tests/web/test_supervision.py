"""Supervision at its doors: the desk, and the captain who answers first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base.access import SYSTEM
from dure.movement.supervision import reads
from dure.movement.supervision.models import Signal
from tests.web.cast import Cast, made
from tests.web.visitors import visitor

LIST = "/desk/harvest/supervision/"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return visitor("organiser", cast)


@pytest.fixture
def captain(cast: Cast) -> Client:
    return visitor("captain", cast)


def _signal_page(cast: Cast) -> str:
    return f"{LIST}{cast.signal_id}/"


def test_the_desk_lists_what_waits_and_who_looks(cast: Cast, desk: Client) -> None:
    page = desk.get(LIST).text
    assert "1 team signal waits for a look" in page
    assert "Nothing was reported on 4 days on which this team usually works." in page
    assert "may answer until 8 Oct" in page
    assert "nobody yet" in page
    assert "North" not in visitor("regional organiser", cast).get(LIST).text


def test_the_captain_answers_and_the_desk_reads_it_before_it_closes(
    cast: Cast, desk: Client, captain: Client
) -> None:
    owner = {"act": "owner", "owner": cast.accounts["organiser"], "due_on": "2026-10-09"}
    assert desk.post(_signal_page(cast), owner).status_code == 302
    too_soon = desk.post(_signal_page(cast), {"act": "done", "words": "Seen with Minji."})
    assert too_soon.status_code == 409
    assert "the team may answer until" in too_soon.text
    assert "Seen with Minji." in too_soon.text, "what was typed stays"
    assert "Organiser gets in touch by 9 Oct" in captain.get(f"/captain/{cast.teams['North']}/signals/").text

    mine = f"/captain/{cast.teams['North']}/signals/{cast.signal_id}/"
    empty = captain.post(mine, {"client_id": made("words"), "words": " "})
    assert empty.status_code == 422
    said = {"client_id": made("words"), "words": "Our <b>tractor</b> broke."}
    for _ in range(2):
        captain.post(mine, said)
    page = desk.get(_signal_page(cast)).text
    assert page.count("Our &lt;b&gt;tractor&lt;/b&gt; broke.") == 1

    desk.post(_signal_page(cast), {"act": "done", "words": "We lend them one."})
    assert "0 team signals wait" in desk.get(LIST).text
    assert "looked at" in desk.get(f"{LIST}?settled=1").text
    assert "We lend them one." in captain.get(f"/captain/{cast.teams['North']}/signals/").text


def test_the_captain_sees_what_waits_where_the_team_stands(cast: Cast, captain: Client) -> None:
    page = captain.get(f"/captain/{cast.teams['North']}/standing/").text
    assert "Nothing was reported on 4 days" in page
    assert f"/captain/{cast.teams['North']}/signals/" in page
    assert (
        "Nothing was reported"
        not in visitor("anonymous", cast).get(f"/c/harvest/teams/{cast.teams['North']}/").text
    )


def test_forms_that_lack_something_are_sent_back(cast: Cast, desk: Client) -> None:
    for sent in (
        {"act": "owner", "owner": "", "due_on": ""},
        {"act": "owner", "owner": "99999", "due_on": "2026-10-09"},
        {"act": "done", "words": ""},
        {"act": "nonsense"},
    ):
        assert desk.post(_signal_page(cast), sent).status_code == 422
    assert desk.post(_signal_page(cast), {"act": "answer", "words": "Hm."}).status_code == 422  # no id
    assert reads.signal(actor=SYSTEM, signal_id=cast.signal_id).follow_up is None


@pytest.mark.parametrize("page", ["x", "-1", "0", "9999999999999999999999", "7"])
def test_a_page_that_is_none_is_the_first_or_empty(cast: Cast, desk: Client, page: str) -> None:
    assert desk.get(LIST, {"page": page}).status_code == 200


def test_teams_are_given_and_shared_out(cast: Cast, desk: Client) -> None:
    teams = f"{LIST}teams/"
    assert "2 teams have nobody who looks after them" in desk.get(teams).text
    nothing = desk.post(teams, {"act": "give", "account": "", "team": []}, follow=True)
    assert "Nothing was changed" in nothing.text
    given = {"act": "give", "account": cast.accounts["organiser"], "team": [cast.teams["North"]]}
    assert "They look after 1 team now." in desk.post(teams, given, follow=True).text
    shared = desk.post(teams, {"act": "share"}, follow=True)
    assert "Every team has somebody" in shared.text
    outsider = given | {"account": cast.accounts["other organiser"]}
    assert desk.post(teams, outsider).status_code == 422


def test_the_list_costs_the_same_queries_however_many_signals(cast: Cast, desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(LIST).status_code == 200
        return len(asked)

    queries()  # the first visit opens the session
    one = queries()
    first = Signal.objects.get(pk=cast.signal_id)
    for name in ("Hill", "South", "Plain"):
        first.pk, first.team_id = None, cast.teams[name]
        first.save()
    assert queries() == one <= 20
