"""What is the same whoever asks: shared by the looks of some seconds, and asked anew by every act."""

from __future__ import annotations

import pytest

from dure.base import one_look as looks
from dure.base.asked_rows import AskedRows
from dure.base.briefly import Briefly
from dure.base.models import Account
from dure.base.one_look import alike_to_all, one_look

CALLS: list[int] = []


@alike_to_all
def campaigns(number: int) -> list[str]:
    CALLS.append(number)
    return [f"campaign {number}"]


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> Briefly:
    CALLS.clear()
    made = Briefly()
    made.switch_on()
    monkeypatch.setattr(looks, "BRIEFLY", made)
    return made


def look() -> list[str]:
    with one_look():
        campaigns(1).append("mine")
        return campaigns(1)


def test_two_looks_ask_once_and_each_list_is_ones_own() -> None:
    assert (look(), look()) == (["campaign 1"], ["campaign 1"])

    assert CALLS == [1]


def test_an_act_asks_anew_and_after_it_so_does_the_next_look(store: Briefly) -> None:
    look()
    campaigns(1)
    campaigns(1)
    store.forget()
    look()

    assert CALLS == [1, 1, 1, 1]


@pytest.mark.django_db
def test_whole_rows_come_as_the_models_own() -> None:
    minji = Account.objects.create(email="minji@example.org", name="Minji")
    asked = AskedRows(Account, lambda email: Account.objects.filter(email=email), str)

    [found] = asked("minji@example.org")

    assert (found, found.name, found.created_at) == (minji, "Minji", minji.created_at)
    assert asked("bora@example.org") == []
