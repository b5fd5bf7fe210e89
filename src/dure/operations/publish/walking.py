"""The pages of one language: every one that can be reached, and then each with its links mended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

from django.utils.translation import gettext, override

from dure.base.one_look import long_look
from dure.operations.publish.asking import Answer, Ask, Copy
from dure.operations.publish.folder import Stage
from dure.operations.publish.links import Place, Shelf, file_of, places_in, rewritten

STARTS: Final = tuple(Place(path) for path in ("/", "/check/", "/copies/", "/sitemap.xml", "/robots.txt"))
# Leads nowhere, and so shows the page that says so.
NOWHERE: Final = Place("/there-is-no-such-page/")
FAULT: Final = 500
LANGUAGE_KEY: Final = " "  # between language and address in the marker


class Watch(Protocol):
    def advance(self, done: int, total: int, step: str = "") -> None: ...


@dataclass(slots=True)
class Walk:
    """What was found in one language: ``files`` by place, ``pages`` of them still with their own links."""

    language: str
    folder: str
    files: dict[Place, str] = field(default_factory=dict)
    pages: dict[Place, str] = field(default_factory=dict)
    kept: list[Place] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def folders(copy: Copy) -> list[tuple[str, str]]:
    """The languages of a copy, and in which folder each stands: the first one in the copy's own."""
    return [(code, copy.folder_of(code)) for code, _ in copy.languages]


def walked(
    stage: Stage, ask: Ask, language: str, folder: str, before: dict[str, str], watch: Watch | None
) -> Walk:
    """Every public page that can be reached, or stood in the copy before, as a draft."""
    walk = Walk(language, folder)
    mine = {
        _place(key.partition(LANGUAGE_KEY)[2]): name
        for key, name in before.items()
        if key.partition(LANGUAGE_KEY)[0] == language
    }
    waiting = deque(dict.fromkeys([*STARTS, *sorted(mine)]))
    # Copies of one language show one moment, and what a thousand pages have in common is asked for once.
    with long_look():
        _walk_on(stage, ask, walk, waiting, mine, watch)
    return walk


def _walk_on(
    stage: Stage, ask: Ask, walk: Walk, waiting: deque[Place], mine: dict[Place, str], watch: Watch | None
) -> None:
    seen = set(waiting)
    while waiting:
        place = waiting.popleft()
        if watch is not None:
            done = len(seen) - len(waiting)
            watch.advance(done, len(seen), step=walk.language)
        answer = ask(place.path, place.query, walk.language)
        if answer.status >= FAULT:
            walk.failed.append(f"{walk.language} {place.address}")
            if (old := mine.get(place)) is not None and stage.keep(old):
                walk.files[place] = old
            continue
        if answer.status != 200:
            continue
        new = _drafted(stage, walk, place, answer)
        waiting.extend(new_ones := [one for one in new if one.is_public and one not in seen])
        seen.update(new_ones)


def _place(address: str) -> Place:
    path, _, query = address.partition("?")
    return Place(path, query)


def _drafted(stage: Stage, walk: Walk, place: Place, answer: Answer) -> list[Place]:
    """The answer in its file; where a page leads, since its own links are mended only when all are known."""
    name = file_of(place, answer.content_type, walk.folder)
    walk.files[place] = name
    if not answer.is_page:
        stage.put(name, answer.body)
        return []
    walk.pages[place] = name
    stage.draft(name, answer.body)
    return list(dict.fromkeys(places_in(answer.body.decode(), place)))


def write_pages(stage: Stage, walk: Walk, walks: list[Walk], copy: Copy, ask: Ask) -> None:
    with override(walk.language):
        note = gettext("This is done on the living site.")
    shelf = Shelf(walk.files, {one.language: one.files for one in walks}, copy.living, note)
    for place, name in walk.pages.items():
        page = (stage.root / name).read_text(encoding="utf-8")
        stage.put(name, rewritten(page, place, name, shelf).encode())
    lost = ask(NOWHERE.path, "", walk.language).body.decode()
    name = walk.files[NOWHERE]
    # Shown at any address, so its own links can't begin from where it stands.
    stage.put(name, rewritten(lost, NOWHERE, name, shelf, absolute=copy.base_url).encode())
