"""`dure supervise …`: which teams want a look, who looks, by when."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import Answer, answering
from dure.cli.options import CampaignSlug, JsonTo, as_date

if TYPE_CHECKING:
    from dure.movement.supervision.types import SignalFacts

supervise = typer.Typer(
    no_args_is_help=True, help="Early warnings and good news about teams; who looks, by when."
)
# What supervision takes for one supervisor by default; its room is imported later, so that help is quick.
SPAN: Final = 13
SignalId = Annotated[int, typer.Argument(metavar="ID", help="Number of the signal, as `list` shows it.")]
Account = Annotated[str, typer.Option("--account", metavar="EMAIL", help="Account of the one who looks.")]
Words = Annotated[
    str, typer.Option("--words", help="In a sentence or two, about the work; the team reads it.")
]
Teams = Annotated[list[int], typer.Option("--team", metavar="ID", help="A team by number; may be repeated.")]
Span = Annotated[int, typer.Option("--span", help="How many teams one person looks after at most.")]


@supervise.command("list")
def list_(
    slug: CampaignSlug,
    settled: Annotated[
        bool, typer.Option("--settled", help="What was looked at or ended, in place of what waits.")
    ] = False,
    page: Annotated[int, typer.Option("--page", help="50 signals a page.")] = 1,
    json_to: JsonTo = None,
) -> None:
    """Signals about teams: safety first, then warnings, then what is to be asked, then good news."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.supervision import reads

        now = datetime.now(UTC)
        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = reads.signals(
            actor=SYSTEM,
            campaign_id=campaign.id,
            today=campaigns.local_day(campaign, now),
            settled=settled,
            page=page,
        )
        columns = {"no.": True, "team": False, "what": False, "since": False, "who looks": False, "by": False}
        answer.table(f"Signals of {slug}", columns, [_row(one) for one in found.signals])
        answer.say(
            f"{found.waiting_count:,} wait, {found.unowned_count:,} of them for somebody to look; "
            f"{found.late_count:,} are overdue."
        )
        answer.give(asdict(found) | {"signals": [_facts(one) for one in found.signals]})


@supervise.command("look")
def look(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """Work the signals out now; the house does it every morning at five by the campaign's clock."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.supervision import actions

        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = actions.look(campaign_id=campaign.id, now=datetime.now(UTC))
        answer.say(
            f"{found.new_count:,} new, {found.standing_count:,} still so, {found.ended_count:,} no longer."
        )
        answer.give(asdict(found))


@supervise.command("teams")
def teams(slug: CampaignSlug, span: Span = SPAN, json_to: JsonTo = None) -> None:
    """Who looks after how many teams, and which teams have nobody."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.supervision import reads

        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = reads.spans(actor=SYSTEM, campaign_id=campaign.id, span=span)
        rows = [
            (one.name, f"{one.team_count:,}", "too many" if one.team_count > span else "")
            for one in found.supervisors
        ]
        answer.table(f"Supervisors of {slug}", {"name": False, "teams": True, "": False}, rows)
        answer.say(f"{len(found.without):,} teams have nobody who looks after them.")
        answer.give(asdict(found))


@supervise.command("share")
def share(slug: CampaignSlug, span: Span = SPAN, json_to: JsonTo = None) -> None:
    """Share out the teams without a supervisor among those who organise nearest to them."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.supervision import actions

        campaign = campaigns.campaign_for(SYSTEM, slug)
        found = actions.share_out(actor=SYSTEM, campaign_id=campaign.id, now=datetime.now(UTC), span=span)
        answer.say(f"{found.given_count:,} teams were shared out, {found.left_count:,} are left.")
        answer.give(asdict(found))


@supervise.command("give")
def give(slug: CampaignSlug, account: Account, team: Teams, json_to: JsonTo = None) -> None:
    """Let somebody look after teams, in the place of whoever did."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.supervision import actions

        campaign = campaigns.campaign_for(SYSTEM, slug)
        count = actions.supervise(
            actor=SYSTEM,
            campaign_id=campaign.id,
            account_id=known_account(account),
            team_ids=team,
            now=datetime.now(UTC),
        )
        answer.say(f"{account} looks after {count:,} teams now.")
        answer.give({"account": account, "teams": count})


@supervise.command("follow-up")
def follow_up(
    signal: SignalId,
    account: Account,
    by: Annotated[str, typer.Option("--by", metavar="DATE", help="The day by which they look.")],
    json_to: JsonTo = None,
) -> None:
    """Name who looks after a signal, and by which day; whoever did before hands it over."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.supervision import actions, reads

        known = reads.signal(actor=SYSTEM, signal_id=signal).follow_up
        act = actions.hand_over if known is not None and known.is_open else actions.follow_up
        found = act(
            actor=SYSTEM,
            signal_id=signal,
            owner_id=known_account(account),
            due_on=as_date(by),
            now=datetime.now(UTC),
        )
        _tell(answer, found, f"{account} looks after signal {signal} by {by}.")


@supervise.command("done")
def done(signal: SignalId, words: Words, json_to: JsonTo = None) -> None:
    """Close a signal as looked at; it is not brought up again while it stays so."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.supervision import actions

        found = actions.done(actor=SYSTEM, signal_id=signal, words=words, now=datetime.now(UTC))
        _tell(answer, found, f"Signal {signal} is closed.")


@supervise.command("let-be")
def let_be(signal: SignalId, words: Words, json_to: JsonTo = None) -> None:
    """Let a signal be, and say why."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.supervision import actions

        found = actions.let_be(actor=SYSTEM, signal_id=signal, why=words, now=datetime.now(UTC))
        _tell(answer, found, f"Signal {signal} is let be.")


def _tell(answer: Answer, found: SignalFacts, says: str) -> None:
    answer.say(says)
    answer.give(_facts(found))


def _row(one: SignalFacts) -> tuple[str, ...]:
    from dure.operations import signal_words

    follow_up = one.follow_up
    graded = f" ({proof})" if (proof := signal_words.proof(one)) else ""
    return (
        str(one.id),
        one.team.name,
        f"{signal_words.heading(one.kind)}: {signal_words.sentence(one)}{graded}",
        str(one.since),
        follow_up.owner if follow_up else "nobody yet",
        str(follow_up.due_on) if follow_up else "",
    )


def _facts(one: SignalFacts) -> dict[str, object]:
    from dure.operations import signal_words

    return asdict(one) | {
        "tone": one.tone,
        "says": signal_words.sentence(one),
        "grade_of_proof": signal_words.proof(one),
    }
