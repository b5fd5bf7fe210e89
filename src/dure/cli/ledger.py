"""`dure ledger …`: is what is stored what was recorded?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from dure.cli.answer import REFUSED, answering
from dure.cli.options import JsonTo

ledger = typer.Typer(no_args_is_help=True, help="Verify and sign the log of contributions.")
FAULTS_SHOWN_MAX = 50


@ledger.command("verify")
def verify(json_to: JsonTo = None) -> None:
    """Read everything stored again and reckon it again; exit 1 with the places named when something is wrong."""
    with answering(json_to) as answer:
        from dure.movement.ledger import reads

        with answer.progress("Verifying") as bar:
            faults = reads.verify(bar)
        size, latest = reads.size(), reads.latest_checkpoint()
        signed = f"signed at {latest.size:,}" if latest else "not signed yet"
        if faults:
            answer.say(f"The ledger is NOT sound: {len(faults):,} faults in {size:,} entries ({signed}).")
            for fault in faults[:FAULTS_SHOWN_MAX]:
                answer.say(f"  {fault.where}: {fault.what}")
            if len(faults) > FAULTS_SHOWN_MAX:
                answer.say(f"  … and {len(faults) - FAULTS_SHOWN_MAX:,} more; --json lists them")
            answer.exit_code = REFUSED
        else:
            answer.say(f"The ledger is sound: {size:,} entries, {signed}.")
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
