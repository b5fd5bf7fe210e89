"""Rights go down the tree, never up or beside, and nothing of it is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from dure.base import accounts, delegation
from dure.base.access import ANONYMOUS, SYSTEM, actor_of
from dure.base.delegation import DEPUTY_MAX
from dure.base.errors import AccountUnknown, GrantBeyond, GrantToOneself, GrantUnreachable
from dure.base.models import RoleGrant
from dure.kernel.refusals import BadInput, NotFound

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> dict[str, int]:
    """Sora organises the country, Dal a province of it and Nari another; Iseul captains team 7; Bora has nothing."""
    names = ("Sora", "Dal", "Nari", "Iseul", "Bora", "Audrey")
    ids = {name: accounts.open_account(email=f"{name}@example.invalid", name=name) for name in names}
    accounts.grant(account_id=ids["Sora"], role="organiser", area_path="/KR/", now=NOW)
    accounts.grant(account_id=ids["Dal"], role="organiser", area_path="/KR/16/", by=ids["Sora"], now=NOW)
    accounts.grant(account_id=ids["Nari"], role="organiser", area_path="/KR/17/", until=LATER, now=NOW)
    accounts.grant(account_id=ids["Iseul"], role="captain", team_id=7, now=NOW)
    accounts.grant(account_id=ids["Audrey"], role="auditor", area_path="/KR/", now=NOW)
    return ids


def give(crew: dict[str, int], giver: str, to: str, role: str, area: str, **also: object) -> int:
    actor = actor_of(account_id=crew[giver], now=NOW)
    made = delegation.delegate(
        actor=actor,
        account_id=crew[to],
        role=role,
        area_path=area,
        now=NOW,
        **also,  # type: ignore[arg-type]  # team_id, until
    )
    return made.id


def test_an_organiser_gives_within_their_reach_and_the_log_says_who_gave(crew: dict[str, int]) -> None:
    given = give(crew, "Dal", "Bora", "organiser", "/KR/16/1835848/", until=LATER)
    bora = actor_of(account_id=crew["Bora"], now=NOW)
    assert bora.organises("/KR/16/1835848/")
    assert not bora.organises("/KR/16/")
    assert not actor_of(account_id=crew["Bora"], now=LATER).grants, "it ends by itself"
    assert accounts.accounts_with(role="organiser", now=LATER)[-1][0] != crew["Bora"]

    facts = delegation.grant_of(given)
    assert (facts.name, facts.granted_by, facts.granted_at, facts.until) == ("Bora", crew["Dal"], NOW, LATER)
    delegation.take_away(actor=actor_of(account_id=crew["Sora"]), grant_id=given, now=NOW)
    ended = delegation.take_away(actor=actor_of(account_id=crew["Sora"]), grant_id=given, now=LATER)
    assert (ended.ended_at, ended.ended_by) == (NOW, crew["Sora"]), "ended once"
    assert not actor_of(account_id=crew["Bora"], now=NOW).grants
    assert next(one.id for one in delegation.log_of("/KR/16/")) == given
    assert given not in [one.id for one in delegation.grants_under("/KR/16/", now=NOW)]


@pytest.mark.parametrize(
    ("giver", "to", "role", "area", "team_id"),
    [
        ("Dal", "Bora", "organiser", "/KR/", None),
        ("Dal", "Bora", "organiser", "/KR/17/", None),
        ("Sora", "Bora", "auditor", "/KR/", None),
        ("Audrey", "Bora", "organiser", "/KR/", None),
        ("Dal", "Bora", "captain", "/KR/17/5/", 9),
        ("Nari", "Bora", "vetter", "/KR/17/", None),
        ("Iseul", "Bora", "organiser", "/KR/16/", None),
    ],
)
def test_nobody_gives_more_than_they_hold(
    crew: dict[str, int], giver: str, to: str, role: str, area: str, team_id: int | None
) -> None:
    before = RoleGrant.objects.count()
    with pytest.raises((GrantBeyond, NotFound)):
        give(crew, giver, to, role, area, team_id=team_id)
    assert RoleGrant.objects.count() == before


def test_nobody_gives_a_role_to_themselves(crew: dict[str, int]) -> None:
    with pytest.raises(GrantToOneself):
        give(crew, "Sora", "Sora", "captain", "/KR/16/", team_id=9)


def test_what_ends_gives_nothing_that_outlasts_it(crew: dict[str, int]) -> None:
    give(crew, "Nari", "Bora", "vetter", "/KR/17/", until=LATER)
    with pytest.raises(GrantBeyond, match="outlast"):
        give(crew, "Nari", "Iseul", "vetter", "/KR/17/", until=LATER + timedelta(minutes=1))
    with pytest.raises(BadInput):
        give(crew, "Nari", "Iseul", "vetter", "/KR/17/", until=NOW)
    with pytest.raises(GrantUnreachable):
        delegation.delegate(actor=SYSTEM, account_id=crew["Bora"], role="captain", area_path="/KR/", now=NOW)
    with pytest.raises(AccountUnknown):
        delegation.delegate(actor=SYSTEM, account_id=0, role="vetter", area_path="/KR/", now=NOW)


def test_a_captain_hands_over_to_a_deputy_for_a_while(crew: dict[str, int]) -> None:
    given = give(crew, "Iseul", "Bora", "captain", "/KR/16/5/", team_id=7, until=LATER)
    assert accounts.captains_of(7, now=NOW) == sorted([crew["Iseul"], crew["Bora"]])
    assert accounts.captains_of(7, now=LATER) == [crew["Iseul"]]
    for until in (None, NOW + DEPUTY_MAX + timedelta(hours=1)):
        with pytest.raises(GrantBeyond):
            give(crew, "Iseul", "Nari", "captain", "/KR/16/5/", team_id=7, until=until)
    with pytest.raises(NotFound):
        give(crew, "Iseul", "Nari", "captain", "/KR/16/5/", team_id=8, until=LATER)

    delegation.take_away(
        actor=actor_of(account_id=crew["Iseul"]), grant_id=given, area_path="/KR/16/5/", now=NOW
    )
    assert [one.account_id for one in delegation.grants_of_teams([7], now=NOW)] == [crew["Iseul"]]
    kept = delegation.grants_of_teams([7], now=None)
    assert [(one.name, one.ended_by) for one in kept] == [("Iseul", None), ("Bora", crew["Iseul"])]


def test_only_who_gave_who_has_and_who_is_above_take_away(crew: dict[str, int]) -> None:
    peer = give(crew, "Sora", "Bora", "organiser", "/KR/16/")
    team = give(crew, "Sora", "Nari", "captain", "/KR/16/", team_id=9)
    for other in ("Dal", "Nari", "Audrey"):
        actor = actor_of(account_id=crew[other], now=NOW)
        with pytest.raises(GrantBeyond):
            delegation.take_away(actor=actor, grant_id=peer, now=NOW)
        assert not delegation.may_end(actor, delegation.grant_of(peer))
    with pytest.raises(GrantBeyond):
        delegation.take_away(actor=ANONYMOUS, grant_id=peer, now=NOW)
    dal, bora = actor_of(account_id=crew["Dal"], now=NOW), actor_of(account_id=crew["Bora"], now=NOW)
    assert delegation.take_away(actor=dal, grant_id=team, area_path="/KR/16/", now=NOW).ended_at == NOW
    assert delegation.take_away(actor=bora, grant_id=peer, now=NOW).ended_at == NOW


def test_giving_anew_shortens_nobodys_right(crew: dict[str, int]) -> None:
    give(crew, "Sora", "Bora", "organiser", "/KR/16/")
    give(crew, "Iseul", "Nari", "captain", "/KR/16/5/", team_id=7, until=LATER)
    soon = NOW + timedelta(hours=1)
    with pytest.raises(GrantBeyond):
        give(crew, "Dal", "Bora", "organiser", "/KR/16/", until=soon)
    with pytest.raises(GrantBeyond):
        give(crew, "Nari", "Iseul", "captain", "/KR/16/5/", team_id=7, until=soon)
    assert {bool(actor_of(account_id=crew[name], now=LATER).grants) for name in ("Bora", "Iseul")} == {True}
    give(crew, "Sora", "Bora", "organiser", "/KR/16/", until=soon)
    assert not actor_of(account_id=crew["Bora"], now=LATER).grants, "who stands above may"


def test_given_anew_with_another_end_the_old_grant_stays_in_the_log(crew: dict[str, int]) -> None:
    first = give(crew, "Dal", "Bora", "vetter", "/KR/16/", until=LATER)
    assert give(crew, "Dal", "Bora", "vetter", "/KR/16/", until=LATER) == first
    second = give(crew, "Dal", "Bora", "vetter", "/KR/16/")
    assert second != first
    assert [(g.until, g.ended_at) for g in map(delegation.grant_of, (first, second))] == [
        (LATER, NOW),
        (None, None),
    ]
    accounts.grant(account_id=crew["Nari"], role="organiser", area_path="/KR/17/", now=LATER)
    over = RoleGrant.objects.get(account_id=crew["Nari"], until=LATER)
    assert (over.ended_at, over.ended_by) == (LATER, None), "what ended by itself ended then, by nobody"
