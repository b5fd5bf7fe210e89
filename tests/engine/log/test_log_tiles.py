"""Tiles as c2sp.org/tlog-tiles lays them out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.log.errors import TileBad
from dure.engine.log.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from dure.engine.log.tiles import (
    TILE_BYTES,
    Tile,
    decode_bundle,
    encode_bundle,
    entries_path,
    hash_reader,
    new_tiles,
    partial_tiles,
    tile_path,
    tile_width,
)
from dure.kernel.must import Broken

LEAVES = [hashlib.sha256(b"\x00" + number.to_bytes(4, "big")).digest() for number in range(70_000)]


class Shelf:
    """Tiles by their path, as a web server would hold them; counts what is fetched."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []

    def read(self, level: int, index: int, width: int) -> bytes:
        path = tile_path(level, index, width)
        self.fetched.append(path)
        return self.files[path]

    def put(self, tiles: list[Tile]) -> None:
        self.files.update({tile.path: tile.data for tile in tiles})


def shelf_of(size: int) -> Shelf:
    shelf = Shelf()
    shelf.put(new_tiles(0, LEAVES[:size], shelf.read))
    return shelf


BIG = shelf_of(70_000)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (0, 1234, 5, "tile/0/x001/234.p/5"),
        (3, 999, 255, "tile/3/999.p/255"),
        (63, 1000, 256, "tile/63/x001/000"),
        (1, 1_000_000, 1, "tile/1/x001/x000/000.p/1"),
    ],
)
def test_tiles_lie_where_the_specification_says(level: int, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert entries_path(index, width) == path.replace(f"tile/{level}/", "tile/entries/", 1)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 256), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_place_that_no_tile_can_have_is_a_bug(level: int, index: int, width: int) -> None:
    with pytest.raises(Broken):
        tile_path(level, index, width)


def test_seventy_thousand_entries_make_the_tiles_of_the_specification() -> None:
    widths = [(level, width) for level, _, width in partial_tiles(70_000)]

    assert widths == [(0, 112), (1, 17), (2, 1)]
    full = [path for path in BIG.files if ".p/" not in path]
    assert len(full) == 273 + 1
    assert {path for path in BIG.files if ".p/" in path} == {
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }
    assert all(len(BIG.files[path]) == TILE_BYTES for path in full)


def test_256_entries_make_a_full_tile_and_a_partial_one_above() -> None:
    assert set(shelf_of(256).files) == {"tile/0/000", "tile/1/000.p/1"}
    assert partial_tiles(256) == [(1, 0, 1)]
    assert partial_tiles(0) == []


@settings(max_examples=40)
@given(cuts=st.lists(st.sampled_from([0, 1, 2, 5, 255, 256, 257, 700, 3000]), min_size=1, max_size=6))
def test_growing_in_batches_leaves_the_tiles_of_growing_at_once(cuts: list[int]) -> None:
    shelf, size = Shelf(), 0
    for count in cuts:
        before = dict(shelf.files)
        shelf.fetched.clear()
        changed = new_tiles(size, LEAVES[size : size + count], shelf.read)
        assert set(shelf.fetched) <= {tile_path(*place) for place in partial_tiles(size)}
        assert all(before.get(tile.path) != tile.data for tile in changed), "only what changed is written"
        shelf.put(changed)
        size += count

    at_once = shelf_of(size)
    assert at_once.files.items() <= shelf.files.items()
    assert Frontier.read(size, hash_reader(size, shelf.read)) == Frontier().append_many(LEAVES[:size])


@settings(max_examples=60)
@given(data=st.data())
def test_proofs_come_from_a_few_tiles(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 700))
    index = data.draw(st.integers(0, size - 1))
    shelf = shelf_of(size)
    proof = inclusion_proof(index, size, hash_reader(size, shelf.read))

    assert verify_inclusion(index, size, LEAVES[index], proof, root_of(LEAVES[:size]))


def test_a_proof_in_a_large_log_reads_at_most_two_tiles_a_level() -> None:
    root = root_of(LEAVES)
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        BIG.fetched.clear()
        proof = inclusion_proof(index, 70_000, hash_reader(70_000, BIG.read))

        assert verify_inclusion(index, 70_000, LEAVES[index], proof, root)
        assert len(BIG.fetched) == len(set(BIG.fetched)) <= 6


@pytest.mark.parametrize("old", [1, 256, 65_536, 65_537, 69_999])
def test_consistency_with_an_old_size_comes_from_the_newest_tiles(old: int) -> None:
    proof = consistency_proof(old, 70_000, hash_reader(70_000, BIG.read))

    assert verify_consistency(old, 70_000, root_of(LEAVES[:old]), root_of(LEAVES), proof)


def test_a_full_tile_serves_where_a_partial_one_is_asked_for() -> None:
    def widest(level: int, index: int, width: int) -> bytes:
        return BIG.read(level, index, tile_width(70_000, level, index))

    proof = inclusion_proof(300, 301, hash_reader(301, widest))

    assert verify_inclusion(300, 301, LEAVES[300], proof, root_of(LEAVES[:301]))


def _first_tile_as(data: bytes) -> Callable[[int, int, int], bytes]:
    def read(level: int, index: int, width: int) -> bytes:
        return data if (level, index) == (0, 0) else BIG.read(level, index, width)

    return read


@pytest.mark.parametrize("length", [0, 32, 8191, 8193, 8224])
def test_a_cut_or_padded_tile_is_refused_by_name(length: int) -> None:
    damaged = (BIG.files["tile/0/000"] + bytes(100))[:length]

    with pytest.raises(TileBad) as no:
        inclusion_proof(0, 70_000, hash_reader(70_000, _first_tile_as(damaged)))

    assert no.value.facts["path"] == "tile/0/000"


@pytest.mark.parametrize("spoil", ["swapped", "flipped"])
def test_a_swapped_or_changed_tile_gives_proofs_that_fail(spoil: str) -> None:
    true = BIG.files["tile/0/000"]
    false = BIG.files["tile/0/001"] if spoil == "swapped" else bytes([true[0] ^ 1]) + true[1:]
    root = root_of(LEAVES)

    good = inclusion_proof(1, 70_000, hash_reader(70_000, _first_tile_as(true)))
    bad = inclusion_proof(1, 70_000, hash_reader(70_000, _first_tile_as(false)))

    assert verify_inclusion(1, 70_000, LEAVES[1], good, root)
    assert not verify_inclusion(1, 70_000, LEAVES[1], bad, root)


def test_a_hash_beyond_the_tree_is_never_read() -> None:
    read_hash = hash_reader(300, shelf_of(300).read)

    assert read_hash(8, 0) == root_of(LEAVES[:256])
    with pytest.raises(Broken):
        read_hash(8, 1)


@given(entries=st.lists(st.binary(max_size=80), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), path="tile/entries/000") == entries


@pytest.mark.parametrize("cut", [1, 2, 33])
def test_a_bundle_cut_short_is_refused_by_name(cut: int) -> None:
    whole = encode_bundle([LEAVES[0], LEAVES[1]])

    assert whole[:2] == b"\x00\x20"
    with pytest.raises(TileBad) as no:
        decode_bundle(whole[:-cut], path="tile/entries/007")

    assert no.value.facts["path"] == "tile/entries/007"
    assert "entry 1" in str(no.value)
