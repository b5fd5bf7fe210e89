"""What a witness keeps: its name and key, the last state of each log, and evidence; files, replaced whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.base import home
from dure.base.durable import write_durably
from dure.engine.log import checkpoint as signed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.cosignature import Cosigner
from dure.engine.log.errors import VerifierKeyBad
from dure.engine.log.note import is_key_name, parse_verifier_key
from dure.kernel.must import must
from dure.movement.ledger.outside.errors import WitnessNamed, WitnessUnnamed
from dure.movement.ledger.outside.evidence import Evidence

SECRET_NAME = "witness_key"  # noqa: S105  the secret's name, not the secret


@dataclass(frozen=True, slots=True)
class Identity:
    """The witness itself."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def cosigner(self) -> Cosigner:
        return Cosigner(self.name, self.private_key.public_key())


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The newest state of a log that was cosigned, and where the log is.

    ``statement`` and ``next_origin``: how it went on after a loss, empty while it did not. ``note`` ends in our own
    cosignature.
    """

    origin: str
    verifier_key: str
    url: str
    note: str
    cosigned_at_s: int
    statement: str = ""
    next_origin: str = ""

    @property
    def state(self) -> Checkpoint:
        name, public_key = parse_verifier_key(self.verifier_key)
        return signed.verify(self.note, name, public_key)


def folder() -> Path:
    return home.home() / "witness"


def name_witness(name: str) -> Identity:
    """Make the witness's key under ``name``; once. Refuses with WitnessNamed, VerifierKeyBad (an unfit name)."""
    if not is_key_name(name):
        raise VerifierKeyBad(what="a name is not empty and has no space and no plus sign")
    path = folder() / "name"
    if path.exists():
        known = path.read_text(encoding="utf-8")
        if known != name:
            raise WitnessNamed(name=known)
    else:
        write_durably(path, name.encode())
    return identity()


def identity() -> Identity:
    """Refuses with WitnessUnnamed before :func:`name_witness`."""
    try:
        name = (folder() / "name").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WitnessUnnamed from None
    return Identity(name, Ed25519PrivateKey.from_private_bytes(home.secret(SECRET_NAME)))


def memories() -> list[Memory]:
    """Every log that was ever cosigned, by name."""
    found = [_load(path) for path in sorted((folder() / "logs").glob("*.json"))]
    return sorted(found, key=lambda one: one.origin)


def memory_of(origin: str) -> Memory | None:
    path = _path(origin)
    return _load(path) if path.exists() else None


def memory_by_digest(digest: str) -> Memory | None:
    """The log whose name has this SHA-256 (in hex), as it goes on today after its losses."""
    path = folder() / "logs" / f"{digest}.json"
    if len(digest) != len(sha256().hexdigest()) or not digest.isalnum() or not path.exists():
        return None
    return newest_after(_load(path))


def newest_after(memory: Memory) -> Memory:
    """The log of ``memory`` as it went on last, as far as that was seen; ``memory`` itself if it did not."""
    seen = {memory.origin}
    while memory.next_origin and memory.next_origin not in seen:
        later = memory_of(memory.next_origin)
        if later is None:
            break
        seen.add(later.origin)
        memory = later
    return memory


def keep(memory: Memory) -> None:
    """On return it is on disk."""
    write_durably(_path(memory.origin), json.dumps(asdict(memory), indent=1, ensure_ascii=False).encode())


def went_on(memory: Memory, statement: str, next_origin: str) -> None:
    """Keep how a log went on after a loss beside its last state, which stays."""
    keep(replace(memory, statement=statement, next_origin=next_origin))


def keep_evidence(evidence: Evidence) -> Path:
    """The file it is in now; the same evidence twice is one file."""
    text = evidence.to_json()
    told = replace(evidence, seen_at="", seen_by="").to_json()
    path = folder() / "evidence" / f"{sha256(told.encode()).hexdigest()[:16]}.json"
    if not path.exists():
        write_durably(path, text.encode())
    return path


def evidence_files() -> list[Path]:
    return sorted((folder() / "evidence").glob("*.json"))


@contextmanager
def alone(origin: str) -> Iterator[None]:
    """One process at a time changes what is remembered of a log, so that no older state replaces a newer one.

    A log that answers slowly keeps nobody waiting but whoever looks at it as well.
    """
    import fcntl

    path = _path(origin).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path(origin: str) -> Path:
    must(bool(origin), "a log has a name")
    return folder() / "logs" / f"{sha256(origin.encode()).hexdigest()}.json"


def _load(path: Path) -> Memory:
    return Memory(**json.loads(path.read_text(encoding="utf-8")))
