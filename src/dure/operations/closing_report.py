"""The closing report of a campaign: what it came to, good and bad in one size (F10), sealed.

The seal is a statement, signed with the log's key, over the SHA-256 of the report's facts as canonical JSON; the facts
hold the signed checkpoint that the figures stand on. So whoever has the file can tell that this installation said it,
of which state of its log, and that nothing in it was changed since.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from dure.base.access import Actor
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import closing
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import ReportEarly
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.ledger import statements
from dure.movement.ledger.types import CheckpointFacts
from dure.operations.closing_facts import FORMAT, Facts, facts_of

# While others write, the log may be a little further than what was just signed.
TRIES_MAX: Final = 5
SEALED_OPEN: Final = "-----BEGIN DURE CLOSING REPORT-----"
SEALED_CLOSE: Final = "-----END DURE CLOSING REPORT-----"
FILE_CHARS_MAX: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """A sealed report. ``digest``: SHA-256 in hex of ``text``, the canonical JSON of ``facts``; ``seal``: a signed
    note."""

    facts: Facts
    text: str
    digest: str
    seal: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a report. ``is_whole``: nothing in it was changed; ``is_ours``: this log's key sealed it;
    ``log_stands``: the log still has the state that it stands on. ``changes``: what the figures say otherwise by now
    ("indicators[0].total.claimed_milli: 5 then, 6 now"): corrections that came later, no fault of the report.
    """

    digest: str
    is_whole: bool
    is_ours: bool
    log_stands: bool
    changes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.is_whole and self.is_ours and self.log_stands


def make(*, actor: Actor, slug: str, now: datetime) -> ClosingReport:
    """Make, seal and keep the report of a campaign that is over; made again while nothing has changed, it is the same.

    Signs the log first, so that the figures stand on a signed state. Refuses with NotFound, NotAllowed, and
    ReportEarly while the campaign runs.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = campaigns.campaign_for(actor, slug)
    actor.must_organise(campaign.area_path)
    if campaign.state != "closed":
        raise ReportEarly(slug=slug, state=campaign.state)
    for _ in range(TRIES_MAX):
        checkpoint = ledger_actions.sign_checkpoint(now=now)
        facts = _facts(campaign, checkpoint)
        if ledger.size() == checkpoint.size:
            break
    text = canonical(facts)
    digest = hashlib.sha256(text.encode()).hexdigest()
    earlier = newest(campaign.id)
    if earlier and _said(earlier.facts) == _said(facts):
        return earlier
    seal = statements.state(FORMAT, (campaign.slug, digest))
    closing.keep(campaign_id=campaign.id, facts=text, digest=digest, seal=seal, now=now)
    return ClosingReport(facts, text, digest, seal, now)


def newest(campaign_id: int) -> ClosingReport | None:
    """The report that was made last, as it was sealed; None before the first."""
    kept = closing.newest(campaign_id)
    return (
        ClosingReport(json.loads(kept.facts), kept.facts, kept.digest, kept.seal, kept.made_at)
        if kept
        else None
    )


def canonical(facts: Facts) -> str:
    """The facts as JSON in one form: keys in order, no spaces, letters as they are."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sealed_text(report: ClosingReport) -> str:
    """The report and its seal for programs: what :func:`check` reads, also out of a page that holds it."""
    return f"{SEALED_OPEN}\n{report.text}\n\n{report.seal}{SEALED_CLOSE}\n"


def check(*, slug: str, text: str) -> Checked:
    """Hold a report (a file that :func:`sealed_text` or a page with it is in) against its seal, the log, and today's
    figures. Refuses with BadInput when there is no report in it, and NotFound for another campaign's."""
    said, seal = _read(text)
    campaign = campaigns.campaign(slug)
    facts = _parsed(said)
    if facts["campaign"]["slug"] != slug:
        raise NotFound(what=f"report of {slug}")
    digest = hashlib.sha256(said.encode()).hexdigest()
    stated = statements.stated(FORMAT, seal)
    note = str(facts["log"]["checkpoint"])
    try:
        checkpoint = ledger.checkpoint_at(int(facts["log"]["size"]))
    except NotFound:
        return Checked(digest, stated == (slug, digest), stated is not None, log_stands=False, changes=())
    now = _facts(campaign, checkpoint)
    return Checked(
        digest=digest,
        is_whole=stated == (slug, digest),
        is_ours=stated is not None,
        log_stands=checkpoint.note == note,
        changes=tuple(_changes("", _said(facts), _said(now))),
    )


def _facts(campaign: CampaignFacts, checkpoint: CheckpointFacts) -> Facts:
    day = campaigns.local_day(campaign, campaign.closed_at) if campaign.closed_at else campaign.ends_on
    return facts_of(campaign, checkpoint=checkpoint, as_of=day)


def _said(facts: Facts) -> Facts:
    """What it says of the campaign, whatever state of the log it stands on."""
    return {name: value for name, value in facts.items() if name != "log"}


def _read(text: str) -> tuple[str, str]:
    found = re.search(rf"{SEALED_OPEN}\n(.*?)\n\n(.*?){SEALED_CLOSE}", text[:FILE_CHARS_MAX], re.DOTALL)
    if found is None:
        raise BadInput(
            where="file", what="holds no closing report", wanted="a file of `dure campaign report`"
        )
    return found[1], found[2]


def _parsed(said: str) -> Facts:
    try:
        facts = json.loads(said)
        if facts["format"] == FORMAT and {"campaign", "log", "as_of"} <= set(facts):
            return cast(Facts, facts)
    except (ValueError, KeyError, TypeError):
        pass
    raise BadInput(where="file", what="holds a report that can't be read", wanted=f"one of the form {FORMAT}")


def _changes(path: str, then: Any, now: Any) -> Iterator[str]:
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted({*then, *now}):
            yield from _changes(f"{path}.{name}" if path else name, then.get(name), now.get(name))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, both in enumerate(zip(then, now, strict=True)):
            yield from _changes(f"{path}[{place}]", *both)
    elif then != now:
        yield f"{path}: {_short(then)} then, {_short(now)} now"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."
