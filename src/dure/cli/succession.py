"""`dure campaign pause|resume|rest|follow|carry|hand-over|report`: rest, what comes after, and what it came to."""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import REFUSED, Answer, answering
from dure.cli.options import JsonTo, as_date
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import BadInput

if TYPE_CHECKING:
    from dure.movement.campaigns.types import BreakFacts
    from dure.operations.closing_report import ClosingReport

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the campaign.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words for everybody.")]
First = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day, like 2026-10-03; else today.")
]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; else until it is resumed.")]


def pause(slug: Slug, reason: Reason, first: First = None, last: Last = None, json_to: JsonTo = None) -> None:
    """Pause an open campaign: no match, no calls, and who has a post on these days is freed and told."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import pausing

        made, called_off = pausing.pause(
            actor=SYSTEM,
            slug=slug,
            reason=reason,
            now=datetime.now(UTC),
            first_day=as_date(first) if first else None,
            last_day=as_date(last) if last else None,
        )
        answer.say(f"Campaign {slug} pauses from {made.first_day} {_until(made)}: {made.reason}")
        _say_freed(answer, called_off)
        answer.give({**asdict(made), "called_off": called_off})


def rest(
    slug: Slug,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, like 2026-10-03.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    reason: Reason = "Rest, planned in so that the pace can be kept.",
    json_to: JsonTo = None,
) -> None:
    """Plan days of rest into a campaign, before it opens or later."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import pausing

        spans = [(as_date(first), as_date(last))]
        made = pausing.plan_rest(actor=SYSTEM, slug=slug, spans=spans, reason=reason, now=datetime.now(UTC))
        _say_breaks(answer, made.breaks)
        _say_freed(answer, made.called_off)
        answer.give({"breaks": [asdict(one) for one in made.breaks], "called_off": made.called_off})


def resume(slug: Slug, json_to: JsonTo = None) -> None:
    """Go on from today: the break that today lies in ends with yesterday."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import breaks

        left = breaks.resume(actor=SYSTEM, slug=slug, now=datetime.now(UTC))
        answer.say(f"Campaign {slug} goes on from today.")
        _say_breaks(answer, left)
        answer.give({"breaks": [asdict(one) for one in left]})


def follow(
    slug: Slug,
    name: Annotated[str, typer.Option("--name", help="Name of the next campaign.")] = "",
    new_slug: Annotated[str, typer.Option("--slug", metavar="SLUG", help="Its short name.")] = "",
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="Its first day; else the day after this one ends."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=20_000, help="How long it lasts; else as long as this one."),
    ] = None,
    rest_every: Annotated[
        int,
        typer.Option("--rest-every", min=0, max=52, help="Every so many weeks one of rest; 0: none planned."),
    ] = 8,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="The next campaign as a file states it (.toml)."),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Make the draft of the campaign that carries this one on: same plan for as many days, baselines as verified."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads
        from dure.operations.following import Wishes, follow
        from dure.operations.imports.texts import read_text

        if rest_every == 1:
            raise BadInput(where="--rest-every", what="1 leaves no week for work", wanted="0, or 2 and more")
        new = reads.parse_campaign_file(read_text(file), file.name) if file else None
        wishes = Wishes(new_slug, name, as_date(first) if first else None, days, rest_every)
        made = follow(actor=SYSTEM, slug=slug, now=datetime.now(UTC), wishes=wishes, new=new)
        after = made.campaign
        answer.say(
            f"Campaign {after.slug} ({after.name}) is {after.state}: {after.starts_on} to {after.ends_on}, "
            f"{made.target_count} targets. It carries on {slug}."
        )
        answer.say(
            f"Baselines: {made.verified_count} verified, {made.claimed_count} only claimed, "
            f"{made.unknown_count} not known."
        )
        for code, note in made.changes.items():
            answer.say(f"Defined anew: {code}: {note}")
        _say_breaks(answer, made.breaks)
        if after.state == "draft":
            answer.say(f"Open it with: dure campaign open {after.slug}")
        answer.say(f"Then ask people and carry on what is open with: dure campaign carry {after.slug}")
        answer.give(asdict(made))


def carry(slug: Slug, json_to: JsonTo = None) -> None:
    """Ask everybody of the campaign before whether they come again, and carry on what it left open."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import carrying

        now = datetime.now(UTC)
        appeal, asked = carrying.ask_again(actor=SYSTEM, slug=slug, now=now)
        requests, posts = carrying.carry_needs(actor=SYSTEM, slug=slug, now=now)
        left = carrying.carried(actor=SYSTEM, slug=slug)
        answer.say(
            f"{asked} people of {left.before.slug} are asked by the call {appeal.code}. Only a yes counts; "
            "who says nothing is not asked again."
        )
        answer.say(f"Carried on: {requests} requests without an answer, {posts} posts with free seats.")
        answer.say(f"There to build on: {len(left.teams)} teams, {len(left.practices)} practices.")
        for row in left.stock:
            answer.say(f"In stock: {show_milli(row.stock_milli)} of {row.item}.")
        if left.stock:
            answer.say(f"Two keepers hand it over with: dure campaign hand-over {slug} --keeper … --keeper …")
        answer.give(
            {
                "call": asdict(appeal),
                "asked": asked,
                "requests": requests,
                "posts": posts,
                "teams": len(left.teams),
                "practices": [one.title for one in left.practices],
                "stock": [asdict(row) for row in left.stock],
            }
        )


def hand_over(
    slug: Slug,
    keeper: Annotated[
        list[str],
        typer.Option("--keeper", metavar="EMAIL", help="Account of a keeper; name two, different ones."),
    ],
    json_to: JsonTo = None,
) -> None:
    """Hand what is in stock over from the campaign before, under two keepers; the ledger of both has it."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.operations import carrying

        if len(keeper) != 2:
            raise BadInput(where="--keeper", what=f"there are {len(keeper)} keepers", wanted="two accounts")
        keepers = (known_account(keeper[0]), known_account(keeper[1]))
        handed = carrying.hand_over(actor=SYSTEM, slug=slug, keepers=keepers, now=datetime.now(UTC))
        for offer in handed:
            answer.say(f"Handed over: {show_milli(offer.quantity_milli)} of {offer.item}, witnessed.")
        if not handed:
            answer.say("There was nothing in stock.")
        answer.give({"offers": [asdict(offer) for offer in handed]})


def report(
    slug: Slug,
    html_to: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the report as one HTML file.")
    ] = None,
    pdf_to: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as PDF.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the report: en or ko.")] = "en",
    check_file: Annotated[
        Path | None,
        typer.Option("--check", metavar="FILE", help="Check a report (HTML or JSON with its seal) instead."),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Make the sealed closing report of a closed campaign; or check one: its seal, the log, and today's figures."""
    with answering(json_to) as answer:
        if check_file:
            _check(answer, slug, check_file)
            return
        from django.utils.translation import override

        from dure.base.access import SYSTEM
        from dure.operations import closing_report

        made = closing_report.make(actor=SYSTEM, slug=slug, now=datetime.now(UTC))
        with override(language):
            _write(made, html_to, pdf_to)
        answer.say(f"The report of {slug} stands on {made.facts['log']['size']:,} entries of the log.")
        answer.say(f"SHA-256 {made.digest}, signed with the log's key.")
        for file in (html_to, pdf_to):
            if file:
                answer.say(f"Written to {file}.")
        answer.give({**made.facts, "digest": made.digest, "sealed": closing_report.sealed_text(made)})


def _write(made: ClosingReport, html_to: Path | None, pdf_to: Path | None) -> None:
    from dure.cli.errors import OutputUnwritable
    from dure.operations.closing_pages import whole_page
    from dure.operations.closing_print import printed

    for file, content in ((html_to, whole_page), (pdf_to, printed)):
        if file is None:
            continue
        made_of = content(made)
        try:
            file.write_bytes(made_of.encode() if isinstance(made_of, str) else made_of)
        except OSError as broken:
            raise OutputUnwritable(file=str(file), why=(broken.strerror or "unknown").lower()) from broken


def _check(answer: Answer, slug: str, file: Path) -> None:
    from dure.operations.closing_report import check
    from dure.operations.imports.texts import read_text

    found = check(slug=slug, text=_sealed_in(read_text(file)))
    answer.say(f"SHA-256 {found.digest}")
    answer.say(
        "The seal fits: nothing was changed." if found.is_whole else "The seal does not fit what is sealed."
    )
    answer.say("This log's key has signed it." if found.is_ours else "This log's key has not signed it.")
    answer.say(
        "The log still has the state that it stands on."
        if found.log_stands
        else "The log no longer has the state that it stands on."
    )
    if found.changes:
        answer.say(f"{len(found.changes)} figures are different by now, as corrections came after it:")
    for line in found.changes[:20]:
        answer.say(f"  {line}")
    if not found.holds:
        answer.exit_code = REFUSED
    answer.give({**asdict(found), "holds": found.holds})


def _sealed_in(text: str) -> str:
    """The sealed facts as they were: a page shows them escaped, and the answer for programs has them as a value."""
    if text.lstrip().lower().startswith("<!doctype"):
        return html.unescape(text)
    try:
        facts = json.loads(text)
    except ValueError:
        return text
    return str(facts.get("sealed", "")) if isinstance(facts, dict) else text


def _say_breaks(answer: Answer, found: tuple[BreakFacts, ...]) -> None:
    for one in found:
        answer.say(f"{one.kind} from {one.first_day} {_until(one)}: {one.reason}")


def _say_freed(answer: Answer, called_off: int) -> None:
    if called_off:
        answer.say(f"Posts called off, and who had them told: {called_off:,}.")


def _until(one: BreakFacts) -> str:
    return f"to {one.last_day}" if one.last_day else "until it is resumed"
