"""`dure drive …`: what people propose to do together, and the answers they are owed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo

drive = typer.Typer(no_args_is_help=True, help="Proposed drives: what people want to do together.")
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the proposal, as it stands in its link.")]


@drive.command("list")
def list_(json_to: JsonTo = None) -> None:
    """Proposals, those that gather names or wait for an answer first; overdue answers are marked."""
    with answering(json_to) as answer:
        from dure.movement.calls import drive_reads

        today = datetime.now(UTC).date()
        found = drive_reads.drives()
        rows = [
            (
                one.code,
                "overdue" if one.is_late(today) else one.state,
                f"{one.support_count} of {one.support_wanted}",
                str(one.answer_by or ""),
                one.title,
            )
            for one in found
        ]
        columns = {"code": False, "state": False, "names": True, "answer by": False, "title": False}
        answer.table("", columns, rows)
        answer.give({"drives": [asdict(one) | {"is_late": one.is_late(today)} for one in found]})


@drive.command("answer")
def answer_(
    code: Code,
    words: Annotated[str, typer.Option("--words", help="The answer and its reasons, for everybody to read.")],
    opens: Annotated[
        str,
        typer.Option("--opens", metavar="SLUG", help="Yes: it becomes a call of this campaign. Else: no."),
    ] = "",
    take_down: Annotated[
        bool, typer.Option("--take-down", help="No, and its words are deleted; the answer stays.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Answer a proposal; everybody who put their name to it is written to."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import drives
        from dure.movement.campaigns import reads as campaigns

        campaign_id = campaigns.campaign_for(SYSTEM, opens).id if opens else None
        answered = drives.decide(
            actor=SYSTEM,
            code=code,
            opens=bool(opens),
            takes_down=take_down,
            answer=words,
            campaign_id=campaign_id,
            now=datetime.now(UTC),
        )
        answer.say(f"Proposal {code}: {answered.state}.")
        answer.give(asdict(answered))


@drive.command("lapse")
def lapse(json_to: JsonTo = None) -> None:
    """Remind organisers of answers they owe, and end proposals, names and addresses that have had their time."""
    with answering(json_to) as answer:
        from dure.operations import drives

        count = drives.keep(datetime.now(UTC))
        answer.say(f"{count:,} ended.")
        answer.give({"ended": count})
