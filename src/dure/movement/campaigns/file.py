"""The campaign file: TOML in, a :class:`NewCampaign` out, or every problem at once.

A value that can't be read is noted and replaced by a neutral one, so that the rules still judge all
the rest; what they say about a replaced value is left out. docs/reference/campaign-file.md lists the keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from dure.kernel.quantities import MILLI, parse_milli
from dure.kernel.refusals import BadInput
from dure.movement.campaigns.errors import CampaignFileBad
from dure.movement.campaigns.rules import problems_of
from dure.movement.campaigns.types import (
    NewBreak,
    NewCampaign,
    NewIndicator,
    NewMovement,
    NewTarget,
    Problem,
)

# A campaign with 100,000 targets stays below; what is larger is something else.
FILE_CHARS_MAX = 32 * 1024 * 1024
_NEUTRAL_DAY = date(2000, 1, 1)
_NEUTRAL_MILLI = 1000
_TOP = ("movement", "campaign", "breaks", "indicators", "targets")


def parse_campaign_file(text: str, name: str) -> NewCampaign:
    """The campaign that ``text`` (TOML 1.0) states; ``name`` is the file's, for the refusal's words.

    Quantities are read as exact decimals, never as floats.

    Refuses with CampaignFileBad, which lists every problem by its key path.
    """
    if len(text) > FILE_CHARS_MAX:
        raise _refusal(name, [Problem("file", "is too large", f"at most {FILE_CHARS_MAX:,} characters")])
    try:
        # A byte-order mark is what some editors put first; it is no part of the text.
        table = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refusal(name, [Problem("file", f"is no TOML: {error}", "a TOML file")]) from error
    new, unread = _read(table)
    problems = unread + [found for found in problems_of(new) if not _rests_on(found, unread)]
    if problems:
        raise _refusal(name, problems)
    return new


def parse_targets_file(text: str, name: str) -> tuple[NewTarget, ...]:
    """Targets alone, as tables ``[[targets]]`` with the keys of the campaign file; for a campaign that is there.

    Refuses with CampaignFileBad, which lists every value that can't be read.
    """
    problems: list[Problem] = []
    try:
        top = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refusal(name, [Problem("file", f"is no TOML: {error}", "a TOML file")]) from error
    problems += [Problem(key, "is no known table", "targets") for key in top if key != "targets"]
    targets = tuple(_target(row) for row in _tables(top, "targets", problems))
    if problems:
        raise _refusal(name, problems)
    return targets


def _refusal(name: str, problems: list[Problem]) -> CampaignFileBad:
    lines = [f"{name}: {problem}" for problem in problems]
    return CampaignFileBad(file=name, count=len(lines), problems=tuple(lines), listing="\n".join(lines))


def _rests_on(found: Problem, unread: list[Problem]) -> bool:
    grounds = (found.key, *found.touches)
    return any(
        bad.key == ground or bad.key.startswith((f"{ground}.", f"{ground}["))
        for bad in unread
        for ground in grounds
    )


@dataclass
class _Table:
    """One table of the file; reading a key that doesn't fit notes a problem and gives a neutral value."""

    path: str
    values: Mapping[str, object]
    problems: list[Problem]
    known: set[str] = field(default_factory=set)

    def _note(self, key: str, what: str, wanted: str) -> None:
        self.problems.append(Problem(f"{self.path}.{key}", what, wanted))

    def _get(self, key: str, wanted: str, *, optional: bool = False) -> object | None:
        self.known.add(key)
        if key not in self.values and not optional:
            self._note(key, "is missing", wanted)
        return self.values.get(key)

    def text(self, key: str, *, optional: bool = False) -> str:
        value = self._get(key, "a text in quotes", optional=optional)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._note(key, f"is {_kind(value)}", "a text in quotes")
            return ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none where the key is left out."""
        wanted = "a list of texts in quotes"
        value = self._get(key, wanted, optional=True)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._note(key, f"is {_kind(value)}", wanted)
            return ()
        return tuple(one.strip() for one in value)

    def day(self, key: str) -> date:
        return self._day(key, optional=False) or _NEUTRAL_DAY

    def day_or_none(self, key: str) -> date | None:
        return self._day(key, optional=True)

    def _day(self, key: str, *, optional: bool) -> date | None:
        wanted = "a date such as 2026-10-01"
        value = self._get(key, wanted, optional=optional)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self._note(key, f"{value!r} is no date", wanted)
        elif isinstance(value, date) and not isinstance(value, datetime):
            return value
        elif value is not None:
            self._note(key, f"is {_kind(value)}", wanted)
        return None

    def milli(self, key: str) -> int:
        value = self._milli(key, optional=False)
        return _NEUTRAL_MILLI if value is None else value

    def milli_or_none(self, key: str) -> int | None:
        return self._milli(key, optional=True)

    def _milli(self, key: str, *, optional: bool) -> int | None:
        wanted = "a number such as 7.25"
        value = self._get(key, wanted, optional=optional)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            self._note(key, f"is {_kind(value)}", wanted)
            return None
        try:
            return parse_milli(str(value), where=key)
        except BadInput as bad:
            self._note(key, str(bad.facts["what"]), str(bad.facts["wanted"]))
            return None

    def done(self) -> None:
        """Note the keys nobody read: a mistyped optional key would be lost in silence."""
        for key in self.values:
            if key not in self.known:
                self._note(key, "is no known key", "one of " + ", ".join(sorted(self.known)))


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", Decimal: "a number", str: "a text", list: "a list"}
    if isinstance(value, datetime):
        return "a date with a time"
    return names.get(type(value), "a table" if isinstance(value, dict) else f"a {type(value).__name__}")


def _read(top: Mapping[str, object]) -> tuple[NewCampaign, list[Problem]]:
    problems = [
        Problem(key, "is no known table", "one of " + ", ".join(_TOP)) for key in top if key not in _TOP
    ]
    movement = _table(top, "movement", problems)
    campaign = _table(top, "campaign", problems)
    new = NewCampaign(
        movement=NewMovement(movement.text("slug"), movement.text("name"), movement.text("charter")),
        slug=campaign.text("slug"),
        name=campaign.text("name"),
        summary=campaign.text("summary"),
        area=campaign.text("area"),
        timezone=campaign.text("timezone"),
        starts_on=campaign.day("starts_on"),
        ends_on=campaign.day("ends_on"),
        indicators=tuple(_indicator(row) for row in _tables(top, "indicators", problems)),
        targets=tuple(_target(row) for row in _tables(top, "targets", problems)),
        synthetic_label=campaign.text("synthetic_label", optional=True),
        follows=campaign.text("follows", optional=True),
        two_persons=campaign.texts("two_persons"),
        rotation=_rotation(campaign),
        breaks=tuple(_break(row) for row in _tables(top, "breaks", problems)),
    )
    movement.done()
    campaign.done()
    return new, problems


def _rotation(campaign: _Table) -> int:
    milli = campaign.milli_or_none("rotation") or 0
    # What is no whole number is told with the other faults of the figure.
    return milli // MILLI if milli % MILLI == 0 else -1


def _indicator(row: _Table) -> NewIndicator:
    new = NewIndicator(
        code=row.text("code"),
        kind=row.text("kind"),
        name=row.text("name"),
        unit=row.text("unit"),
        unit_note=row.text("unit_note", optional=True),
        aggregation=row.text("aggregation", optional=True) or "sum",
        daily_norm_milli=row.milli_or_none("daily_norm"),
        continues=row.text("continues", optional=True),
        changed_note=row.text("changed_note", optional=True),
        saves=row.text("saves", optional=True),
    )
    row.done()
    return new


def _target(row: _Table) -> NewTarget:
    new = NewTarget(
        indicator=row.text("indicator"),
        area=row.text("area"),
        plan_milli=row.milli("plan"),
        deadline=row.day("deadline"),
        source=row.text("source"),
        source_date=row.day("source_date"),
        baseline_milli=row.milli_or_none("baseline"),
        rated_capacity_milli=row.milli_or_none("rated_capacity"),
        starts_on=row.day_or_none("starts_on"),
        team=row.text("team", optional=True),
        baseline_grade=row.text("baseline_grade", optional=True) or "claimed",
        baseline_lower_milli=row.milli_or_none("baseline_lower"),
    )
    row.done()
    return new


def _break(row: _Table) -> NewBreak:
    new = NewBreak(
        first_day=row.day("first_day"),
        last_day=row.day("last_day"),
        reason=row.text("reason"),
        kind=row.text("kind", optional=True) or "rest",
    )
    row.done()
    return new


def _table(top: Mapping[str, object], key: str, problems: list[Problem]) -> _Table:
    value = top.get(key)
    if isinstance(value, dict):
        return _Table(key, value, problems)
    if value is not None:
        problems.append(Problem(key, f"is {_kind(value)}", f"a table [{key}]"))
    # An absent table is reported by its missing keys: they say what to write.
    return _Table(key, {}, problems)


def _tables(top: Mapping[str, object], key: str, problems: list[Problem]) -> list[_Table]:
    value = top.get(key, [])
    if not isinstance(value, list):
        problems.append(Problem(key, f"is {_kind(value)}", f"tables [[{key}]]"))
        return []
    tables = []
    for place, row in enumerate(value):
        path = f"{key}[{place}]"
        if isinstance(row, dict):
            tables.append(_Table(path, row, problems))
        else:
            problems.append(Problem(path, f"is {_kind(row)}", f"a table [[{key}]]"))
    return tables
