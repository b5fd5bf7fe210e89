"""The hard rules: one rule, one name, one test.

A rule says what each post asks for (*demands*: keys and the posts that share them) and who has it (*holds*).
Every distinct demand becomes one bit, so that all rules together are the single test ``need & ~have == 0``
on as many 64-bit words as there are demands. What nobody asks for costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import (
    ADULT_AGE,
    BitArray,
    BoolArray,
    Int32Array,
    IntArray,
    PeopleFacts,
    PostFacts,
)

WORD_BITS = 64
Key = tuple[int, ...]


@dataclass(frozen=True)
class Ask:
    """Posts (rows) that ask for the same thing."""

    key: Key
    posts: IntArray


@dataclass(frozen=True)
class Rule:
    """A hard rule. ``reason`` completes "not possible because …" for the person who asks."""

    name: str
    reason: str
    asks: Callable[[PostFacts], list[Ask]]
    holds: Callable[[PeopleFacts, Key], BoolArray]


def _of_every_post(posts: PostFacts) -> list[Ask]:
    return _of_posts(np.ones(posts.count, np.bool_))


def _of_posts(mask: BoolArray) -> list[Ask]:
    rows = np.flatnonzero(mask)
    return [Ask((), rows)] if len(rows) else []


def _by_value(*columns: IntArray) -> list[Ask]:
    """One ask for each distinct combination of the columns."""
    if len(columns[0]) == 0:
        return []
    distinct, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return [
        Ask(tuple(int(value) for value in row), np.flatnonzero(which.ravel() == k))
        for k, row in enumerate(distinct)
    ]


def _by_code(owner: Int32Array, code: Int32Array) -> list[Ask]:
    return [Ask((int(value),), np.unique(owner[code == value]).astype(np.int64)) for value in np.unique(code)]


def _by_choice(owner: Int32Array, code: Int32Array) -> list[Ask]:
    """One ask for each distinct set of codes, any one of which is enough."""
    sets: defaultdict[int, set[int]] = defaultdict(set)
    for row, value in zip(owner.tolist(), code.tolist(), strict=True):
        sets[row].add(value)
    same: defaultdict[Key, list[int]] = defaultdict(list)
    for row in sorted(sets):
        same[tuple(sorted(sets[row]))].append(row)
    return [Ask(key, np.array(same[key], np.int64)) for key in sorted(same)]


def _listed(people: PeopleFacts, owner: Int32Array, match: BoolArray) -> BoolArray:
    held = np.zeros(people.count, np.bool_)
    held[owner[match]] = True
    return held


def _length_min(posts: PostFacts) -> IntArray:
    return posts.ends_min - posts.starts_min


def _inside_one_span(people: PeopleFacts, key: Key) -> BoolArray:
    starts_min, ends_min = key
    inside = (people.free_from_min <= starts_min) & (people.free_to_min >= ends_min)
    return _listed(people, people.free_person, inside)


RULES: tuple[Rule, ...] = (
    Rule(
        "skills",
        "the post needs a skill they have not shown",
        lambda posts: _by_code(posts.skill_post, posts.skill),
        lambda people, key: _listed(people, people.skill_person, people.skill == key[0]),
    ),
    Rule(
        "hours",
        "the shift is outside the hours they gave",
        lambda posts: _by_value(posts.starts_min, posts.ends_min),
        _inside_one_span,
    ),
    Rule(
        "cause",
        "they asked not to work for this cause",
        lambda posts: _by_value(posts.cause.astype(np.int64)),
        lambda people, key: ~_listed(people, people.refuses_person, people.refuses == key[0]),
    ),
    Rule(
        "language",
        "they share none of the languages spoken there",
        lambda posts: _by_choice(posts.language_post, posts.language),
        lambda people, key: _listed(people, people.language_person, np.isin(people.language, key)),
    ),
    Rule(
        "physical",
        "the work is heavier than they said they can do",
        lambda posts: _by_value(posts.physical.astype(np.int64)),
        lambda people, key: people.physical_max >= key[0],
    ),
    Rule(
        "rest",
        "they would not have rested long enough before the shift",
        lambda posts: _by_value(posts.starts_min),
        lambda people, key: people.rested_from_min <= key[0],
    ),
    Rule(
        "week_hours",
        "the shift would take them over 48 hours in the week",
        lambda posts: _by_value(_length_min(posts)),
        lambda people, key: people.minutes_left_week >= key[0],
    ),
    Rule(
        "shift_length",
        "the shift is longer than they wish to work",
        lambda posts: _by_value(_length_min(posts)),
        lambda people, key: people.shift_max_min >= key[0],
    ),
    Rule(
        "age",
        "they are younger than the post allows, or their age is not known",
        lambda posts: _by_value(posts.min_age.astype(np.int64)),
        lambda people, key: people.age >= key[0],
    ),
    Rule(
        "guardian",
        "they are under 18 and no guardian has agreed",
        _of_every_post,
        lambda people, _: (people.age >= ADULT_AGE) | people.guardian_agreed,
    ),
    Rule(
        "minors",
        "nobody under 18 works in danger, at night or alone",
        lambda posts: _of_posts(posts.hazardous | posts.night | posts.lone),
        lambda people, _: people.age >= ADULT_AGE,
    ),
    Rule("cover", "they are not insured on that day", _of_every_post, lambda people, _: people.covered),
    Rule("briefing", "they have not been briefed yet", _of_every_post, lambda people, _: people.briefed),
    Rule(
        "clearance",
        "work with children needs a clearance they do not have",
        lambda posts: _of_posts(posts.with_children),
        lambda people, _: people.cleared,
    ),
)


@dataclass(frozen=True, eq=False)
class RuleBits:
    """All rules as uint64 bits: ``have`` (n, w), ``need`` (m, w) and, rule by rule, ``masks`` (rules, w).

    A person may take a post, travel aside, exactly when ``need[post] & ~have[person]`` is zero; the rules
    that say no are those whose mask meets what is left.
    """

    have: BitArray
    need: BitArray
    masks: BitArray


def pack(people: PeopleFacts, posts: PostFacts, rules: tuple[Rule, ...] = RULES) -> RuleBits:
    """Turn rules into bits, rule after rule, ask after ask; at least one word, even without any ask."""
    asked = [(number, ask) for number, rule in enumerate(rules) for ask in rule.asks(posts)]
    words = max(1, -(-len(asked) // WORD_BITS))
    # Word after word while it is written, person after person where it is read.
    held = np.zeros((words, people.count), np.uint64)
    need = np.zeros((posts.count, words), np.uint64)
    masks = np.zeros((len(rules), words), np.uint64)
    for place, (number, ask) in enumerate(asked):
        word, bit = place // WORD_BITS, np.uint64(1 << (place % WORD_BITS))
        held[word] |= rules[number].holds(people, ask.key).astype(np.uint64) << np.uint64(place % WORD_BITS)
        need[ask.posts, word] |= bit
        masks[number, word] |= bit
    return RuleBits(np.ascontiguousarray(held.T), need, masks)


def stopped(
    rule: Rule, people: PeopleFacts, posts: PostFacts, person_rows: IntArray, post_rows: IntArray
) -> BoolArray:
    """Which of the given pairs one rule forbids, straight from the facts: the slow twin of the bits."""
    no = np.zeros(len(person_rows), np.bool_)
    for ask in rule.asks(posts):
        asked = np.isin(post_rows, ask.posts)
        if asked.any():
            no[asked] |= ~rule.holds(people, ask.key)[person_rows[asked]]
    return no
