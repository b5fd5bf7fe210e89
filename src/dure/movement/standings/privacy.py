"""Which figures about people may be published (promise P9).

Hours stand on people. A figure that fewer than PEOPLE_MIN people stand behind is not published, nor is one that
would give such a figure away when it is taken from the sum it belongs to.

The places and teams form a tree in which each part is the sum of its own parts. Whatever can be worked out from
the published figures is made up of *remainders*: a published part less the published parts in it. So the figures
are safe when every remainder that holds any work holds that of PEOPLE_MIN people: this is complementary suppression
(Cox, "Suppression methodology and statistical disclosure control", JASA 1980), exact for a tree. Heads in a
remainder are only bounded from below, since people work in several parts; so it errs on the side of silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

PEOPLE_MIN = 10

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A place, a team or a nameless rest. ``people_count``: distinct people behind all of it.

    ``is_named``: it has a figure that could be published. ``is_empty``: nothing was recorded in it.
    """

    key: Key
    people_count: int
    parts: tuple[Part, ...] = ()
    is_named: bool = True
    is_empty: bool = False


@dataclass(slots=True)
class _Seen:
    """A part as it looks from outside: the largest published parts in it, and what is hidden between them."""

    published: list[tuple[int, Key]] = field(default_factory=list)
    published_people: int = 0
    # People that surely stand behind what is hidden; None when nothing is.
    hidden_people: int | None = None

    def add(self, other: _Seen) -> None:
        self.published += other.published
        self.published_people += other.published_people
        self.hide(other.hidden_people)

    def hide(self, people: int | None) -> None:
        if people is not None:
            self.hidden_people = max(self.hidden_people or 0, people)


def publishable(root: Part) -> frozenset[Key]:
    """Keys of the named parts whose figures may be published together. Empty parts may: their figure is 0."""
    chosen: dict[Key, _Seen] = {}
    _settle(root, chosen)
    return frozenset(chosen)


def _settle(part: Part, chosen: dict[Key, _Seen]) -> _Seen:
    """Choose what is published in ``part``, deepest first; ``chosen`` maps it to what lies in it."""
    inside = _Seen()
    for child in part.parts:
        inside.add(_settle(child, chosen))
    if part.is_empty:
        if part.is_named:
            chosen[part.key] = inside
        return _Seen()
    if not part.parts:
        inside.hide(part.people_count)
    if not part.is_named or part.people_count < PEOPLE_MIN:
        return inside
    if part.parts:
        _guard_remainder(part, inside, chosen)
    chosen[part.key] = inside
    return _Seen(published=[(part.people_count, part.key)], published_people=part.people_count)


def _guard_remainder(part: Part, inside: _Seen, chosen: dict[Key, _Seen]) -> None:
    """Hide the smallest published parts of ``part`` until its remainder is safe, or is all of it."""
    heapify(inside.published)
    while inside.published and inside.hidden_people is not None:
        sure = max(inside.hidden_people, part.people_count - inside.published_people)
        if sure >= PEOPLE_MIN:
            return
        people, key = heappop(inside.published)
        inside.published_people -= people
        below = chosen.pop(key)
        for entry in below.published:
            heappush(inside.published, entry)
        inside.published_people += below.published_people
        # A leaf's own people; of a larger part what its remainder held. Its published parts stay published.
        inside.hide(below.hidden_people)


def publishable_heads(root: Part) -> frozenset[Key]:
    """Keys of the named parts whose numbers of different people may be published together.

    Heads don't add up, since somebody may work in two places, so more can be worked out from them than from sums: how
    many were in the whole but not in a part, and, where the parts together come to more than the whole, how many were
    counted twice. Neither may be 1 to PEOPLE_MIN - 1 people; else the part that gives it away, or the smallest, is
    hidden.
    """
    chosen = set(publishable(root))
    _settle_heads(root, chosen)
    return frozenset(chosen)


def _settle_heads(part: Part, chosen: set[Key]) -> list[tuple[int, Part]]:
    """Hide what a whole gives away of its parts, deepest first; the largest published parts in it, or it itself."""
    inside = [entry for child in part.parts for entry in _settle_heads(child, chosen)]
    if part.is_empty or part.key not in chosen:
        return inside
    while (entry := _giving_away(part.people_count, inside)) is not None:
        inside.remove(entry)
        chosen.discard(entry[1].key)
        inside += [deeper for child in entry[1].parts for deeper in _published_in(child, chosen)]
    return [(part.people_count, part)]


def _published_in(part: Part, chosen: set[Key]) -> list[tuple[int, Part]]:
    if part.key in chosen and not part.is_empty:
        return [(part.people_count, part)]
    return [entry for child in part.parts for entry in _published_in(child, chosen)]


def _giving_away(whole: int, inside: list[tuple[int, Part]]) -> tuple[int, Part] | None:
    """What has to be hidden for a whole of so many people to tell nothing of fewer than PEOPLE_MIN; None if it does."""
    for entry in inside:
        if 0 < whole - entry[0] < PEOPLE_MIN:
            return entry
    twice = sum(count for count, _ in inside) - whole
    if inside and 0 < abs(twice) < PEOPLE_MIN:
        return min(inside, key=lambda entry: (entry[0], entry[1].key))
    return None
