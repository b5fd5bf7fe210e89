"""A folder that is made beside the one in use and put in its place at once; what did not change is not touched."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dure.base.home import home
from dure.kernel.must import must
from dure.operations.publish.errors import PublishBusy, PublishFolderForeign, PublishUnwritable

# Says that the folder is a copy of ours, and what is in it.
MARKER: Final = ".dure-copy.json"
NEXT: Final = ".next"
# In a folder all the same: what a file system puts there, and a stage that was cut off.
NOBODYS: Final = frozenset({NEXT, "lost+found"})
# Everything in the folder is public; the program's own files are for the owner alone.
FILE_MODE: Final = 0o644
FOLDER_MODE: Final = 0o755
_HERE: Final = -100  # AT_FDCWD
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)


@dataclass
class Stage:
    """The next state of ``folder``, written to ``root`` beside it."""

    folder: Path
    root: Path
    changed_count: int = 0
    _written: set[str] = field(default_factory=set)

    def before(self) -> dict[str, str]:
        """File names by key, as the marker of the state in use has them."""
        found = self._marked("files")
        return {str(key): str(name) for key, name in found.items()} if isinstance(found, dict) else {}

    def ours(self) -> set[str]:
        """All files in the folder that this program put there."""
        found = self._marked("written")
        return {MARKER, *map(str, found)} if isinstance(found, list) else {MARKER}

    def _marked(self, name: str) -> object:
        try:
            marked = json.loads((self.folder / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return marked.get(name) if isinstance(marked, dict) else None

    def carry_over(self) -> None:
        """What others put into the folder stays in it: a host's `.git`, `CNAME`, `.htaccess`."""
        ours = self.ours() | self._written
        for path in self.folder.rglob("*"):
            name = str(path.relative_to(self.folder))
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    (self.root / name).mkdir(parents=True, exist_ok=True)
            elif name not in ours:
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                _linked(path, self.root / name)

    def beside(self) -> Stage:
        """The same stage for another process to write to; what it did is taken over by :meth:`take`."""
        return Stage(self.folder, self.root)

    def take(self, other: Stage) -> None:
        self.changed_count += other.changed_count
        self._written |= other._written

    def put(self, name: str, data: bytes) -> None:
        """A file; the very one of the state in use where its bytes are the same."""
        old = self.folder / name
        if old.is_file() and old.stat().st_size == len(data) and old.read_bytes() == data:
            self.keep(name)
            return
        path = self._path(name)
        path.unlink(missing_ok=True)
        with path.open("xb") as file:
            file.write(data)
        path.chmod(FILE_MODE)
        self.changed_count += 1

    def draft(self, name: str, data: bytes) -> Path:
        """A file that is still to be gone over, and then ``put``."""
        path = self._path(name)
        # What stands there may be the very file of the state in use.
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        return path

    def keep(self, name: str) -> bool:
        """The file as it stands in the state in use; False if there is none."""
        old, path = self.folder / name, self._path(name)
        if not old.is_file():
            return False
        path.unlink(missing_ok=True)
        _linked(old, path)
        return True

    def mark(self, facts: dict[str, object]) -> None:
        """Last of all: what is in the folder, and also what is still to go from it, should that be cut off."""
        changed_count = self.changed_count
        going = {name for name in self.ours() - {MARKER} if (self.folder / name).is_file()}
        marked = {**facts, "written": sorted(self._written | going)}
        self.put(MARKER, json.dumps(marked, ensure_ascii=False, sort_keys=True).encode())
        # On the disk before it is put in place; all at once, since thirty thousand files one by one take minutes.
        os.sync()
        self.changed_count = changed_count

    @property
    def file_count(self) -> int:
        return len(self._written)

    def _path(self, name: str) -> Path:
        path = self.root / name
        must(".." not in path.relative_to(self.root).parts, "a file of the copy stands in its folder")
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, mode=FOLDER_MODE)
            for above in path.relative_to(self.root).parents:
                (self.root / above).chmod(FOLDER_MODE)
        self._written.add(name)
        return path


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage that is put in place when its block ends, and thrown away when it breaks.

    Refuses with PublishFolderForeign, PublishBusy, PublishUnwritable (a full disk, a folder of somebody else's).
    """
    folder = folder.resolve()
    # A mounted folder can't be renamed: its next state is made in it, and put in place file by file.
    is_mounted = folder.is_dir() and folder.is_mount()
    root = folder / NEXT if is_mounted else folder.parent / f".{folder.name}.next"
    try:
        _must_be_ours(folder)
        with _alone():
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir(parents=True)
            root.chmod(FOLDER_MODE)
            try:
                stage = Stage(folder, root)
                yield stage
                if is_mounted:
                    _file_by_file(root, folder, stage.ours())
                else:
                    if folder.is_dir():
                        stage.carry_over()
                    _put_in_place(root, folder)
            finally:
                shutil.rmtree(root, ignore_errors=True)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise PublishUnwritable(file=str(error.filename or folder), why=why) from error


def _must_be_ours(folder: Path) -> None:
    if not folder.exists():
        return
    others = {path.name for path in folder.iterdir()} - NOBODYS if folder.is_dir() else {folder.name}
    if others and MARKER not in others:
        raise PublishFolderForeign(folder=str(folder))


@contextmanager
def _alone() -> Iterator[None]:
    with (home() / "publish.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise PublishBusy from held
        yield


def _linked(old: Path, path: Path) -> None:
    """The same file under another name, a copy where the file system has no links."""
    try:
        os.link(old, path, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, path, follow_symlinks=False)


def _put_in_place(root: Path, folder: Path) -> None:
    if not folder.exists():
        root.rename(folder)
    elif not _exchanged(root, folder):
        old = root.with_name(f"{root.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        root.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two folders have changed their names in one act, as Linux can."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _file_by_file(root: Path, folder: Path, ours: set[str]) -> None:
    """Files first, then the pages that lead to them, each in one act; then what of ``ours`` is there no longer."""
    names = sorted(
        (path.relative_to(root) for path in root.rglob("*") if path.is_file()),
        # The marker first: should this be cut off, the next one knows what is ours.
        key=lambda name: (str(name) != MARKER, name.suffix == ".html", str(name)),
    )
    for name in names:
        (folder / name.parent).mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        (root / name).replace(folder / name)
    for gone in sorted(ours - {str(name) for name in names}):
        path = folder / gone
        path.unlink(missing_ok=True)
        for above in list(path.relative_to(folder).parents)[:-1]:
            if (folder / above).is_dir() and not any((folder / above).iterdir()):
                (folder / above).rmdir()
