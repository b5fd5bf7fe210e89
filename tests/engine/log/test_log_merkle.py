"""RFC 6962 trees against the Certificate Transparency reference vectors and a plain recursion."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.log.errors import LogHeadMalformed
from dure.engine.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from dure.kernel.must import Broken

# The eight leaves and their roots that the Certificate Transparency implementations share.
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_LEAVES = [hashlib.sha256(b"\x00" + entry).digest() for entry in CT_ENTRIES]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (index, size, path), counted from 0.
CT_INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CT_CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
FOREIGN = hashlib.sha256(b"foreign").digest()


def made_leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00" + number.to_bytes(4, "big")).digest() for number in range(count)]


LEAVES = made_leaves(700)


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def reader(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    def read_hash(level: int, index: int) -> bytes:
        held = leaves[index << level : (index + 1) << level]
        assert len(held) == 1 << level, "only complete subtrees are asked for"
        return plain_root(held)

    return read_hash


def tampered(proof: list[bytes]) -> list[list[bytes]]:
    """Every way to spoil a proof that the reference tests know."""
    spoilt = [
        [*proof, FOREIGN],
        [FOREIGN, *proof],
        [*proof, b""],
        [b"", *proof],
        [*proof, *proof[:1], FOREIGN],
    ]
    for place, one in enumerate(proof):
        flipped = bytes([one[0] ^ 8]) + one[1:]
        spoilt.append([*proof[:place], flipped, *proof[place + 1 :]])
        spoilt.append([*proof[:place], *proof[place + 1 :]])
    return spoilt


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_agree_with_the_reference(size: int) -> None:
    assert root_of(CT_LEAVES[:size]).hex() == CT_ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), CT_INCLUSION)
def test_inclusion_proofs_agree_with_the_reference(index: int, size: int, path: list[str]) -> None:
    proof = inclusion_proof(index, size, reader(CT_LEAVES))

    assert [one.hex() for one in proof] == path
    assert verify_inclusion(index, size, CT_LEAVES[index], proof, bytes.fromhex(CT_ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "path"), CT_CONSISTENCY)
def test_consistency_proofs_agree_with_the_reference(old: int, new: int, path: list[str]) -> None:
    proof = consistency_proof(old, new, reader(CT_LEAVES))

    assert [one.hex() for one in proof] == path
    roots = [bytes.fromhex(CT_ROOTS[size - 1]) for size in (old, new)]
    assert verify_consistency(old, new, roots[0], roots[1], proof)


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert root_of([]) == Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(cuts=st.lists(st.integers(0, 90), max_size=7))
def test_a_frontier_grown_in_any_batches_has_the_root_of_all_leaves(cuts: list[int]) -> None:
    frontier, size = Frontier(), 0
    for count in cuts:
        frontier = frontier.append_many(LEAVES[size : size + count])
        size += count

    assert frontier.size == size
    assert frontier.root() == plain_root(LEAVES[:size])
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier
    assert Frontier.read(size, reader(LEAVES)) == frontier


def test_appending_leaves_the_old_frontier_as_it_was() -> None:
    before = Frontier().append_many(LEAVES[:5])
    root = before.root()

    before.append_many(LEAVES[5:9])

    assert (before.size, before.root()) == (5, root)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 9,
        Frontier().append_many(LEAVES[:5]).to_bytes()[:-1],
        Frontier().append_many(LEAVES[:5]).to_bytes() + bytes(32),
    ],
)
def test_a_damaged_frontier_is_refused(stored: bytes) -> None:
    with pytest.raises(LogHeadMalformed):
        Frontier.from_bytes(stored)


def test_a_leaf_that_is_no_hash_is_a_bug() -> None:
    with pytest.raises(Broken):
        Frontier().append_many([b"short"])


@given(data=st.data(), size=st.integers(1, 700))
def test_every_leaf_can_be_proved_and_nothing_else(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, root = LEAVES[index], root_of(LEAVES[:size])
    proof = inclusion_proof(index, size, reader(LEAVES))

    assert verify_inclusion(index, size, leaf, proof, root)
    assert len(proof) <= size.bit_length()
    for spoilt in tampered(proof):
        assert not verify_inclusion(index, size, leaf, spoilt, root)
    assert not verify_inclusion(index, size, FOREIGN, proof, root)
    assert not verify_inclusion(index, size, leaf, proof, FOREIGN)
    assert not verify_inclusion(index, size, b"", proof, root)


@given(data=st.data(), old=st.integers(1, 700))
def test_a_grown_tree_is_shown_to_begin_with_the_old_one(data: st.DataObject, old: int) -> None:
    new = data.draw(st.integers(old, 700))
    old_root, new_root = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    proof = consistency_proof(old, new, reader(LEAVES))

    assert verify_consistency(old, new, old_root, new_root, proof)
    for spoilt in tampered(proof):
        assert not verify_consistency(old, new, old_root, new_root, spoilt)
    assert not verify_consistency(old, new, FOREIGN, new_root, proof)
    assert not verify_consistency(old, new, old_root, FOREIGN, proof)
    if old < new:
        assert not verify_consistency(old, new, new_root, old_root, proof)
        assert not verify_consistency(old, new, old_root, new_root, [])


def test_no_other_index_or_checkpointed_size_passes() -> None:
    roots = [root_of(LEAVES[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            proof = inclusion_proof(index, size, reader(LEAVES))
            passing = [
                (i, n)
                for n in range(34)
                for i in range(-1, 35)
                if verify_inclusion(i, n, LEAVES[index], proof, roots[n])
            ]
            assert passing == [(index, size)]


def test_no_other_pair_of_checkpoints_passes() -> None:
    roots = [root_of(LEAVES[:size]) for size in range(18)]
    for new in range(2, 18):
        for old in range(1, new):
            proof = consistency_proof(old, new, reader(LEAVES))
            passing = [
                (o, n)
                for n in range(1, 18)
                for o in range(1, n)
                if verify_consistency(o, n, roots[o], roots[n], proof)
            ]
            assert passing == [(old, new)]
            wrong_old = [
                o for o in range(-1, 22) if verify_consistency(o, new, roots[old], roots[new], proof)
            ]
            assert wrong_old == [old]


def test_a_rewritten_history_can_not_be_shown_consistent() -> None:
    honest = LEAVES[:40]
    rewritten = [*LEAVES[:10], FOREIGN, *LEAVES[11:60]]
    forged = consistency_proof(40, 60, reader(rewritten))

    assert not verify_consistency(40, 60, root_of(honest), root_of(rewritten), forged)
    assert verify_consistency(40, 60, root_of(rewritten[:40]), root_of(rewritten), forged)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "proof", "holds"),
    [
        (0, 0, EMPTY_ROOT, EMPTY_ROOT, [], True),
        (0, 8, EMPTY_ROOT, FOREIGN, [], True),
        (0, 8, FOREIGN, FOREIGN, [], False),
        (0, 8, EMPTY_ROOT, FOREIGN, [FOREIGN], False),
        (8, 8, FOREIGN, FOREIGN, [], True),
        (8, 8, FOREIGN, EMPTY_ROOT, [], False),
        (8, 8, FOREIGN, FOREIGN, [FOREIGN], False),
        (2, 1, FOREIGN, FOREIGN, [], False),
        (-1, 1, FOREIGN, FOREIGN, [], False),
        (3, 5, FOREIGN, FOREIGN, [], False),
        (8, 8, b"", b"", [], False),
    ],
)
def test_edges_of_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes], holds: bool
) -> None:
    assert verify_consistency(old, new, old_root, new_root, proof) is holds
    if old in (0, new):
        assert consistency_proof(old, new, reader(LEAVES)) == []


def test_asking_for_a_proof_outside_the_tree_is_a_bug() -> None:
    with pytest.raises(Broken):
        inclusion_proof(5, 5, reader(LEAVES))
    with pytest.raises(Broken):
        consistency_proof(6, 5, reader(LEAVES))
