"""Refusals in the visitor's language: their sentence, and those of their facts that are words.

Rooms raise in plain English (dure.kernel.refusals) and know no visitor; the doors say it in another language. Facts
that are data, such as a team's name, stay as they are.
"""

from __future__ import annotations

import operator
import re
from functools import cache
from typing import Final

from django.utils.translation import get_language, gettext, pgettext

from dure.kernel.refusals import Refusal
from dure.operations import problem_facts
from dure.operations.problem_words import with_number

# The facts that hold words and no data.
FACTS: Final = frozenset({"what", "wanted", "where", "why", "state", "missing"})
# Facts that name a kind, a state or a field where they are text.
NAMES: Final = frozenset(
    {"answer", "encoding", "field", "how", "kind", "most", "purpose", "role", "size", "step"}
)
# What is wrong with something that was handed in, where it is: one such line, or several.
PROBLEMS: Final = frozenset({"first", "listing"})
CONTEXT_OF_FACTS: Final = "in a refusal"
# What is longer is somebody's own text: a hundred patterns would be tried at every place in it.
FACT_CHARS_MAX: Final = 500
# Facts that rooms put together or keep elsewhere than where they raise.
WORDS: Final = (
    *problem_facts.WORDS,
    "to agree to being matched",
    "insurance cover",
    "a briefing",
    "a clearance for work with children",
    "your guardian's consent",
    "to be registered",
    "to be registered, in a place of this campaign, and to agree to being matched",
    "one post at a time",
    "11 hours of rest after the shifts of a day",
    "11 hours between two shifts",
    "at most 48 hours in seven days",
    "35 hours of rest in one piece in seven days",
    "open until its time was up",
    "open until the campaign ended",
    "people were invited",
    "gifts were offered or asked for",
    "another call was opened",
    "people were called",
    "somebody signed up",
    "people were told what becomes of their offer",
    "somebody asked for hands",
    "a day was matched, or somebody took a seat",
    "work is on record",
    "organising here",
    "auditing here",
    "vetting here",
    "seeing the line",
    "comparing people here",
    "looking people up here",
    "counting people here",
    "the reserve register of this place",
    "stating the rules of this season",
    "confirming the denominator of this place",
    "looking at the safety of this work",
    "planning the next campaign",
    "handing this target down",
    "deciding about the targets above",
    "answering about this target",
    "arguing for this place",
    "writing up how a team of another area works",
    "following up what concerns this team",
    "saying who looks after teams of another area",
    "standing down an area",
    "seeing who was hurt",
    "looking up how to reach somebody",
    "ending the search for somebody",
    "rest and the end of the whole campaign",
    "showing a match of the whole campaign",
    "whoever asked for this no longer organises here",
    "running the match of the whole campaign",
    "draft",
    "open",
    "closed",
    "archived",
    "accepted",
    "present",
    "done",
    "no_show",
    "withdrawn",
    "new",
    "proposed",
    "agreed",
    "declined",
    "refused",
    "it is empty",
    "is missing",
    "has passed",
    "a time to come",
    "this is no phone number",
    "mixes letters of two alphabets that look alike in one word",
    "this host mixes letters of two alphabets that look alike",
    "mail to this host is thrown away within minutes, so nothing of ours would reach you",
    "this is the young person's own address",
    "this place is not on the earth",
    "the time for which it was kept is over",
    "a team can't challenge itself",
    "what is to be compared is not counted in this campaign",
    "only an output that is added up can be compared; hours are about people",
    "the campaign is not open",
    "one of them does not work in this campaign",
    "how you know them",
    "why, in words they can do something with",
    "it did not answer",
    # Rows of lists (operations.imports).
    "is empty",
    "a text",
    "a town",
    "a number",
    "the name or code of a known town",
    "no towns are known here yet",
    'its code or "Name, Region"',
    "the address of a parent or guardian, being under 18",
    "this is no e-mail address",
    "an address such as name@example.org",
    "yes or no",
    "yes: nobody is registered without their consent",
    "says no",
    "a date such as 2026-10-03",
    "a time such as 08:30",
    "the same facts, or a new id",
    "stands in an earlier row too",
    "an id of its own",
    "was imported before with other facts",
    "was recorded before with other facts",
    "a quotation mark doesn't close, or stands inside a cell",
    'marks only around a whole cell, doubled ("") inside',
    "a value, not a formula's error",
    "the cell holds a formula's error",
    "both or none",
    "a town the campaign covers",
    "a team that a needs file named",
    "the town of the team that is meant",
    "the short name (slug) of a campaign",
    "as many; a cell that holds the delimiter stands in quotation marks",
    "holds a line break or an invisible character",
    "text in one line",
    # What an uploaded file is instead of a table.
    "it is a PNG picture",
    "it is a JPEG picture",
    "it is a GIF picture",
    "it is a picture, a sound or a film",
    "it is a BMP picture",
    "it is a TIFF picture",
    "it is a PDF document",
    "it is compressed (gzip)",
    "it is compressed (7z)",
    "it is a database",
    "it is a Parquet file",
    "it is a text document (RTF)",
    "it is an old Excel workbook (.xls) or another Office document",
    "the same saved as .xlsx or as CSV UTF-8",
    "it is protected by a password",
    "the same saved without a password",
    "the workbook is damaged",
    "a whole file",
    "it is an archive or a document of another program",
    "a CSV file in UTF-8 or an Excel workbook (.xlsx)",
    "there is no row below the first one, which names the columns",
    "nothing stands in it",
)
# Facts with values in them, as rooms write them. A test holds that each is still written so and is in every catalog.
PATTERNS: Final = (
    *problem_facts.PATTERNS,
    "1 to {0}",
    "0 to {0}",
    "1 to {0} letters",
    "1 to {0} letters in one line",
    "1 to {0} characters",
    "1 to {0} characters of plain text",
    "1 to {0} in plain words",
    "at most {0}",
    "at most {0} letters",
    "at most {0} letters in one line",
    "at most {0} characters",
    "at most {0} bytes",
    "at most {0} there",
    "at least {0}, or a smaller target",
    "a day from {0} on, within {1} days",
    "a day to come, up to {0}",
    "a first day after {0}",
    "a closed campaign, or a day from {0}",
    "days from {0} to {1}",
    "{0} to {1} days",
    "days of no other {0}",
    "metres from 0 to {0}",
    "{0} letters at most",
    "{0} at most",
    "{0} or later",
    "{0} directly below",
    "{0} to carry a part",
    "{0}, what is to be handed down",
    "has {0} characters",
    "it has {0} kB",
    "its deadline was {0}",
    "report of {0}",
    "it can't be reached by push ({0})",
    "this page is for the role {0}",
    "there is nobody below {0} with a weight",
    "you don't hold what it takes to make somebody {0} there",
    "your own right ends on {0}, and this would outlast it",
    "a deputy stands in for {0} days at most, with an end",
    "its time ended at {0} UTC, and who is concerned has been told",
    "{0} proposals of this team wait for an answer",
    "{0} to {1} lies outside the campaign",
    "{0} to {1} does not fit",
    "{0} lies outside the campaign",
    "{0} is not directly below {1}",
    "{0} has a target of its own",
    "{0} follows it already",
    "{0} teams are named",
    "{0} has passed or is far away",
    "{0} has passed",
    "{0} is before {1}",
    "{0} is not after {1}",
    "{0} stands there twice",
    "{0} is no place of this campaign",
    "{0} is no kind of honour",
    "{0} is no purpose",
    "{0} may be {1} or {2}",
    "{0} is not a number",
    "{0} is not a day",
    "{0} is no id",
    "{0} is no code",
    "{0} is too large",
    "{0} has too many decimals",
    "{0} has no timezone",
    "{0} rows are too many for a workbook",
    "{0} letters can't be used",
    "{0} can't be used",
    "{0} can't be right",
    "{0} can't be",
    "{0} are too many",
    "{0} is unknown",
    "{0} a minute",
    "{0} days",
    "the skill {0}",
    "at most {0} hours of work in a day",
    "a year from {0} to {1}",
    "a whole number from {0} to {1}",
    "what was seen, in 1 to {0} letters",
    "one is of {0}, the other of {1}",
    "the target is {0} by now, since somebody else's plea was agreed",
    "the stated parts sum to {0}",
    "the rated capacities sum to {0}, less than the target",
    "{0} would be asked for more than its rated capacity",
    "{0} would get a lower level than in the period before",
    "{0} lies in the campaign before",
    "it runs until {0}, so its result is far from known",
    # Rows of lists (operations.imports).
    "{0} is no known town",
    "a known town, such as {0}",
    "{0} lies outside the places you organise here",
    "the row has {0} cells, the header {1}",
    "there are {0} towns of that name",
    "there is no campaign {0}",
    "{0} is another campaign",
    "{0}, whose desk this is",
    "{0} is too young",
    "{0} or earlier",
    "{0} is no date",
    "{0} is no time",
    "a day from {0} to {1}",
    "{0} is no place of the campaign",
    "it holds a NUL byte in line {0}, as pictures and programs do",
    "line {0} is longer than a megabyte",
    "it is named {0} and is no workbook",
)


# As the rooms' Problem writes itself: where it is, what is wrong and what would do.
_PROBLEM: Final = re.compile(r"(?P<where>[^:]+): (?P<what>.+); expected (?P<wanted>.+)", re.DOTALL)
# Several facts in one, such as all that somebody lacks for a post.
_JOINED: Final = re.compile(" and | or |, ")


def words_of(refusal: Refusal) -> str:
    """The sentence of ``refusal`` in the visitor's language, with its facts filled in."""
    return gettext(refusal.says).format(**{name: _said(name, one) for name, one in refusal.facts.items()})


def _said(name: str, value: object) -> object:
    if name in FACTS | NAMES:
        return fact(value)
    if name in PROBLEMS and get_language() != "en":
        return "\n".join(problem(line) for line in str(value).splitlines())
    return value


def problem(line: str) -> str:
    """One line about what is wrong, in the visitor's language as far as it is known; the names of fields stay."""
    found = _PROBLEM.fullmatch(line)
    if found is None:
        return "; ".join(str(fact(part)) for part in line.split("; "))
    halves = {name: fact(text) for name, text in found.groupdict().items()}
    return pgettext(CONTEXT_OF_FACTS, "{where}: {what}; expected {wanted}").format(**halves)


def fact(value: object) -> object:
    """A fact that is a word, in the visitor's language; all else as it is."""
    if not isinstance(value, str) or not 0 < len(value) <= FACT_CHARS_MAX or get_language() == "en":
        return value
    for known in (pgettext(CONTEXT_OF_FACTS, value), gettext(value)):
        if known != value:
            return known
    if (counted := with_number(value)) != value:
        return counted
    for pattern in _BY_LENGTH:
        found = _shape(pattern).fullmatch(value)
        if found:
            return pgettext(CONTEXT_OF_FACTS, pattern).format(*(fact(part) for part in found.groups()))
    parts = _JOINED.split(value)
    if len(parts) == 1:
        return value
    said = [fact(part) for part in parts]
    return ", ".join(map(str, said)) if all(map(operator.ne, parts, said)) else value


# "1 to 80 letters" is said by the pattern that says most of it, not by "1 to {0}".
_BY_LENGTH: Final = sorted(PATTERNS, key=lambda pattern: -len(re.sub(r"\{\d\}", "", pattern)))


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    """What ``pattern`` makes, with the values as groups."""
    return re.compile("(.+)".join(map(re.escape, re.split(r"\{\d\}", pattern))), re.DOTALL)
