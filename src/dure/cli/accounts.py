"""`dure account …`: who works for the movement."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Final

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo, as_date
from dure.kernel.refusals import BadInput, NotFound

account = typer.Typer(no_args_is_help=True, help="Accounts of those who work for the movement.")
ROLES: Final = ("organiser", "captain", "auditor", "recipient", "vetter")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Address the person signs in with.")]
RoleName = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="organiser, captain, auditor, recipient or vetter.")
]
Area = Annotated[
    str,
    typer.Option(
        "--area", metavar="CODE", help="Reach of the role: KR, KR.11 or a town's code, all below it."
    ),
]
Team = Annotated[int | None, typer.Option("--team", metavar="ID", help="A captain's team.")]


Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Last day of the role (UTC); it ends by itself after it."),
]


@account.command("create")
def create(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="Name shown to the people they work with.")],
    role: RoleName,
    area: Area = "",
    team: Team = None,
    ask_password: Annotated[
        bool,
        typer.Option("--ask-password", help="Ask for a password; without one they sign in by e-mailed code."),
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Open an account with a role and its reach."""
    with answering(json_to) as answer:
        from django.db import transaction

        from dure.base import accounts

        _refuse_misspelt(email, role)
        reach = _reach(area, team)
        password = _password() if ask_password else None
        with transaction.atomic():  # a refused role leaves no account behind
            account_id = accounts.open_account(email=email, name=name, password=password)
            accounts.grant(account_id=account_id, role=role, area_path=reach, team_id=team)
        answer.say(f"{name} can sign in as {email}: {role} of {reach or f'team {team}'}.")
        answer.give({"id": account_id, "email": email, "role": role, "area": reach, "team": team})


@account.command("grant")
def grant(
    email: Email,
    role: RoleName,
    area: Area = "",
    team: Team = None,
    until: Until = None,
    json_to: JsonTo = None,
) -> None:
    """Give an account one more role, or the same role elsewhere, or until another day."""
    with answering(json_to) as answer:
        from dure.base import accounts

        _refuse_misspelt(email, role)
        account_id = known_account(email)
        reach = _reach(area, team)
        end = None if until is None else _end_of(until)
        accounts.grant(account_id=account_id, role=role, area_path=reach, team_id=team, until=end)
        answer.say(f"{email} is {role} of {reach or f'team {team}'}{f' until {until}' if until else ''}.")
        answer.give(
            {"id": account_id, "email": email, "role": role, "area": reach, "team": team, "until": end}
        )


@account.command("roles")
def roles(
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="An area and all below it.")],
    ended: Annotated[
        bool, typer.Option("--log", help="What was given and ended last, in place of what stands.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Who holds which role in an area, captains left out; or what was given and ended there."""
    with answering(json_to) as answer:
        from dure.base import delegation
        from dure.movement.places import reads as places

        path = places.by_code(area).path
        now = datetime.now(UTC)
        found = delegation.log_of(path) if ended else delegation.grants_under(path, now=now, count_max=500)
        names = delegation.names_of([pk for one in found for pk in (one.granted_by, one.ended_by)])
        rows = [
            (
                one.name,
                one.role,
                one.area_path,
                f"{one.granted_at:%Y-%m-%d}",
                names.get(one.granted_by or 0, ""),
                f"{one.until:%Y-%m-%d}" if one.until else "",
                f"{one.ended_at:%Y-%m-%d}" if one.ended_at else "",
            )
            for one in found
        ]
        columns = {
            "who": False,
            "role": False,
            "where": False,
            "since": False,
            "given by": False,
            "until": False,
            "ended": False,
        }
        answer.table(f"Roles in {area}", columns, rows)
        answer.give({"roles": [asdict(one) for one in found]})


@account.command("revoke")
def revoke(
    email: Email,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="The role that ends, everywhere.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every role and token; the account is switched off.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Take a role away everywhere, or everything with the account."""
    with answering(json_to) as answer:
        from dure.base import accounts

        if (role is None) != everything:
            raise BadInput(where="--role", what="it isn't said what ends", wanted="either --role or --all")
        if role is not None:
            _refuse_misspelt(email, role)
        account_id = known_account(email)
        if role is None:
            ended = accounts.close_account(account_id=account_id)
            answer.say(f"{email} is switched off; {ended} roles ended.")
        else:
            ended = accounts.revoke(account_id=account_id, role=role)
            answer.say(f"{email} is no longer {role}; {ended} roles ended.")
        answer.give({"id": account_id, "email": email, "ended": ended, "off": everything})


@account.command("admin")
def admin(email: Email, json_to: JsonTo = None) -> None:
    """Let an account look into the read-only admin, once it has a second factor."""
    with answering(json_to) as answer:
        from dure.base import accounts

        account_id = known_account(email)
        accounts.allow_admin(account_id=account_id)
        answer.say(f"{email} may look into /admin/ once they have a second factor (/account/2fa/).")
        answer.give({"id": account_id, "email": email})


@account.command("token")
def token(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="What the token is for.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is good.")] = 90,
    json_to: JsonTo = None,
) -> None:
    """Make an API token with the rights of an account; it is shown this once."""
    with answering(json_to) as answer:
        from dure.base import accounts

        expires_at = datetime.now(UTC) + timedelta(days=days)
        made = accounts.make_token(account_id=known_account(email), name=name, expires_at=expires_at)
        answer.say(made)
        answer.aside(f"Good until {expires_at:%Y-%m-%d}. It can't be shown again.")
        answer.give({"token": made, "name": name, "expires_at": expires_at})


def known_account(email: str) -> int:
    """The account's id. Refuses with NotFound."""
    from dure.base import accounts

    account_id = accounts.account_id_of(email=email)
    if account_id is None:
        raise NotFound(what=f"account {email}")
    return account_id


def _refuse_misspelt(email: str, role: str) -> None:
    if role not in ROLES:
        raise BadInput(where="--role", what=f"{role} is no role", wanted=", ".join(ROLES))
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(where="EMAIL", what=f"{email} is no address", wanted="name@example.org") from error


def _end_of(day: str) -> datetime:
    return datetime.combine(as_date(day), time(23, 59, 59), UTC)


def _reach(area: str, team: int | None) -> str:
    """The path of the area, "" without one; the team is looked at, so that no captain leads nobody."""
    from dure.movement.people import reads as people
    from dure.movement.places import reads as places

    if team is not None:
        people.team(team)
    return places.by_code(area).path if area else ""


def _password() -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadInput(where="Password", what="it is too easy", wanted=" ".join(error.messages)) from error
    return password
