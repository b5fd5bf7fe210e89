"""Files handed in at the desk: kept in the data folder from the upload to the end of the import, and not for long.

A batch has a folder of its own, ``DURE_HOME/imports/<id>``, which only its owner reads: what it is (``about.json``),
the table as it was handed in, and afterwards the wrong rows and the keys of what came in. The table is deleted as soon
as it was read; wrong rows are kept for two weeks, keys for as long as the import may be undone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from dure.base.access import Actor
from dure.base.home import home
from dure.kernel.refusals import NotFound
from dure.movement.campaigns.types import CampaignFacts
from dure.operations.first_run import EVERYWHERE
from dure.operations.imports import guesses, mapping
from dure.operations.imports.errors import ImportNotThere, ImportOver, ImportTooLargeForPage
from dure.operations.imports.files import into_utf8
from dure.operations.imports.readings import MONTH_FIRST

State = Literal["new", "running", "done", "undoing", "undone"]
FILE_BYTES_MAX: Final = 20 * 1024 * 1024
FOLDER: Final = "imports"
# Whoever uploads and goes away left other people's addresses behind.
UNREAD_FOR: Final = timedelta(days=1)
REJECTED_FOR: Final = timedelta(days=14)
KEPT_FOR: Final = timedelta(days=60)
# Places are of every campaign.
NO_CAMPAIGN: Final = 0
_ABOUT: Final = "about.json"
_KEYS: Final = "keys.bin"
_CLAIM: Final = "being-read"
KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """A file that was handed in, and what became of it.

    ``encoding``: in which it was saved, where that wasn't UTF-8. ``places``, ``fixed``: the mapping (see
    :mod:`mapping`). ``answered``: its people count as having answered the call.
    ``result``: counts and the first problems, once it was read. ``undone``: what undoing it took back and left.
    """

    id: UUID
    kind: str
    campaign_id: int
    account_id: int
    file: str
    at: datetime
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    encoding: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    answered: bool = False
    state: State = "new"
    started_at: datetime | None = None
    act_id: UUID | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    undone: Mapping[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return _folder(self.id)

    @property
    def source(self) -> Path:
        """The table as it was handed in."""
        return self.folder / f"uploaded{Path(self.file).suffix.lower()}"

    @property
    def table(self) -> Path:
        """The same with our columns. Its name is the file's: people are grouped by it (keys.group_key)."""
        return self.folder / f"{Path(self.file).stem}.csv"

    @property
    def rejected(self) -> Path:
        return self.folder / f"{Path(self.file).stem}.rejected.csv"

    @property
    def has_rejected(self) -> bool:
        return self.rejected.exists()

    def came_in(self) -> list[UUID]:
        """What came in, as :class:`~dure.operations.imports.types.Terms` tells of it."""
        try:
            held = (self.folder / _KEYS).read_bytes()
        except FileNotFoundError:
            return []
        whole = len(held) - len(held) % KEY_BYTES
        return [UUID(bytes=held[at : at + KEY_BYTES]) for at in range(0, whole, KEY_BYTES)]

    def claim(self) -> None:
        """Of two who begin to read it one does. Refuses with ImportOver."""
        try:
            os.close(_open_private(self.folder / _CLAIM, os.O_EXCL))
        except FileExistsError as other:
            raise ImportOver(state="being read") from other

    def release(self) -> None:
        (self.folder / _CLAIM).unlink(missing_ok=True)

    @contextmanager
    def keeping(self) -> Iterator[Keeper]:
        """Write keys down as they come, so that an import that died midway can be undone too."""
        with os.fdopen(_open_private(self.folder / _KEYS, os.O_APPEND), "ab") as handle:
            yield Keeper(handle.fileno())


@dataclass(frozen=True, slots=True)
class Keeper:
    handle: int

    def took(self, ids: Iterable[UUID]) -> None:
        os.write(self.handle, b"".join(one.bytes for one in ids))


def _open_private(path: Path, mode: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)


def _folder(batch_id: UUID) -> Path:
    return home() / FOLDER / str(batch_id)


def hand_in(
    *,
    kind: str,
    campaign: CampaignFacts | None,
    actor: Actor,
    name: str,
    parts: Iterable[bytes],
    now: datetime,
) -> Batch:
    """Keep a file that somebody uploads, with a first guess at its columns. ``campaign`` None: a list of places.

    Refuses with ImportTooLargeForPage, and what is no table as :func:`mapping.look` does; then nothing is kept.
    """
    batch = Batch(
        id=uuid.uuid4(),
        kind=kind,
        campaign_id=_id_of(campaign),
        account_id=actor.account_id or 0,
        file=_file_name(name),
        at=now,
        header=(),
    )
    batch.folder.mkdir(parents=True, mode=0o700)
    try:
        _write(batch, parts)
        encoding = into_utf8(batch.source)
        sheet = mapping.look(batch.source, kind)
    except BaseException as error:
        shutil.rmtree(batch.folder, ignore_errors=True)
        _name_in(error, batch)
        raise
    places = guesses.propose(sheet.header, kind)
    batch = replace(batch, header=sheet.header, rows=sheet.rows, encoding=encoding, places=places)
    save(batch)
    return batch


def _name_in(error: BaseException, batch: Batch) -> None:
    """The refusal names the file as its owner does."""
    facts = getattr(error, "facts", None)
    if isinstance(facts, dict) and facts.get("file") == batch.source.name:
        facts["file"] = batch.file


def _file_name(name: str) -> str:
    """What is left of a name that may come from anywhere: letters, digits, and an ending that is known."""
    stem, _, ending = Path(name.replace("\\", "/")).name.rpartition(".")
    plain = re.sub(r"[^\w-]+", "-", stem or ending).strip("-")[:60] or "table"
    known = {"csv", "xlsx", "xlsm", "xls", "txt", "tsv"}
    return f"{plain}.{ending.lower() if ending.lower() in known else 'csv'}"


def _write(batch: Batch, parts: Iterable[bytes]) -> None:
    size = 0
    with os.fdopen(_open_private(batch.source, os.O_EXCL), "wb") as handle:
        for part in parts:
            size += len(part)
            if size > FILE_BYTES_MAX:
                megabyte = 1024 * 1024
                raise ImportTooLargeForPage(
                    file=batch.file,
                    size=f"more than {FILE_BYTES_MAX // megabyte} MB",
                    most=f"{FILE_BYTES_MAX // megabyte} MB",
                    kind=batch.kind,
                )
            handle.write(part)


def save(batch: Batch) -> None:
    """Write down what is known of a batch, whole or not at all."""
    draft = batch.folder / f".{_ABOUT}.{uuid.uuid4().hex}"
    with os.fdopen(_open_private(draft, os.O_EXCL), "w", encoding="utf-8") as handle:
        json.dump(asdict(batch), handle, default=_as_text, ensure_ascii=False)
    draft.replace(batch.folder / _ABOUT)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def read(batch_id: UUID) -> Batch:
    """A batch by its id. Refuses with ImportNotThere."""
    try:
        held = json.loads((_folder(batch_id) / _ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ImportNotThere from error
    return Batch(
        **held
        | {
            "id": UUID(held["id"]),
            "at": datetime.fromisoformat(held["at"]),
            "header": tuple(held["header"]),
            "rows": tuple(tuple(row) for row in held["rows"]),
            "within": tuple(held["within"]),
            "started_at": datetime.fromisoformat(held["started_at"]) if held["started_at"] else None,
            "act_id": UUID(held["act_id"]) if held["act_id"] else None,
        }
    )


def of_campaign(campaign: CampaignFacts | None, *, account_id: int | None) -> list[Batch]:
    """The batches of a campaign, or of places (None), the newest first; of one account, or of all (None)."""
    found = []
    for about in (home() / FOLDER).glob(f"*/{_ABOUT}"):
        try:
            batch = read(UUID(about.parent.name))
        except (ImportNotThere, ValueError):
            continue
        if batch.campaign_id == _id_of(campaign) and account_id in (None, batch.account_id):
            found.append(batch)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _id_of(campaign: CampaignFacts | None) -> int:
    return campaign.id if campaign else NO_CAMPAIGN


def batch_for(actor: Actor, campaign: CampaignFacts | None, batch_id: UUID) -> Batch:
    """A batch of whoever handed it in, or of who organises the whole campaign (None: everywhere). Refuses with
    NotFound."""
    try:
        batch = read(batch_id)
    except ImportNotThere as gone:
        raise NotFound(what="import, or it was tidied away: what came in by it stands; it") from gone
    is_mine = actor.account_id is not None and batch.account_id == actor.account_id
    path = campaign.area_path if campaign else EVERYWHERE
    if batch.campaign_id != _id_of(campaign) or not (is_mine or actor.organises(path)):
        raise NotFound(what="import")
    return batch


def map_columns(
    batch: Batch,
    *,
    places: Mapping[str, int],
    fixed: Mapping[str, str],
    answered: bool,
    within: tuple[str, ...],
) -> Batch:
    """Say which columns are which; the table with our columns stands afterwards.

    ``within``: paths of the places its rows may name. Refuses with ImportMappingUnfit, ImportOver.
    """
    if batch.state != "new":
        raise ImportOver(state="read")
    mapped = replace(batch, places=dict(places), fixed=dict(fixed), answered=answered, within=within)
    country = within[0].strip("/").partition("/")[0] if within else ""
    mapping.write_mapped(
        mapped.source, mapped.table, mapped.kind, places, fixed, month_first=country in MONTH_FIRST
    )
    save(mapped)
    return mapped


def forget(batch: Batch) -> None:
    """Throw a batch away that was never read."""
    if batch.state == "new":
        shutil.rmtree(batch.folder, ignore_errors=True)


def tidy(now: datetime) -> int:
    """Throw away what is kept no longer; how many batches. A chore."""
    gone = 0
    for folder in (home() / FOLDER).glob("*"):
        try:
            batch = read(UUID(folder.name))
        except (ImportNotThere, ValueError):
            continue
        age = now - (batch.started_at or batch.at)
        if (batch.state == "new" and age > UNREAD_FOR) or age > KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
        elif age > REJECTED_FOR:
            batch.rejected.unlink(missing_ok=True)
    return gone
