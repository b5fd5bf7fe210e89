"""All public pages as a folder of files, for any second host: they stay up when the server is drowned.

The pages are asked of this very program as anybody gets them, so nothing can be in the copy that is not public. Each
links to its neighbours in the folder, so that it works from any address and from a stick; what is filled in leads to
the living site. A page that can't be made now leaves its last good one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders

from dure.kernel.refusals import BadInput
from dure.operations.letters import site
from dure.operations.publish.apart import apart
from dure.operations.publish.asking import Ask, Copy, visitor
from dure.operations.publish.folder import Stage, staged
from dure.operations.publish.links import LINK, STATIC, Place
from dure.operations.publish.log_files import log_places
from dure.operations.publish.walking import LANGUAGE_KEY, NOWHERE, Watch, folders, walked, write_pages

log = logging.getLogger(__name__)
NOT_FOUND: Final = "404.html"
LOCAL: Final = ("127.0.0.1", "localhost", "::1")
STATIC_FILE: Final = re.compile(rf"(?:\.\./)*{STATIC.strip('/')}/([^?#]+)")


@dataclass(frozen=True, slots=True)
class Published:
    """``changed_count`` of ``file_count`` files are new or other than before; ``failed``: pages that could not be made,
    whose last good state was left where there was one."""

    folder: str
    base_url: str
    page_count: int
    file_count: int
    changed_count: int
    failed: tuple[str, ...]


def publish(
    *,
    folder: Path,
    base_url: str = "",
    now: datetime,
    watch: Watch | None = None,
    asks: Callable[[Copy], Ask] = visitor,
    processes: int = 1,
) -> Published:
    """Write the public pages to ``folder`` in each language, and put them in place at once.

    ``base_url``: where the folder will be served, for feeds, cards and the site map (default: this site's address).
    ``processes`` above 1: each language's pages are made by a process of its own, so many at once; ``asks`` is not for
    them. Refuses with BadInput, PublishFolderForeign, PublishUnwritable, PublishBusy.
    """
    living = _living()
    copy = Copy(_base(base_url or site()), living, now, tuple(settings.LANGUAGES))
    ask = asks(copy)
    with staged(folder) as stage, ExitStack() as stack:
        before = stage.before()
        crew = stack.enter_context(apart(copy, stage, watch, processes)) if processes > 1 else None
        walks = (
            crew.walked(before)
            if crew
            else [walked(stage, ask, code, folder, before, watch) for code, folder in folders(copy)]
        )
        log = _log(stage, ask)
        for walk in walks:
            walk.files.update(log)
            walk.files[NOWHERE] = f"{walk.folder}/{NOT_FOUND}".lstrip("/")
        if crew:
            crew.write_pages(walks)
        else:
            for walk in walks:
                write_pages(stage, walk, walks, copy, ask)
        _write_static(stage)
        known = {
            f"{walk.language}{LANGUAGE_KEY}{place.address}": name
            for walk in walks
            for place, name in walk.files.items()
            if place not in log and place != NOWHERE
        }
        stage.mark({"made_at": now.isoformat(), "base_url": copy.base_url, "files": known})
    failed = tuple(one for walk in walks for one in walk.failed)
    pages = sum(len(walk.pages) for walk in walks)
    return Published(str(folder), copy.base_url, pages, stage.file_count - 1, stage.changed_count, failed)


def keep(now: datetime) -> None:
    """The chore: bring the folder named in ``DURE_PUBLISH_TO`` up to date. What can't be made is told in the log."""
    if settings.PUBLISH_TO:
        done = publish(folder=Path(settings.PUBLISH_TO), base_url=settings.PUBLISH_URL, now=now)
        for one in done.failed:
            log.warning("%s could not be made for the copy in %s", one, done.folder)


def _base(text: str) -> str:
    """Refuses with BadInput what is no address."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadInput(
            where="base_url", what=f"{text!r} is no address", wanted="https://host/ or a path on it"
        )
    return text.rstrip("/")


def _living() -> str:
    """The site's address for whoever wants to do something there; "" where nobody else could reach it."""
    return "" if urlsplit(site()).hostname in LOCAL else site()


def _log(stage: Stage, ask: Ask) -> dict[Place, str]:
    """The log's files, in no language. What never changes and is there already isn't asked for again."""
    files: dict[Place, str] = {}
    for path, is_forever in log_places():
        name = path.lstrip("/")
        if not (is_forever and stage.keep(name)):
            answer = ask(path, "", settings.LANGUAGE_CODE)
            if answer.status != 200 and not stage.keep(name):
                continue
            if answer.status == 200:
                stage.put(name, answer.body)
        files[Place(path)] = name
    return files


def _write_static(stage: Stage) -> None:
    """The files that pages of the copy show: styles, marks and scripts."""
    wanted = set[str]()
    for page in stage.root.rglob("*.html"):
        for found in LINK.finditer(page.read_text(encoding="utf-8")):
            if (shown := STATIC_FILE.fullmatch(found[2])) is not None:
                wanted.add(shown[1])
    for name in sorted(wanted):
        where = finders.find(name)
        if isinstance(where, str):
            stage.put(f"{STATIC.strip('/')}/{name}", Path(where).read_bytes())
