"""The program: every command, and how it is entered."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Annotated

import typer

from dure.base.memory import spare_the_collector
from dure.cli.accounts import account
from dure.cli.ahead import ahead
from dure.cli.almanac import almanac
from dure.cli.answers import answers
from dure.cli.calls import call
from dure.cli.campaigns import areas, campaign
from dure.cli.challenges import challenge
from dure.cli.chores import chores
from dure.cli.demo import demo
from dure.cli.desk import desk
from dure.cli.drives import drive
from dure.cli.gifts import gift
from dure.cli.imports import import_, record
from dure.cli.ledger import ledger
from dure.cli.match import match
from dure.cli.outbox import outbox
from dure.cli.people import people
from dure.cli.publish import publish
from dure.cli.safety import safety
from dure.cli.season import season
from dure.cli.serve import serve
from dure.cli.simulate import simulate
from dure.cli.standings import standings
from dure.cli.supervise import supervise
from dure.cli.vetting import vetting
from dure.cli.witness import witness
from dure.kernel.frames import in_one_piece

app = typer.Typer(
    name="dure",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Run a mass volunteer movement: call, match, record, verify, thank. DURE_HOME names the data folder.",
)
app.command("demo")(demo)
app.add_typer(areas, name="areas")
app.add_typer(campaign, name="campaign")
app.add_typer(call, name="call")
app.add_typer(drive, name="drive")
app.command("import")(import_)
app.add_typer(people, name="people")
app.add_typer(vetting, name="vetting")
app.add_typer(answers, name="answers")
app.add_typer(match, name="match")
app.command("record")(record)
app.add_typer(ledger, name="ledger")
app.add_typer(witness, name="witness")
app.add_typer(gift, name="gift")
app.command("standings")(standings)
app.command("ahead")(ahead)
app.add_typer(season, name="season")
app.add_typer(challenge, name="challenge")
app.add_typer(supervise, name="supervise")
app.add_typer(safety, name="safety")
app.add_typer(desk, name="desk")
app.command("almanac")(almanac)
app.command("simulate")(simulate)
app.add_typer(account, name="account")
app.add_typer(outbox, name="outbox")
app.command("publish")(publish)
app.command("serve")(serve)
app.command("chores")(chores)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dure {version('dure')}")
        raise typer.Exit


@app.callback()
def _program(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Only there for --version; typer reads its options."""


def run() -> None:
    """The entry point of the ``dure`` command."""
    # What is written holds people's data: it is for the owner alone, whatever the folder allows.
    os.umask(0o077)
    # The site's worker is another process.
    spare_the_collector()
    in_one_piece(app)()
