"""`dure people …`: what somebody else has seen of a person, so that they can be placed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo, as_date
from dure.cli.reserve import reserve
from dure.kernel.refusals import BadInput, NotFound

people = typer.Typer(
    no_args_is_help=True,
    help="Papers and skills, people who never confirmed or stand twice, the reserve register.",
)


people.add_typer(reserve, name="reserve")


@people.command("credential")
def credential(
    kind: Annotated[str, typer.Option("--kind", help="cover, briefing, clearance or skill.")],
    evidence: Annotated[str, typer.Option("--evidence", help="Who saw what, and when.")],
    person: Annotated[
        int | None, typer.Option("--person", metavar="ID", help="The person by number.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="Or by the address they signed up with.")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="Which skill; the others need none.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last good day; without it, for good.")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Record cover, briefing, clearance or a skill somebody showed; nobody is placed without cover and briefing."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.people import actions
        from dure.movement.people.checks import as_code
        from dure.movement.people.types import CREDENTIAL_KINDS, SKILL, NewCredential

        if kind not in CREDENTIAL_KINDS:
            raise BadInput(where="--kind", what=f"{kind} is none", wanted=", ".join(CREDENTIAL_KINDS))
        if (kind == SKILL) != (code is not None):
            raise BadInput(
                where="--code", what=f"it doesn't fit {kind}", wanted="the skill, for a skill only"
            )
        new = NewCredential(
            kind=kind,
            code=as_code(code or kind),
            evidence=evidence,
            valid_until=as_date(until) if until else None,
        )
        person_id = _person(person, email)
        actions.add_credential(actor=SYSTEM, person_id=person_id, credential=new)
        answer.say(
            f"Person {person_id} has {kind if code is None else new.code}{f' until {until}' if until else ''}."
        )
        answer.give({"person": person_id, **asdict(new)})


@people.command("lapse")
def lapse(json_to: JsonTo = None) -> None:
    """Erase whoever never showed that a contact is theirs, once the day they were told is over."""
    with answering(json_to) as answer:
        from dure.operations import lapsing

        with answer.progress("Erasing who never confirmed") as bar:
            count = lapsing.lapse(now=datetime.now(UTC), progress=bar)
        answer.say(f"{count:,} people were erased.")
        answer.give({"erased": count})


@people.command("alike")
def alike(json_to: JsonTo = None) -> None:
    """Look for people who may be registered twice; the desk shows the pairs, and organisers decide."""
    with answering(json_to) as answer:
        from dure.movement.people import alike as pairs

        with answer.progress("Comparing everybody") as bar:
            found = pairs.find(now=datetime.now(UTC), progress=bar)
        answer.say(f"{found:,} pairs are new.")
        answer.give({"found": found})


def _person(person: int | None, email: str | None) -> int:
    from dure.movement.people import reads

    if (person is None) == (email is None):
        raise BadInput(where="--person", what="it isn't said who", wanted="either --person or --email")
    if person is not None:
        return person
    found = reads.ids_of_contact(email or "")
    if not found:
        raise NotFound(what="person")
    if len(found) > 1:
        listed = ", ".join(map(str, found))
        raise BadInput(where="--email", what="several people have this address", wanted=f"--person: {listed}")
    return found[0]
