"""A language that nobody speaks, to prove the pages with: mirrored, longer, and plain to tell from English.

    python -m tools.pseudo FOLDER    writes FOLDER/ar_XB/LC_MESSAGES/django.mo

Every text stands in brackets with its letters accented, so that what was left in English is seen at once; it is at
least 40 % longer, by words of Arabic letters among them long ones, so that the page runs from right to left in earnest
and has to break. The name follows CLDR's pseudo-locales (UTS 35, "Pseudo-locales": en-XA accented, ar-XB mirrored).
What Django and allauth say themselves is in it too.
"""

from __future__ import annotations

import gettext
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tools import catalog, messages

CODE: Final = "ar-xb"
NAME: Final = "XB"
OPEN, CLOSE = "⟦", "⟧"
LONGER: Final = 0.4
# Whole words of these lengths are put behind a text until it is long enough: "peace", "the language", and one that
# no line of a small phone can hold beside another.
_WORDS = ("سلام", "اللغة", "والمتطوعات", "وبمسؤولياتنا")
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ",
)
# What must stay as it is: values, tags, entities, addresses.
_KEPT = re.compile(r"%\(\w+\)\w|%%|%[sd]|\{[^{}]*\}|<[^<>]+>|&\w+;|https?://\S+")
# Orders of day and month are no words: every language has its own.
_FORMATS: Final = re.compile(r"[dDjFMYNPHis:., ]+")
_OTHERS: Final = ("django", "django.contrib.auth", "django.contrib.admin", "allauth")


def said(text: str) -> str:
    """``text`` in the language; its values stay."""
    parts, last = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[last : kept.start()].translate(_ACCENTED), kept[0]]
        last = kept.end()
    parts.append(text[last:].translate(_ACCENTED))
    words = len(_KEPT.sub("", text))
    more, number = 0, words
    while more < words * LONGER:
        word = _WORDS[number % len(_WORDS)]
        parts.append(f" {word}")
        more, number = more + len(word) + 1, number + 1
    return f"{OPEN}{''.join(parts)}{CLOSE}"


def _entry(context: str, singular: str, plural: str) -> str:
    quoted = messages.quoted
    is_format = bool(context) and _FORMATS.fullmatch(singular) is not None
    lines = [f"msgctxt {quoted(context)}"] if context else []
    lines.append(f"msgid {quoted(singular)}")
    if plural:
        lines += [f"msgid_plural {quoted(plural)}", f"msgstr[0] {quoted(said(plural))}"]
    else:
        lines.append(f"msgstr {quoted(singular if is_format else said(singular))}")
    return "\n".join(lines)


def _of_others() -> set[tuple[str, str, str]]:
    """What Django and allauth say, by their Korean catalogs: (context, singular, plural)."""
    found: set[tuple[str, str, str]] = set()
    for name in _OTHERS:
        spec = find_spec(name)
        folders = spec.submodule_search_locations if spec else None
        for folder in folders or ():
            base = Path(folder) / ("conf/locale" if name == "django" else "locale")
            for path in base.glob("ko/LC_MESSAGES/django.mo"):
                with path.open("rb") as packed:
                    # Keys with a form of their plural are pairs; the catalog is the only place that has them all.
                    keys = vars(gettext.GNUTranslations(packed))["_catalog"]
                for key in keys:
                    text = key[0] if isinstance(key, tuple) else key
                    context, _, singular = text.rpartition("\x04")
                    if singular:
                        found.add((context, singular, singular if isinstance(key, tuple) else ""))
    return found


def text() -> str:
    """The catalog of the language, as a translator would write it."""
    head = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"'
    )
    ours = {(one.context, one.singular, one.plural) for one in messages.messages().values()}
    ours |= {
        _split(key) for path in catalog.catalogs() for key in catalog.entries(path.read_text("utf-8")) if key
    }
    known = {(context, singular) for context, singular, _ in ours}
    others = {one for one in _of_others() if one[:2] not in known}
    return "\n\n".join([head, *(_entry(*one) for one in sorted(ours | others))]) + "\n"


def _split(key: str) -> tuple[str, str, str]:
    context, _, rest = key.rpartition("\x04")
    singular, _, plural = rest.partition("\x00")
    return context, singular, plural


def write(folder: Path) -> Path:
    """Compile it into ``folder``, for LOCALE_PATHS."""
    path = folder / "ar_XB" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(catalog.compiled(text()))
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]))
