"""What may stand as a name: any script, one line, no more than a name. One rule for every door."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dure.kernel.refusals import BadInput

NAME_LENGTH_MAX: Final = 80
# The name is written into messages to an address nobody has confirmed yet: no links may hide in it.
_NOT_IN_NAMES: Final = frozenset('<>@:/\\"{}[]')
# Keyboards of right-to-left scripts slip these in unseen; they are taken out, and nobody is sent away for them.
_SLIPPED_IN: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
# Persian, Hindi, Sinhala and others can't be spelt without these (Unicode Standard, section 23.2).
_JOINERS: Final = dict.fromkeys(map(ord, "\u200c\u200d"))
_PLAIN: Final = re.compile(r"[A-Za-z]+(?:[ '.-][A-Za-z]+)*")
_WORD: Final = re.compile(r"\w+")
# Alphabets whose letters are drawn alike: a word of two of them is made to be mistaken (Unicode TS 39, section 5).
_DRAWN_ALIKE: Final = ("LATIN ", "CYRILLIC ", "GREEK ")


def normal_name(text: str, *, where: str = "given_name") -> str:
    """The name as it is stored: Unicode NFC, no spaces around. Refuses with BadInput, which does not repeat it."""
    if len(text) <= NAME_LENGTH_MAX and _PLAIN.fullmatch(text):
        return text
    name = unicodedata.normalize("NFC", text).translate(_SLIPPED_IN).strip()
    if not name:
        raise BadInput(where=where, what="is empty", wanted="the name you are called by")
    if len(name) > NAME_LENGTH_MAX:
        raise BadInput(
            where=where, what=f"has {len(name)} characters", wanted=f"at most {NAME_LENGTH_MAX} characters"
        )
    if not name.translate(_JOINERS).isprintable() or not _NOT_IN_NAMES.isdisjoint(name):
        raise BadInput(where=where, what="holds signs that no name has", wanted="letters")
    if not any(map(str.isalpha, name)):
        raise BadInput(where=where, what="holds no letter", wanted="the name you are called by")
    if any(map(mixes_alphabets, _WORD.findall(name))):
        what = "mixes letters of two alphabets that look alike in one word"
        raise BadInput(where=where, what=what, wanted="each word in one alphabet")
    return name


def mixes_alphabets(word: str) -> bool:
    """Whether a word has letters of two alphabets that are drawn alike.

    >>> mixes_alphabets("Анна"), mixes_alphabets("Аnna")
    (False, True)
    """
    if word.isascii():
        return False
    names = [unicodedata.name(sign, "") for sign in word]
    return sum(any(name.startswith(alphabet) for name in names) for alphabet in _DRAWN_ALIKE) > 1
