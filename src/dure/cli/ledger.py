"""`dure ledger …`: is what is stored what was recorded?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.errors import KeyWanted
from dure.cli.figures import ask, recompute
from dure.cli.ledger_about import confirm, correct, withdraw
from dure.cli.ledger_days import restore, seal
from dure.cli.ledger_export import export
from dure.cli.ledger_published import say_faults, verify_sealed, verify_url
from dure.cli.ledger_trust import distrust, resume, trust
from dure.cli.options import JsonTo

ledger = typer.Typer(no_args_is_help=True, help="Verify, sign and correct the log of contributions.")


@ledger.command("verify")
def verify(
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Check what a log publishes there; needs no database.")
    ] = "",
    sealed: Annotated[
        Path | None,
        typer.Option("--sealed", metavar="DIR", help="Check the files of sealed days; needs no database."),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="VKEY", help="Key of the log as you know it (name+hash+key)."),
    ] = None,
    witness_keys: Annotated[
        list[str] | None,
        typer.Option("--witness", metavar="VKEY", help="With --url: a witness who must have cosigned."),
    ] = None,
    receipts: Annotated[
        list[Path] | None,
        typer.Option("--receipt", metavar="FILE", help="With --url: a receipt whose entry must stand there."),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--since", metavar="FILE", help="With --url: a checkpoint you kept, which must still hold."
        ),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Read everything stored again and reckon it again; exit 1 with the places named when something is wrong."""
    with answering(json_to, needs_database=not (url or sealed)) as answer:
        if url:
            from dure.movement.ledger.outside.checking import Question

            question = Question(
                verifier_keys=keys or (),
                witness_keys=witness_keys or (),
                receipts=receipts or (),
                earlier=earlier or (),
            )
            verify_url(answer, url, question)
        elif sealed:
            if not keys:
                raise KeyWanted
            verify_sealed(answer, sealed, keys)
        else:
            _verify_stored(answer)


def _verify_stored(answer: Answer) -> None:
    from dure.movement.gifts import reads as gifts
    from dure.movement.ledger import reads

    with answer.progress("Verifying") as bar:
        faults = [*reads.verify(bar), *gifts.verify()]
    size, latest = reads.size(), reads.latest_checkpoint()
    signed = f"signed at {latest.size:,}" if latest else "not signed yet"
    say_faults(
        answer,
        faults,
        sound=f"The ledger is sound: {size:,} entries, {signed}.",
        unsound=f"The ledger is NOT sound: {len(faults):,} faults in {size:,} entries ({signed}).",
    )
    answer.give(
        {
            "sound": not faults,
            "size": size,
            "signed_size": latest.size if latest else None,
            "faults": [asdict(fault) for fault in faults],
        }
    )


@ledger.command("checkpoint")
def checkpoint(json_to: JsonTo = None) -> None:
    """Sign the log as it stands and print the signed note."""
    with answering(json_to) as answer:
        from dure.movement.ledger import actions

        signed = actions.sign_checkpoint(now=datetime.now(UTC))
        answer.say(signed.note.rstrip("\n"))
        answer.give(
            {
                "size": signed.size,
                "root": signed.root.hex(),
                "note": signed.note,
                "signed_at": signed.signed_at,
            }
        )


ledger.command("correct")(correct)
ledger.command("trust")(trust)
ledger.command("distrust")(distrust)
ledger.command("resume")(resume)
ledger.command("confirm")(confirm)
ledger.command("withdraw")(withdraw)
ledger.command("export")(export)
ledger.command("seal")(seal)
ledger.command("restore")(restore)
ledger.command("recompute")(recompute)
ledger.command("ask")(ask)
