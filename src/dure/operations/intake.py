"""Where every sign-up that comes from outside is taken in, whichever door it came by.

What many threads hand in at the same moment one desk reads, makes ready and stores in one transaction
(base.group_writer): within the process, or beside a server in a process of its own (base.beside).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import close_old_connections, connection

from dure.base.beside import Beside
from dure.base.group_writer import GroupWriter
from dure.kernel.refusals import Refusal
from dure.movement.calls.intake import Taken
from dure.movement.calls.types import SignUpForm
from dure.operations.intake_desk import Desk, Handed, Outcome
from dure.operations.signup_shape import SignUpAsked

# Who waits for a commit holds a thread of the server (cli.serve.THREADS): half of them at most. The rest answer
# everybody else, and say at once to whoever is too many that they may come again. With 96 PostgreSQL took a sixth fewer
# a second, as each of its commits then holds fewer; every other door waits as long either way (bench.intake).
IN_HAND_MAX: Final = 256


class Intake:
    """Takes sign-ups, of many threads at once."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._beside: Beside[Handed, Outcome] | None = None
        self._writer: GroupWriter[Handed, Outcome] = GroupWriter(
            "sign-ups", self._store, rows_in_hand_max=IN_HAND_MAX
        )

    def work_beside(self) -> None:
        """From now on in a process of its own, which begins at once; for servers with many threads."""
        self._beside = Beside("dure.operations.intake_beside")
        self._beside.begin()

    def take(self, asked: SignUpAsked, *, now: datetime) -> Taken:
        """Store a sign-up; it is durable when this returns. The same again, at any time, gets its first receipt.

        Refuses as ``calls.actions.sign_up`` does, and with WriterBusy at once when too many wait.
        """
        (taken,) = self._hand_in(Handed(asked.call, ((asked.client_id, asked),), now))
        return taken

    def take_household(
        self, *, ids: Sequence[UUID], call: str, forms: Sequence[SignUpForm], now: datetime
    ) -> tuple[Taken, ...]:
        """Store forms that were sent as one: all of them in one transaction, durable when this returns.

        Otherwise as :meth:`take`; one of them refused refuses them all, unless they stand there already.
        """
        return self._hand_in(Handed(call, tuple(zip(ids, forms, strict=True)), now))

    def again(self, asked: SignUpAsked, *, now: datetime) -> Taken | None:
        """The first receipt of a sign-up that stands already, None where it is new; nothing is stored.

        Refuses with SignUpReused and SignUpEnded.
        """
        return next(iter(self._desk.again(Handed(asked.call, ((asked.client_id, asked),), now))), None)

    def must_have_room(self) -> None:
        """Refuses with WriterBusy when too many wait already; asked before any work is done for another one."""
        self._writer.must_have_room()

    def close(self) -> None:
        """Write what has come in and end the writer's thread, and the process beside."""
        self._writer.stop()
        if self._beside is not None:
            self._beside.stop()

    def forget(self) -> None:
        """Look calls and towns up anew."""
        self._desk.forget()

    def _hand_in(self, one: Handed) -> tuple[Taken, ...]:
        # Whoever has a transaction open already writes in it: the writer's would wait for it, and it for the writer.
        if connection.in_atomic_block:
            (outcome,) = self._desk.carry_out([one])
        else:
            if connection.vendor == "postgresql" and connection.connection is not None:
                # Were every connection of the pool held by who waits, the writer would get none.
                close_old_connections()
            (outcome,) = self._writer.ask([one])
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _store(self, handed: list[Handed]) -> Sequence[Outcome]:
        """What many requests handed in, in the writer's thread."""
        return self._beside.ask(handed) if self._beside else self._desk.carry_out(handed)


# Of this process: every door hands in here.
INTAKE: Final = Intake()
