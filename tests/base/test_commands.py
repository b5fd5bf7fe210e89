from datetime import UTC, datetime
from uuid import UUID

import pytest

from dure.base.commands import once
from dure.base.errors import CommandReused
from dure.base.models import CommandSeen

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ID = UUID("00000000-0000-8000-8000-000000000001")

pytestmark = pytest.mark.django_db


def test_a_command_sent_twice_is_carried_out_once() -> None:
    done: list[int] = []

    def do() -> dict[str, int]:
        done.append(1)
        return {"seat": 7}

    first = once(command_id=ID, action="accept", facts={"need": 3}, now=NOW, do=do)
    second = once(command_id=ID, action="accept", facts={"need": 3}, now=NOW, do=do)

    assert first == second == {"seat": 7}
    assert len(done) == 1


@pytest.mark.parametrize(("action", "facts"), [("accept", {"need": 4}), ("decline", {"need": 3})])
def test_an_id_used_again_for_something_else_is_refused(action: str, facts: dict[str, int]) -> None:
    once(command_id=ID, action="accept", facts={"need": 3}, now=NOW, do=dict)

    with pytest.raises(CommandReused):
        once(command_id=ID, action=action, facts=facts, now=NOW, do=dict)


def test_a_refused_command_is_not_remembered() -> None:
    def refuse() -> dict[str, int]:
        raise CommandReused(command_id=ID)

    with pytest.raises(CommandReused):
        once(command_id=ID, action="accept", facts={}, now=NOW, do=refuse)

    assert not CommandSeen.objects.exists()
    assert once(command_id=ID, action="accept", facts={}, now=NOW, do=lambda: {"ok": True}) == {"ok": True}
