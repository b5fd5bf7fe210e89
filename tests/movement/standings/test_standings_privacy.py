"""P9: no figure of fewer than ten people, nor one that gives it away."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.movement.standings.privacy import PEOPLE_MIN, Key, Part, publishable, publishable_heads


def _town(number: int, *heads: int) -> Part:
    """A town whose people work in one team each."""
    teams = tuple(
        Part(("team", number * 100 + at), count, is_empty=count == 0) for at, count in enumerate(heads)
    )
    return Part(("area", number), sum(heads), teams, is_empty=sum(heads) == 0)


def _land(*towns: Part) -> Part:
    return Part(("area", 0), sum(town.people_count for town in towns), towns)


def test_ten_people_are_enough_and_nine_are_not() -> None:
    assert publishable(_land(_town(1, 10), _town(2, 10))) >= {("area", 1), ("area", 2)}
    assert ("area", 1) not in publishable(_land(_town(1, 9), _town(2, 50), _town(3, 50)))


def test_one_small_town_takes_the_next_smallest_with_it() -> None:
    shown = publishable(_land(_town(1, 4), _town(2, 12), _town(3, 50)))
    assert {key for key in shown if key[0] == "area"} == {("area", 0), ("area", 3)}
    # The team that is all of town 2 would give the town away, and with it town 1.
    assert ("team", 200) not in shown


def test_two_small_towns_that_make_up_ten_hide_nothing_else() -> None:
    shown = publishable(_land(_town(1, 4), _town(2, 6), _town(3, 50)))
    assert {key for key in shown if key[0] == "area"} == {("area", 0), ("area", 3)}
    assert ("team", 300) in shown


def test_two_small_towns_that_make_up_nine_need_a_third() -> None:
    shown = publishable(_land(_town(1, 4), _town(2, 5), _town(3, 11), _town(4, 50)))
    assert {key for key in shown if key[0] == "area"} == {("area", 0), ("area", 4)}


def test_people_who_work_in_several_towns_are_not_counted_twice() -> None:
    # Towns 1 and 2 have the same four people: what the country holds beside town 3 stands on four, not on eight.
    land = Part(("area", 0), 50 + 4, (_town(1, 4), _town(2, 4), _town(3, 50), _town(4, 0)))
    assert ("area", 3) not in publishable(land)
    assert ("area", 0) in publishable(land)


def test_a_place_without_any_work_shows_its_zero() -> None:
    assert ("area", 2) in publishable(_land(_town(1, 30), _town(2, 0)))


def test_a_nameless_rest_is_protected_like_a_town() -> None:
    rest = Part(("rest", 0), 3, is_named=False)
    town = _town(1, 20, 30)
    land = Part(("area", 0), 53, (town, rest))
    assert ("area", 0) in publishable(land)
    # The town is hidden for the rest, and so is one of its teams, else the two would add up to the town again.
    assert {key for key in publishable(land) if key[0] != "area"} == {("team", 101)}


def test_a_whole_campaign_of_nine_publishes_nothing() -> None:
    assert publishable(_land(_town(1, 4), _town(2, 5))) == frozenset()


def _leaves(part: Part) -> frozenset[Key]:
    if not part.parts:
        return frozenset([part.key]) if not part.is_empty else frozenset()
    return frozenset().union(*(_leaves(child) for child in part.parts))


def _all(part: Part) -> Iterator[Part]:
    yield part
    for child in part.parts:
        yield from _all(child)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.lists(st.sets(st.integers(0, 40), max_size=16), max_size=3), max_size=4),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_nothing_that_can_be_worked_out_stands_on_fewer_than_ten(
    regions: list[list[list[set[int]]]],
) -> None:
    """People are numbers and may work anywhere; a team is the set of its people."""
    crews: dict[Key, set[int]] = {}
    region_parts = []
    for at, towns in enumerate(regions):
        town_parts = []
        for town_at, teams in enumerate(towns):
            number = at * 100 + town_at
            parts = []
            for team_at, crew in enumerate(teams):
                crews["team", number * 100 + team_at] = crew
                parts.append(Part(("team", number * 100 + team_at), len(crew), is_empty=not crew))
            people = set().union(*teams)
            town_parts.append(Part(("town", number), len(people), tuple(parts), is_empty=not people))
        people = {person for teams in towns for crew in teams for person in crew}
        region_parts.append(Part(("region", at), len(people), tuple(town_parts), is_empty=not people))
    everybody = set().union(*crews.values()) if crews else set()
    root = Part(("land", 0), len(everybody), tuple(region_parts), is_empty=not everybody)
    shown = publishable(root)
    by_key = {part.key: part for part in _all(root)}
    worked_out = [_leaves(by_key[key]) for key in shown if not by_key[key].is_empty]
    # In a tree everything that can be worked out is a union of these remainders.
    for whole in worked_out:
        parts_inside = [other for other in worked_out if other < whole]
        remainder = whole - frozenset().union(*parts_inside)
        heads = set().union(*(crews[key] for key in remainder))
        assert not remainder or len(heads) >= PEOPLE_MIN
    if len(everybody) >= PEOPLE_MIN:
        assert ("land", 0) in shown


def test_a_whole_that_tells_how_many_were_nowhere_else_hides_that_part() -> None:
    # 30 in all, 23 in town 1: seven were in town 2 alone.
    land = Part(("area", 0), 30, (_town(1, 23), _town(2, 15)))
    assert ("area", 1) not in publishable_heads(land)
    # 30 in all, 15 and 18: three were in both.
    both = Part(("area", 0), 30, (_town(1, 15), _town(2, 18)))
    assert {("area", 1), ("area", 2)} - publishable_heads(both)
    # Ten in both, and ten or more in each alone: nothing small can be worked out.
    fine = Part(("area", 0), 40, (_town(1, 25), _town(2, 25)))
    assert publishable_heads(fine) >= {("area", 0), ("area", 1), ("area", 2)}


@settings(max_examples=300, deadline=None)
@given(worked=st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=120))
def test_no_published_head_counts_tell_of_fewer_than_ten(worked: list[set[int]]) -> None:
    """``worked``: in which of six teams each person worked; teams 0 to 2 are town 1's, the others town 2's."""
    people = {team: {who for who, teams in enumerate(worked) if team in teams} for team in range(6)}

    def part(key: Key, who: set[int], *parts: Part) -> Part:
        return Part(key, len(who), parts, is_empty=not who)

    towns = []
    sets: dict[Key, set[int]] = {}
    for number, teams in ((1, (0, 1, 2)), (2, (3, 4, 5))):
        inside = [part(("team", team), people[team]) for team in teams]
        everybody = set().union(*(people[team] for team in teams))
        towns.append(part(("area", number), everybody, *inside))
        sets |= {("area", number): everybody} | {("team", team): people[team] for team in teams}
    whole = sets["area", 1] | sets["area", 2]
    sets["area", 0] = whole
    shown = publishable_heads(part(("area", 0), whole, *towns))
    below = {("area", 0): [("area", 1), ("area", 2)], ("area", 1): [("team", n) for n in (0, 1, 2)]}
    below["area", 2] = [("team", n) for n in (3, 4, 5)]
    for key in shown:
        assert not 0 < len(sets[key]) < PEOPLE_MIN
    for above, parts in below.items():
        published = [key for key in parts if key in shown and sets[key]]
        if above in shown:
            for key in published:
                assert not 0 < len(sets[above]) - len(sets[key]) < PEOPLE_MIN
            if len(published) == len([key for key in parts if sets[key]]) and published:
                twice = sum(len(sets[key]) for key in published) - len(sets[above])
                assert not 0 < twice < PEOPLE_MIN
