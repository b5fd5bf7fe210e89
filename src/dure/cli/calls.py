"""`dure call …`: calls of a campaign, their waves, how they go, and their posters."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal
from zoneinfo import ZoneInfo

import typer

from dure.cli.answer import Answer, answering
from dure.cli.errors import OutputUnwritable
from dure.cli.options import JsonTo, as_date
from dure.kernel.refusals import BadInput

if TYPE_CHECKING:
    from dure.movement.calls.types import Audience, WaveFacts
    from dure.movement.campaigns.types import CampaignFacts
    from dure.operations.calling import CallResults

call = typer.Typer(no_args_is_help=True, help="Calls: open one, call people in waves, see how it goes.")
Code = Annotated[
    str, typer.Argument(metavar="CODE", help="Short name of the call, as it stands in its link.")
]
Title = Annotated[str, typer.Option("--title", help="Heading of the call.")]
Text = Annotated[str, typer.Option("--text", help="What is asked, in plain words.")]
FEW: Final = "fewer than 10"
AppealKind = Literal["people", "needs", "goods"]
KINDS: Final[tuple[AppealKind, ...]] = ("people", "needs", "goods")


@call.command("open")
def open_(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")],
    code: Annotated[str, typer.Option("--code", help="Short name of the call, as it stands in its link.")],
    title: Title,
    text: Text,
    language: Annotated[str, typer.Option("--language", help="Language of these words, like ko.")] = "en",
    asks: Annotated[str, typer.Option("--asks", help="people, needs or goods.")] = "people",
    channels: Annotated[
        str, typer.Option("--channels", help="Of email, sms, push, chat, feed and poster; with commas.")
    ] = "email,sms,push,feed,poster",
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="CODE", help="Code of a place whose people are called; repeatable."),
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option("--skill", metavar="CODE", help="Only people with one of these; repeatable."),
    ] = None,
    reserve: Annotated[bool, typer.Option("--reserve", help="Only the reserve register.")] = False,
    wanted: Annotated[
        int | None, typer.Option("--wanted", metavar="N", help="Waves stop when so many have answered.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day, by the campaign's clock.")
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Open a call of an open campaign; its page leads to sign-ups that carry its code."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import appeals
        from dure.movement.campaigns import reads as campaigns

        found = campaigns.campaign_for(SYSTEM, slug)
        opened = appeals.open_appeal(
            actor=SYSTEM,
            campaign_id=found.id,
            code=code,
            title=title,
            text=text,
            language=language,
            asks=_asks(asks),
            channels=tuple(one.strip() for one in channels.split(",") if one.strip()),
            audience=_audience(area or [], skill or [], reserve),
            wanted_count=wanted,
            closes_at=_end_of(until, found),
            now=datetime.now(UTC),
        )
        answer.say(f"Call {opened.code} of {slug} is open: people can sign up.")
        answer.give(asdict(opened))


@call.command("say")
def say(
    code: Code,
    language: Annotated[str, typer.Option("--language", help="Language of these words, like ko.")],
    title: Title,
    text: Text,
    json_to: JsonTo = None,
) -> None:
    """Say a call in a further language; said again, the newer words stand."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import appeals
        from dure.movement.calls.types import AppealWords

        said = appeals.say_in(actor=SYSTEM, code=code, words=AppealWords(language, title, text))
        answer.say(f"Call {code} speaks {language} now.")
        answer.give(asdict(said))


@call.command("list")
def list_(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")],
    json_to: JsonTo = None,
) -> None:
    """The calls of a campaign, the newest first."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import reads
        from dure.movement.campaigns import reads as campaigns

        campaign, now = campaigns.campaign_for(SYSTEM, slug), datetime.now(UTC)
        rows = [(one, reads.is_open(one, campaign, now)) for one in reads.appeals_of(campaign.id)]
        shown = [(one.code, one.asks, "open" if is_open else "over", one.title) for one, is_open in rows]
        answer.table("", {"code": False, "asks": False, "state": False, "title": False}, shown)
        answer.give({"calls": [asdict(one) | {"is_open": is_open} for one, is_open in rows]})


@call.command("wave")
def wave(
    code: Code,
    per_minute: Annotated[int, typer.Option("--per-minute", metavar="N", help="People a minute.")] = 2000,
    wave_id: Annotated[
        str | None,
        typer.Option("--id", metavar="UUID", help="Id of this command: given twice, it starts one wave."),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Call so many people a minute until the need is met; `dure serve` or `dure call run` does the calling."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import waves

        started = waves.start_wave(
            actor=SYSTEM, code=code, client_id=_id(wave_id), per_minute=per_minute, now=datetime.now(UTC)
        )
        _tell_wave(answer, started)


@call.command("stop")
def stop(
    code: Code,
    json_to: JsonTo = None,
) -> None:
    """Call nobody more; letters not sent yet stay queued until the call is closed."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import reads, waves

        running = [one for one in reads.waves_of(SYSTEM, code) if one.state == "running"]
        stopped = [
            waves.stop_wave(actor=SYSTEM, code=code, wave_id=one.id, now=datetime.now(UTC)) for one in running
        ]
        answer.say(f"Call {code}: {len(stopped)} wave stopped." if stopped else f"Call {code}: no wave runs.")
        answer.give({"stopped": [_wave(one) for one in stopped]})


@call.command("run")
def run(json_to: JsonTo = None) -> None:
    """Call this minute's people of every running wave, once; for machines without `dure serve`."""
    with answering(json_to) as answer:
        from dure.operations import calling

        called = calling.call_due(datetime.now(UTC))
        answer.say(f"{called:,} called.")
        answer.give({"called": called})


@call.command("close")
def close(code: Code, json_to: JsonTo = None) -> None:
    """End a call for good: no more answers, no more letters; who was called is forgotten, counts are kept."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.calls import appeals

        closed = appeals.close_appeal(actor=SYSTEM, code=code, now=datetime.now(UTC))
        answer.say(f"Call {code} is closed.")
        answer.give(asdict(closed))


@call.command("results")
def results(code: Code, json_to: JsonTo = None) -> None:
    """How a call goes: called, sent, answered, placed, cost. Counts of fewer than 10 people are not told."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import calling

        found = calling.results(SYSTEM, code)
        counts = _counts(found)
        rows = [(name, FEW if count is None else f"{count:,}") for name, count in counts.items()]
        rows.append(("cost", f"{found.results.cost_milli / 1000:,.2f}"))
        answer.table(f"Call {code}", {"": False, "count": True}, rows)
        if found.is_met:
            answer.say("The need is met.")
        answer.give(_results(found, counts))


@call.command("poster")
def poster(
    code: Code,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where the poster goes, as SVG.")],
    language: Annotated[
        str, typer.Option("--language", help="Language of the poster; else the call's own.")
    ] = "",
    json_to: JsonTo = None,
) -> None:
    """Draw a poster for print (A4), with a QR code that leads to the call under DURE_SITE."""
    with answering(json_to) as answer:
        from dure.movement.calls import reads
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.letters import site
        from dure.operations.posters import poster as drawn

        appeal = reads.appeal(code)
        if language and language not in reads.languages_of(appeal):
            spoken = ", ".join(reads.languages_of(appeal))
            raise BadInput(where="--language", what=f"the call does not speak {language}", wanted=spoken)
        campaign = campaigns.campaign_by_id(appeal.campaign_id)
        address = f"{site()}/call/{code}/"
        sheet = drawn(
            words=reads.words(code, language or appeal.language),
            campaign_name=campaign.name,
            address=address,
            label=campaign.synthetic_label,
        )
        try:
            out.write_bytes(sheet)
        except OSError as error:
            raise OutputUnwritable(file=str(out), why=(error.strerror or str(error)).lower()) from error
        answer.say(f"{out}: leads to {address}")
        answer.give({"file": str(out), "address": address})


def _asks(text: str) -> AppealKind:
    for kind in KINDS:
        if text == kind:
            return kind
    raise BadInput(where="--asks", what=f"{text} is nothing to ask for", wanted=", ".join(KINDS))


def _audience(areas: list[str], skills: list[str], reserve: bool) -> Audience:
    from dure.movement.calls.types import Audience
    from dure.movement.places import reads as places

    return Audience(tuple(places.by_code(one).path for one in areas), tuple(skills), reserve)


def _end_of(until: str | None, campaign: CampaignFacts) -> datetime | None:
    """The end of the last day, by the campaign's clock."""
    if until is None:
        return None
    return datetime.combine(as_date(until) + timedelta(days=1), time(), ZoneInfo(campaign.timezone))


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text) if text else uuid.uuid4()
    except ValueError as error:
        raise BadInput(where="--id", what=f"{text} is no id", wanted="a UUID") from error


def _tell_wave(answer: Answer, wave: WaveFacts) -> None:
    answer.say(f"Wave {wave.id}: {wave.state}, {wave.per_minute:,} people a minute.")
    answer.give(_wave(wave))


def _wave(wave: WaveFacts) -> dict[str, object]:
    """A wave for programs; how many it called is told as everywhere, from ten on."""
    from dure.movement.calls.appeal_rules import shown_count

    return asdict(wave) | {"called_count": shown_count(wave.called_count)}


def _counts(found: CallResults) -> dict[str, int | None]:
    from dure.movement.calls.appeal_rules import shown_count

    exact = {
        "called": found.results.called_count,
        "sent": found.results.sent_count,
        "delivered": found.results.delivered_count,
        "answered": found.results.answered_count,
        "placed": found.placed_count,
    }
    return {name: shown_count(count) for name, count in exact.items()}


def _results(found: CallResults, counts: dict[str, int | None]) -> dict[str, object]:
    """For programs: what a page shows, None where it says "fewer than 10"."""
    from dure.movement.calls.appeal_rules import shown_count

    by_channel = {
        one.channel: {"sent": shown_count(one.sent_count), "cost_milli": one.cost_milli}
        for one in found.results.by_channel
    }
    return {
        "code": found.appeal.code,
        **counts,
        "wanted": found.appeal.wanted_count,
        "is_met": found.is_met,
        "cost_milli": found.results.cost_milli,
        "by_channel": by_channel,
    }
