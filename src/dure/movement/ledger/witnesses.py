"""Who watches this log: the witnesses it trusts, what they cosigned, and what they remember of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from dure.base.ordered import locked
from dure.engine.log.cosignature import Cosignature as Line
from dure.engine.log.cosignature import Cosigner, cosignatures, parse_cosigner
from dure.engine.log.errors import CheckpointBad
from dure.engine.log.note import add_signatures, read_note
from dure.kernel.must import must
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.ledger import keys, signing, tree
from dure.movement.ledger.errors import CosignatureForeign, WitnessUntrusted
from dure.movement.ledger.models import Cosignature, Witness
from dure.movement.ledger.moments import milliseconds
from dure.movement.ledger.outside.errors import LogUnreachable
from dure.movement.ledger.outside.web import Web, parse_url
from dure.movement.ledger.remembered import Signed, remember
from dure.movement.ledger.types import CosignatureFacts, Fault, PublishedCheckpoint, WitnessFacts

# Signing must not wait long for somebody who is away; what a witness knows can also be handed in later.
ASK_SECONDS_MAX = 3.0
NOTE_BYTES_MAX = 64 * 1024
_MILLISECONDS = 1000


def trust(*, verifier_key: str, url: str, now: datetime) -> WitnessFacts:
    """Take and show the cosignatures of a witness from now on; once more changes its ``url``.

    ``url``: where it can be asked before signing, "" when it only comes by itself. Refuses with VerifierKeyBad,
    LogUnreachable (an address that is none).
    """
    witness = parse_cosigner(verifier_key)
    if url:
        parse_url(url)
    Witness.objects.update_or_create(
        name=witness.name,
        defaults={"verifier_key": verifier_key, "url": url.rstrip("/")},
        create_defaults={
            "verifier_key": verifier_key,
            "url": url.rstrip("/"),
            "trusted_at_ms": milliseconds(now),
        },
    )
    return WitnessFacts(witness.name, verifier_key, url.rstrip("/"))


def distrust(*, name: str) -> None:
    """Take no more cosignatures of a witness, and show none. Refuses with NotFound."""
    if not Witness.objects.filter(name=name).delete()[0]:
        raise NotFound(what="witness")


def trusted() -> list[WitnessFacts]:
    rows = Witness.objects.order_by("name").values_list("name", "verifier_key", "url")
    return [WitnessFacts(*row) for row in rows]


def published() -> PublishedCheckpoint | None:
    """The newest signed state with the witnesses' lines below its note, None before the first signing."""
    newest = signing.latest()
    if newest is None:
        return None
    origin = read_note(newest.note).text.split("\n", 1)[0]
    rows = Cosignature.objects.filter(origin=origin, size=newest.size).order_by("witness_id")
    lines = [
        CosignatureFacts(name, datetime.fromtimestamp(at_s, UTC), line)
        for name, at_s, line in rows.values_list("witness_id", "cosigned_at_s", "line")
    ]
    note = add_signatures(newest.note, [one.line for one in lines])
    return PublishedCheckpoint(checkpoint=newest, note=note, cosignatures=tuple(lines))


def take(*, note: str) -> list[CosignatureFacts]:
    """Keep the cosignatures of trusted witnesses below a checkpoint of this log; the newest of each counts.

    Anybody may hand in a checkpoint: it counts only with our own signature. One that signs more than is here is
    remembered before it is refused with LogRolledBack, and nothing is signed any more. Refuses with CheckpointBad,
    CosignatureForeign, WitnessUntrusted.
    """
    read = read_note(note)
    shown = Signed(note, "a note that was handed in")
    state = shown.state
    lines = cosignatures(read, _cosigners())
    with locked(tree.LOG_NAME) as head:
        missing = signing.what_is_missing(head.size, shown)
        if missing is not None:
            remember([_dated(note, lines)])
    # Outside the transaction, which has nothing to undo: the file stays, whoever hears the refusal.
    if missing is not None:
        signing.must_stand(head.size, [shown])
    if not lines:
        raise WitnessUntrusted
    kept = signing.under(state.origin, state.size)
    if kept is None or kept.root != state.root or read_note(kept.note).text != read.text:
        raise CosignatureForeign(what=f"none was signed here at {state.size} entries under {state.origin}")
    return [_keep(state.origin, state.size, line) for line in lines]


def heard() -> list[Signed]:
    """The newest note of this log that each witness with an address remembers; who does not answer is left out."""
    found: list[Signed] = []
    for witness in Witness.objects.exclude(url="").order_by("name"):
        web = Web(tries_max=1, timeout_seconds=ASK_SECONDS_MAX)
        try:
            answer = web.get(f"{witness.url}/{memory_path(keys.origin())}")
            note = answer.data.decode()
            if answer.status != 200:
                continue
            lines = cosignatures(read_note(note), [parse_cosigner(witness.verifier_key)])
            one = _dated(note, lines, f"the witness {witness.name}")
            must(bool(one.state.origin), "a note of ours names its log")
        except (LogUnreachable, CheckpointBad, UnicodeDecodeError):
            # A witness that is away or talks nonsense must not stop the log; a fork shows at its next visit.
            continue
        found.append(one)
    return found


def memory_path(origin: str) -> str:
    """Where a witness serves the newest note it has cosigned of a log, below its address."""
    return f"logs/{sha256(origin.encode()).hexdigest()}/checkpoint"


def faults() -> list[Fault]:
    """Stored witnesses and cosignatures that do not hold. For the ledger's verification."""
    found: list[Fault] = []
    for row in Cosignature.objects.select_related("witness").order_by("origin", "size", "witness_id"):
        where = f"cosignature of {row.witness_id} at {row.size}"
        try:
            stated = signing.under(row.origin, row.size)
            if stated is None:
                found.append(Fault(where, "no checkpoint of that name and size is kept"))
                continue
            note = read_note(f"{read_note(stated.note).text}\n{row.line}\n")
            seen = cosignatures(note, [parse_cosigner(row.witness.verifier_key)])
            if [one.at_s for one in seen] != [row.cosigned_at_s]:
                found.append(Fault(where, "its line is of another witness or time"))
        except Refusal as broken:
            found.append(Fault(where, str(broken)))
    return found


def _cosigners() -> list[Cosigner]:
    return [parse_cosigner(row.verifier_key) for row in Witness.objects.all()]


def _dated(note: str, lines: Sequence[Line], where: str = "a note that was handed in") -> Signed:
    """When a witness cosigned the note, it was signed."""
    return Signed(note, where, min((line.at_s for line in lines), default=0) * _MILLISECONDS or None)


def _keep(origin: str, size: int, line: Line) -> CosignatureFacts:
    row, _ = Cosignature.objects.get_or_create(
        origin=origin,
        size=size,
        witness_id=line.name,
        defaults={"line": line.line, "cosigned_at_s": line.at_s},
    )
    Cosignature.objects.filter(pk=row.pk, cosigned_at_s__lt=line.at_s).update(
        line=line.line, cosigned_at_s=line.at_s
    )
    return CosignatureFacts(line.name, datetime.fromtimestamp(line.at_s, UTC), line.line)
