"""`dure ledger correct|confirm|withdraw`: what is said about an entry that stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo

Index = Annotated[
    int, typer.Argument(metavar="INDEX", min=0, max=2**63 - 1, help="Place of the entry in the log.")
]
Note = Annotated[str, typer.Option("--note", help="Why; it stays for good, so it must name nobody.")]


def correct(
    index: Index,
    difference: Annotated[
        str, typer.Option("--difference", metavar="NUMBER", help="What is added, such as 1.5 or -1.5.")
    ],
    note: Note = "",
    json_to: JsonTo = None,
) -> None:
    """Correct a contribution by adding an entry; the same difference and note again change nothing."""
    with answering(json_to) as answer:
        from dure.kernel.ids import client_id
        from dure.kernel.quantities import parse_milli
        from dure.movement.ledger import actions

        milli = parse_milli(difference, where="--difference")
        receipt = actions.correct(
            index=index,
            difference_milli=milli,
            client_id=client_id(b"dure ledger correct", index, milli, note),
            now=datetime.now(UTC),
            note=note,
        )
        answer.say(f"Entry {receipt.index} corrects entry {index} by {milli / 1000:+,.3f}.")
        answer.give({"index": receipt.index, "corrects": index, "difference_milli": milli})


def confirm(
    index: Index,
    found: Annotated[str, typer.Option("--found", metavar="NUMBER", help="What was found, such as 12.5.")],
    grade: Annotated[
        str,
        typer.Option(
            "--grade", metavar="GRADE", help="witnessed, or second-source (another keeper's record)."
        ),
    ],
    note: Note = "",
    json_to: JsonTo = None,
) -> None:
    """Confirm a contribution; each grade is given once. Recounts are written by the lot's checkers."""
    with answering(json_to) as answer:
        from dure.kernel.ids import client_id
        from dure.kernel.quantities import parse_milli
        from dure.kernel.refusals import BadInput
        from dure.movement.ledger import actions
        from dure.movement.ledger.types import Grade

        grades = {"witnessed": Grade.WITNESSED, "second-source": Grade.SECOND_SOURCE}
        if grade not in grades:
            raise BadInput(
                where="--grade", what=f"{grade!r} can't be given", wanted="witnessed or second-source"
            )
        milli = parse_milli(found, where="--found")
        receipt = actions.confirm(
            index=index,
            found_milli=milli,
            grade=grades[grade],
            client_id=client_id(b"dure ledger confirm", index, milli, grade, note),
            now=datetime.now(UTC),
            note=note,
        )
        answer.say(f"Entry {receipt.index} confirms entry {index}: {milli / 1000:,.3f} found, {grade}.")
        answer.give({"index": receipt.index, "confirms": index, "found_milli": milli, "grade": grade})


def withdraw(index: Index, note: Note = "", json_to: JsonTo = None) -> None:
    """Take a contribution back, whatever is left of it; asking again changes nothing."""
    with answering(json_to) as answer:
        from dure.kernel.ids import client_id
        from dure.movement.ledger import actions

        receipt = actions.withdraw(
            index=index,
            client_id=client_id(b"dure ledger withdraw", index, note),
            now=datetime.now(UTC),
            note=note,
        )
        answer.say(f"Entry {receipt.index} takes entry {index} back.")
        answer.give({"index": receipt.index, "withdraws": index})
