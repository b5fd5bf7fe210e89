from datetime import UTC, datetime, timedelta

import pytest

from dure.base import accounts
from dure.base.access import ANONYMOUS, SYSTEM, Actor, actor_of
from dure.base.errors import AccountKnown, GrantUnreachable
from dure.base.models import Account, RoleGrant
from dure.kernel.refusals import NotAllowed, NotFound

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def bora() -> int:
    return accounts.open_account(email="Bora@Example.invalid", name="Bora")


def test_rights_go_down_the_tree_and_not_beside_it(bora: int) -> None:
    accounts.grant(account_id=bora, role="organiser", area_path="/kr/17/")
    actor = actor_of(account_id=bora)

    assert actor.organises("/kr/17/")
    assert actor.organises("/kr/17/1835848/")
    assert not actor.organises("/kr/")
    assert actor.organises_part_of("/kr/")
    assert actor.organises_part_of("/kr/17/1835848/")
    assert not actor.organises_part_of("/kr/18/")
    assert not actor.organises("/kr/171/")
    assert not actor.audits("/kr/17/")
    with pytest.raises(NotAllowed):
        actor.must_organise("/kr/18/")


def test_a_captain_leads_one_team_and_sees_no_other(bora: int) -> None:
    accounts.grant(account_id=bora, role="captain", team_id=7)
    actor = actor_of(account_id=bora)

    actor.must_captain(7)
    with pytest.raises(NotFound):
        actor.must_captain(8)
    assert actor.team_ids() == (7,)


def test_a_person_is_themself_and_nobody_else() -> None:
    minji = Actor(person_id=3)
    minji.must_be(3)
    for stranger in (Actor(person_id=4), ANONYMOUS, Actor(guardian_of=3)):
        with pytest.raises(NotFound):
            stranger.must_be(3)
    assert Actor(guardian_of=3).guards(3)
    assert not minji.guards(3)
    SYSTEM.must_be(3)


def test_an_account_switched_off_has_no_rights(bora: int) -> None:
    accounts.grant(account_id=bora, role="auditor", area_path="/")
    assert actor_of(account_id=bora).audits("/kr/")
    Account.objects.filter(pk=bora).update(is_active=False)
    assert actor_of(account_id=bora) == ANONYMOUS


@pytest.mark.parametrize(
    ("role", "area_path", "team_id"),
    [("captain", "", None), ("captain", "/kr/", 7), ("organiser", "", None), ("auditor", "/kr/", 7)],
)
def test_a_grant_without_its_reach_is_refused(
    bora: int, role: str, area_path: str, team_id: int | None
) -> None:
    with pytest.raises(GrantUnreachable):
        accounts.grant(account_id=bora, role=role, area_path=area_path, team_id=team_id)
    assert not RoleGrant.objects.exists()


def test_a_grant_given_twice_stands_once_and_can_be_revoked(bora: int) -> None:
    for _ in range(2):
        accounts.grant(account_id=bora, role="captain", team_id=7)
    assert accounts.accounts_with(role="captain") == [(bora, "", 7)]
    assert accounts.revoke(account_id=bora, role="captain") == 1
    assert accounts.accounts_with(role="captain") == []


def test_an_address_has_one_account_however_it_is_written(bora: int) -> None:
    with pytest.raises(AccountKnown):
        accounts.open_account(email="bora@example.INVALID", name="Other")
    assert accounts.account_id_of(email=" BORA@example.invalid ") == bora
    assert accounts.name_of(bora) == "Bora"


def test_a_token_opens_until_it_expires_and_is_not_kept(bora: int) -> None:
    token = accounts.make_token(account_id=bora, name="scales", expires_at=NOW + timedelta(days=1))

    assert accounts.account_of_token(token, now=NOW) == bora
    assert accounts.account_of_token(token + "x", now=NOW) is None
    assert accounts.account_of_token(token, now=NOW + timedelta(days=1)) is None
    Account.objects.filter(pk=bora).update(is_active=False)
    assert accounts.account_of_token(token, now=NOW) is None
