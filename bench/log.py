"""How fast the log is, against the bare hashes it can't do without, in the same run.

    python -m bench.log --entries 1000000 [--proofs 20000] [--json FILE]

"Limit" is the time of as many SHA-256 calls over ready bytes of the same lengths: an entry costs one for its
commitment and one for its leaf, a tree of n leaves n - 1 for its nodes. The ratio is limit by ours: 1.0 would
mean that nothing but hashing takes time. A "cold" proof starts with no tile in memory, "warm" ones share a
reader. "Rehash" is the root over entries packed already: ``dure verify`` reads and packs them too, and takes
longer. Processor time of one core, synthetic data; memory in GB of 10^9 bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.base.memory import peak_rss_gb
from dure.engine.log.checkpoint import Checkpoint, sign, verify
from dure.engine.log.entry import EntryFacts, Kind, decode, encode, leaf_hashes
from dure.engine.log.merkle import Frontier, inclusion_proof, verify_inclusion
from dure.engine.log.tiles import hash_reader, new_tiles

T = TypeVar("T")
BATCH = 1000
SEED = 20261122


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result and the processor seconds it took."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def made_facts(count: int) -> list[EntryFacts]:
    draw = random.Random(SEED)  # noqa: S311 - synthetic figures, no secrets
    return [
        EntryFacts(
            kind=Kind.HOURS if number % 2 else Kind.OUTPUT,
            client_id=UUID(int=draw.getrandbits(128)),
            campaign=1,
            indicator=number % 8,
            team=number % 5000,
            area=number % 200,
            post=number % 50_000,
            work_day=20_773,
            quantity_milli=draw.randrange(100, 20_000),
            recorded_at_ms=1_794_819_600_000 + number,
        )
        for number in range(count)
    ]


def bare_hashes(packed_bytes: int, count: int) -> float:
    """Processor seconds of the SHA-256 calls that ``count`` entries and their tree need."""
    entry, leaf, node = bytes(14 + 16 + 32 + packed_bytes), bytes(33), bytes(65)

    def work() -> None:
        for _ in range(count):
            sha256(entry).digest()
            sha256(leaf).digest()
            sha256(node).digest()

    return timed(work)[1]


def rehashed_root(rows: list[tuple[bytes, bytes, bytes]]) -> bytes:
    """The root over packed rows, a batch at a time: the hashing of a verification, without reading or packing."""
    frontier = Frontier()
    for at in range(0, len(rows), BATCH):
        frontier = frontier.append_many(leaf_hashes(rows[at : at + BATCH]))
    return frontier.root()


def append_in_batches(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for at in range(0, len(leaves), BATCH):
        frontier = frontier.append_many(leaves[at : at + BATCH])
    return frontier


def measure(entry_count: int, proof_count: int) -> dict[str, float]:
    facts = made_facts(entry_count)
    packed, encode_s = timed(lambda: [encode(one) for one in facts])
    _, decode_s = timed(lambda: [decode(one) for one in packed])
    salt, person = bytes(range(16)), bytes(range(32))
    rows = [(salt, one, person) for one in packed]
    leaves, hash_s = timed(lambda: leaf_hashes(rows))
    frontier, append_s = timed(lambda: append_in_batches(leaves))
    limit_s = bare_hashes(len(packed[0]), entry_count)
    rehashed, rehash_s = timed(lambda: rehashed_root(rows))
    assert rehashed == frontier.root()

    tiles, tiles_s = timed(lambda: new_tiles(0, leaves, lambda level, index, width: b""))
    shelf = {(tile.level, tile.index): tile.data for tile in tiles}

    def read_tile(level: int, index: int, width: int) -> bytes:
        return shelf[level, index]

    draw = random.Random(SEED)  # noqa: S311 - which proofs to make is no secret
    asked = [draw.randrange(entry_count) for _ in range(proof_count)]
    cold = asked[: max(1, proof_count // 20)]
    _, cold_s = timed(
        lambda: [inclusion_proof(one, entry_count, hash_reader(entry_count, read_tile)) for one in cold]
    )
    shared = hash_reader(entry_count, read_tile)
    proofs, warm_s = timed(lambda: [inclusion_proof(one, entry_count, shared) for one in sorted(asked)])
    held, check_s = timed(
        lambda: all(
            verify_inclusion(one, entry_count, leaves[one], proof, rehashed)
            for one, proof in zip(sorted(asked), proofs, strict=True)
        )
    )
    assert held
    note_s = sign_and_verify(Checkpoint("bench.example/log", entry_count, rehashed))
    return {
        "entries": entry_count,
        "encode_per_s": entry_count / encode_s,
        "decode_per_s": entry_count / decode_s,
        "leaf_hash_per_s": entry_count / hash_s,
        "encode_and_hash_per_s": entry_count / (encode_s + hash_s),
        f"append_by_{BATCH}_per_s": entry_count / append_s,
        "rehash_per_s": entry_count / rehash_s,
        "limit_per_s": entry_count / limit_s,
        "rehash_ratio": limit_s / rehash_s,
        "tiles_per_s": entry_count / tiles_s,
        "proofs_made_cold_per_s": len(cold) / cold_s,
        "proofs_made_warm_per_s": proof_count / warm_s,
        "proofs_checked_per_s": proof_count / check_s,
        "checkpoints_signed_and_verified_per_s": 1 / note_s,
        "peak_rss_gb": peak_rss_gb(),
    }


def sign_and_verify(checkpoint: Checkpoint, times: int = 500) -> float:
    """Processor seconds for signing and verifying one checkpoint."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    def work() -> None:
        for _ in range(times):
            verify(sign(checkpoint, checkpoint.origin, key), checkpoint.origin, key.public_key())

    return timed(work)[1] / times


def main() -> None:
    """Measure and print; ``--json -`` prints JSON alone."""
    parser = argparse.ArgumentParser(prog="python -m bench.log", description="How fast the log is.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--proofs", type=int, default=20_000)
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON (- for standard output)")
    asked = parser.parse_args()
    figures = measure(asked.entries, asked.proofs)
    text = json.dumps(figures, indent=2) + "\n"
    if asked.json == "-":
        sys.stdout.write(text)
        return
    for name, value in figures.items():
        print(f"{name:40} {value:>14,.2f}" if value < 100 else f"{name:40} {value:>14,.0f}")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
