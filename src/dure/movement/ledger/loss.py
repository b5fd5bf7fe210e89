"""Going on after a loss, openly: a new name for the log, and a signed statement of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature

from dure.base.ordered import locked
from dure.engine.log import checkpoint as signed
from dure.engine.log import resumed
from dure.engine.log.resumed import Resumed
from dure.kernel.must import must
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.ledger import keys, signing, tree, witnesses
from dure.movement.ledger.errors import LogContradicted, LogDamaged, LogNotLost
from dure.movement.ledger.models import Checkpoint, Entry, LogOrigin
from dure.movement.ledger.moments import milliseconds, moment_of
from dure.movement.ledger.remembered import HERE, Signed, remember, remembered
from dure.movement.ledger.types import ResumedFacts


def resume_after_loss(*, now: datetime) -> ResumedFacts:
    """Take a new name and sign what is missing, so that the log can be signed again.

    What is missing is known from the data folder and from witnesses that can be asked. Refuses with LogNotLost when
    nothing is, with LogContradicted when two states were signed that no lost backup explains, with LogDamaged when
    the tiles don't give the log's head.

    A name that was signed already, and that only the database does not know (it broke off before the end, or was put
    back whole), is taken as it was: nothing is said twice in different words.
    """
    heard = witnesses.heard()
    at_ms = milliseconds(now)
    with locked(tree.LOG_NAME) as head:
        if tree.edge_in_tiles(head.size) != tree.frontier_of(head.frontier):
            raise LogDamaged(what="the head and the tiles disagree")
        known = [*remembered(), *heard]
        begun = _begun(head.size, known)
        if not begun:
            statement = _statement(head.size, _newest_lost(head.size, known), at_ms)
            begun = [(statement, resumed.sign(statement, keys.private_key()))]
        rows = [_take_name(statement, note) for statement, note in begun]
    return _facts(rows[-1])


def _begun(size: int, known: Sequence[Signed]) -> list[tuple[Resumed, str]]:
    """Remembered statements of names that this database doesn't know, if all that was signed under them is here.

    Else none: then something is missing of the newest name as well, and it takes another statement to say so.
    """
    today = keys.number_of(keys.origin()) or 0
    newest = max((signing.age(one)[0] for one in known), default=0)
    later = sorted((one for one in known if signing.age(one)[0] > today and one.statement), key=signing.age)
    if newest <= today or not later or signing.age(later[-1])[0] != newest:
        return []
    old_origins = [
        keys.later_origin(n - 1) if n > 1 else keys.first_origin() for n, _ in map(signing.age, later)
    ]
    said = [
        resumed.verify(one.statement, old, keys.public_key())
        for one, old in zip(later, old_origins, strict=True)
    ]
    states = [(one.base_size, one.base_root) for one in said]
    states += [(one.state.size, one.state.root) for one in known if signing.age(one)[0] == newest]
    if Checkpoint.objects.filter(size__gt=said[0].base_size).exists():
        return []  # signed under the old name beyond the loss: another database than the one that went on
    stand = all(held <= size and tree.edge_in_tiles(held).root() == root for held, root in states)
    return list(zip(said, (one.statement for one in later), strict=True)) if stand else []


def _take_name(statement: Resumed, note: str) -> LogOrigin:
    """Enter the name with which ``statement`` goes on; it is on disk outside the database before that ends."""
    state = signed.Checkpoint(statement.new_origin, statement.base_size, statement.base_root)
    first_note = signed.sign(state, statement.new_origin, keys.private_key())
    row = LogOrigin.objects.create(
        number=statement.number,
        origin=statement.new_origin,
        statement=note,
        first_note=first_note,
        base_size=statement.base_size,
        base_root=statement.base_root,
        kept_size=statement.kept_size,
        lost_end=statement.lost_end,
        started_at_ms=statement.at_ms,
        time_signature=keys.sign_time(first_note, statement.at_ms),
    )
    remember([Signed(first_note, HERE, statement.at_ms, note)])
    return row


def losses() -> list[ResumedFacts]:
    """Every loss after which the log went on, oldest first."""
    return [_facts(row) for row in LogOrigin.objects.order_by("number")]


def loss(number: int | None = None) -> ResumedFacts:
    """Loss ``number``, by default the newest. Refuses with NotFound."""
    rows = LogOrigin.objects.order_by("-number")
    row = (rows if number is None else rows.filter(number=number)).first()
    if row is None:
        raise NotFound(what="loss in this log")
    return _facts(row)


def signed_roots() -> list[tuple[int, bytes, str]]:
    """(size, root, where it is said) of the names' statements, for whoever rebuilds the tree."""
    found: list[tuple[int, bytes, str]] = []
    for row in LogOrigin.objects.order_by("number"):
        where = f"log name {row.number}"
        found.append((row.base_size, bytes(row.base_root), where))
        try:
            said = resumed.verify(row.statement, _old_origin(row), keys.public_key())
            found.append((said.kept_size, said.kept_root, f"{where}, statement"))
        except Refusal:
            continue  # named by faults()
    return found


def faults(add: Callable[[str, str], None]) -> None:
    """Report whatever of the names' rows does not hold together."""
    for row in LogOrigin.objects.order_by("number"):
        where = f"log name {row.number}"
        try:
            said = resumed.verify(row.statement, _old_origin(row), keys.public_key())
            first = signed.verify(row.first_note, row.origin, keys.public_key())
        except Refusal as broken:
            add(where, str(broken))
            continue
        shown = (said.number, said.new_origin, said.kept_size, said.lost_end, said.base_size, said.base_root)
        kept = (row.number, row.origin, row.kept_size, row.lost_end, row.base_size, bytes(row.base_root))
        if shown != kept or said.at_ms != row.started_at_ms:
            add(where, "the signed statement says something else than its row")
        if (first.size, first.root) != (row.base_size, bytes(row.base_root)):
            add(where, "its first checkpoint is about another size or root")
        try:
            message = keys.time_message(row.first_note, row.started_at_ms)
            keys.public_key().verify(bytes(row.time_signature), message)
        except InvalidSignature:
            add(where, "the signature of its time does not belong to it")


def _newest_lost(size: int, known: list[Signed]) -> Signed:
    """The newest note that the ``size`` entries here fall short of."""
    lost = [one for one in known if signing.what_is_missing(size, one) is not None]
    if not lost:
        raise LogNotLost(where=" and ".join(sorted({one.where for one in known} | {HERE})))
    return max(lost, key=signing.age)


def _statement(size: int, cited: Signed, at_ms: int) -> Resumed:
    state = cited.state
    number = keys.number_of(state.origin)
    must(number is not None, "a note that binds us is of one of our names")
    kept = _kept(size, cited)
    return Resumed(
        number=(number or 0) + 1,
        old_origin=state.origin,
        new_origin=keys.later_origin((number or 0) + 1),
        kept_size=kept,
        kept_root=tree.edge_in_tiles(kept).root(),
        lost_end=state.size,
        base_size=size,
        base_root=tree.edge_in_tiles(size).root(),
        cited=cited.note,
        at_ms=at_ms,
    )


def _kept(size: int, cited: Signed) -> int:
    """How many entries of the cited state are here.

    What was recorded after the cited state was signed came after the backup was put back, so it is none of them.
    Where nobody knows when it was signed, only what is under a signed state that is here counts as kept.
    """
    newest, end = _newest_signed(cited), cited.state.size
    if newest >= end:
        raise LogContradicted(origin=cited.state.origin, size=newest)
    if cited.signed_at_ms is None:
        return newest
    later = Entry.objects.filter(index__gte=newest, recorded_at_ms__gt=cited.signed_at_ms)
    first_later = later.order_by("index").values_list("index", flat=True).first()
    kept = size if first_later is None else first_later
    return kept if kept < end else newest


def _newest_signed(cited: Signed) -> int:
    """The size of the newest signed state here that the cited one must continue, 0 before the first."""
    if cited.state.origin == keys.origin():
        state = signing.latest()
        return state.size if state else 0
    # It goes on from a name this database doesn't know; whether that began with the same entries as ours, neither.
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def _old_origin(row: LogOrigin) -> str:
    return keys.later_origin(row.number - 1) if row.number > 1 else keys.first_origin()


def _facts(row: LogOrigin) -> ResumedFacts:
    return ResumedFacts(
        number=row.number,
        old_origin=_old_origin(row),
        origin=row.origin,
        statement=row.statement,
        kept_size=row.kept_size,
        lost_end=row.lost_end,
        base_size=row.base_size,
        started_at=moment_of(row.started_at_ms),
    )
