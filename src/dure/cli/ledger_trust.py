"""`dure ledger trust|distrust|resume`: who watches the log, and how it goes on after a loss."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.errors import LossUnconfirmed
from dure.cli.options import JsonTo


def trust(
    verifier_key: Annotated[
        str,
        typer.Argument(metavar="WITNESS_VKEY", help="The witness's key, as `dure witness keygen` prints it."),
    ],
    url: Annotated[
        str,
        typer.Option(
            "--url", metavar="URL", help="Where the witness can be asked before signing, if anywhere."
        ),
    ] = "",
    json_to: JsonTo = None,
) -> None:
    """Show a witness's cosignatures on our checkpoints from now on."""
    with answering(json_to) as answer:
        from dure.movement.ledger import actions, reads

        witness = actions.trust_witness(verifier_key=verifier_key, url=url, now=datetime.now(UTC))
        asked = f" and is asked at {witness.url} before each signing" if witness.url else ""
        answer.say(f"{witness.name} is trusted{asked}. It needs our key: {reads.public_key()}")
        answer.give({"name": witness.name, "verifier_key": witness.verifier_key, "url": witness.url})


def distrust(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the witness.")], json_to: JsonTo = None
) -> None:
    """Take no more cosignatures of a witness, and show none."""
    with answering(json_to) as answer:
        from dure.movement.ledger import actions

        actions.distrust_witness(name=name)
        answer.say(f"{name} is not trusted any more.")
        answer.give({"name": name})


def resume(
    after_loss: Annotated[
        bool, typer.Option("--after-loss", help="Yes: entries that were signed are lost for good.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Go on openly after an old backup was put back: a new name, and a signed statement of what is missing."""
    with answering(json_to) as answer:
        if not after_loss:
            raise LossUnconfirmed
        from dure.movement.ledger import actions

        loss = actions.resume_after_loss(now=datetime.now(UTC))
        answer.say(f"Entries {loss.kept_size:,} to {loss.lost_end - 1:,} of {loss.old_origin} are missing.")
        answer.say(
            f"The log goes on as {loss.origin}, from {loss.base_size:,} entries. Everybody can read why:"
        )
        answer.say(loss.statement.rstrip("\n"))
        answer.give(
            {
                "number": loss.number,
                "old_origin": loss.old_origin,
                "origin": loss.origin,
                "kept": loss.kept_size,
                "missing_from": loss.kept_size,
                "missing_to": loss.lost_end,
                "began": loss.base_size,
                "statement": loss.statement,
            }
        )
