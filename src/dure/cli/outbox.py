"""`dure outbox …`: messages to people, sent and counted."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Annotated, Final

import typer

from dure.cli.answer import answering
from dure.cli.options import JsonTo
from dure.kernel.refusals import BadInput

outbox = typer.Typer(no_args_is_help=True, help="Messages that wait to be sent.")
MILLI: Final = 1_000


@outbox.command("send")
def send(json_to: JsonTo = None) -> None:
    """Send what is due, as far as the channels' limits let it: the more urgent first, of those the oldest."""
    with answering(json_to) as answer:
        from dure.operations.outbox import send_all

        with answer.progress("Sending") as bar:
            total = send_all(
                now=lambda: datetime.now(UTC), said=lambda so_far: bar.advance(so_far.count, so_far.count)
            )
        answer.say(
            f"{total.sent:,} sent, {total.failed:,} failed (tried again later, or another way), "
            f"{total.withheld:,} withheld, {total.replaced:,} said by newer ones, {total.later:,} wait."
        )
        answer.give(
            {
                "sent": total.sent,
                "failed": total.failed,
                "withheld": total.withheld,
                "replaced": total.replaced,
                "later": total.later,
            }
        )


@outbox.command("run")
def run() -> None:
    """Send by itself until Ctrl-C. `dure serve` does so already, with its other chores."""
    with answering() as answer:
        from dure.operations.chores import SENDING
        from dure.operations.chores import run as run_chores

        stop = Event()
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: stop.set())
        answer.say("Sending what is queued (Ctrl-C ends it).")
        run_chores(stop, (SENDING,))


@outbox.command("show")
def show(
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days back (UTC).")] = 7,
    json_to: JsonTo = None,
) -> None:
    """What waits by channel, and what each channel sent, delivered and cost by day."""
    with answering(json_to) as answer:
        from dure.operations.messages import messages

        now = datetime.now(UTC)
        found = messages(now=now, since=now.date() - timedelta(days=days - 1))
        answer.table(
            "Now",
            {"channel": False, "set up": False, "queued": True, "a minute": True, "may spend today": True},
            [
                (
                    one.name or "not chosen yet",
                    "yes" if one.is_set_up else "no",
                    f"{one.queued:,}",
                    f"{one.per_minute:,}" if one.per_minute else "",
                    "" if one.left_milli is None else f"{one.left_milli / MILLI:,.3f}",
                )
                for one in found.channels
            ],
        )
        answer.table(
            "By day",
            {"day": False, "channel": False, "sent": True, "delivered": True, "failed": True, "spent": True},
            [
                (
                    f"{one.day}",
                    one.channel,
                    f"{one.handed_over:,}",
                    f"{one.delivered:,}",
                    f"{one.failed:,}",
                    f"{one.cost_milli / MILLI:,.3f}",
                )
                for one in found.days
            ],
        )
        answer.give(
            {"channels": [one.plain() for one in found.channels], "days": [one.plain() for one in found.days]}
        )


@outbox.command("replies")
def replies(json_to: JsonTo = None) -> None:
    """The address to which the SMS gateway hands what people answer. Keep it as a password."""
    with answering(json_to) as answer:
        from dure.operations import sms_answers

        answer.say(sms_answers.address())
        answer.give({"address": sms_answers.address()})


@outbox.command("try")
def try_out(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="email, sms or chat.")],
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Where to; - for the chat rooms of the settings.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Send one trial message at once, to see whether the settings are right."""
    with answering(json_to) as answer:
        from dure.channels.types import ChannelDown, Letter, Undelivered
        from dure.operations.letters import site
        from dure.operations.ways import configured

        channels = configured().channels
        if channel not in channels or channel == "push":
            wanted = ", ".join(sorted(channels.keys() - {"push"}))
            raise BadInput(where="CHANNEL", what=f"{channel} is not set up", wanted=wanted)
        words = "A trial message of your volunteer site."
        letter = Letter(
            address=address, subject=words, body=f"{words}\n\n{site()}/", brief=words, link=f"{site()}/"
        )
        try:
            channels[channel].send(letter)
        except (Undelivered, ChannelDown) as no:
            raise BadInput(
                where=channel, what=f"it was not taken: {no}", wanted="a gateway that takes it"
            ) from no
        answer.say(f"Handed over for {address} ({channel}).")
        answer.give({"channel": channel, "address": address})
