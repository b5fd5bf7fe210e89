"""`dure demo`: a whole day of a movement on real towns, then the site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.options import JsonTo
from dure.cli.serve import Port, refuse_taken, serve_site

HOST = "127.0.0.1"


class _Steps:
    """Tells of each step of the demo as it ends, and shows on a terminal which one is running."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._status = answer.words.status("") if answer.words.is_terminal else None

    def began(self, step: str) -> None:
        if self._status:
            self._status.update(f"{step} …")
            self._status.start()

    def ended(self, step: str, seconds: float, says: str) -> None:
        if self._status:
            self._status.stop()
        self._answer.say(f"{seconds:7.1f} s  {step}: {says}")


def demo(
    country: Annotated[str, typer.Option("--country", help="KR, GB or KE.")] = "KR",
    people: Annotated[int, typer.Option("--people", min=1, help="How many synthetic people.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed gives another day.")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Play the day and stop.")] = False,
    port: Port = 8000,
    json_to: JsonTo = None,
) -> None:
    """Play a whole day with synthetic people on real towns, then serve the site on this machine."""
    with answering(json_to) as answer:
        from dure.operations.demo import play

        if not no_serve:
            refuse_taken(HOST, port)
        played = play(
            country_code=country.upper(),
            people_count=people,
            seed=seed,
            now=datetime.now(UTC),
            with_live_day=not no_serve,
            watcher=_Steps(answer),
        )
        if played.reused:
            answer.say("The day was played before; its data are taken up again.")
        answer.give(played.figures)
        if no_serve:
            return
        site = f"http://{HOST}:{port}"
        answer.say(f"\nCampaign:  {site}/c/{played.campaign_slug}/")
        answer.say(f"Volunteer: {site}/me/{played.volunteer_link}/")
        for login in played.logins:
            answer.say(f"{login.role}: {login.email}  password {login.password}")
        # The demo's days lie where it put them: what happens by the clock would change them.
        serve_site(answer, HOST, port, alone=True)
