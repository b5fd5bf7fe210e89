"""How a name is spelt, made comparable: without case, marks and order, and across scripts.

Hangul is written in the Revised Romanization of Korean (2000, without its rules of pronunciation across syllables),
Cyrillic after ISO 9 in its looser form (GOST 7.79 B), Greek letter by letter (ISO 843). Other scripts are compared
with themselves.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HANGUL_FIRST: Final = 0xAC00
_HANGUL_LAST: Final = 0xD7A3
_LEADS: Final = (
    *("g", "kk", "n", "d", "tt", "r", "m", "b", "pp"),
    *("s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"),
)
_VOWELS: Final = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa"),
    *("wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
_TAILS: Final = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l"),
    *("p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
_CYRILLIC: Final = dict(zip("абвгдезийклмнопрстуфхыэєі", "abvgdeziiklmnoprstufhyeei", strict=True)) | {
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
_GREEK: Final = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "abgdeziiklmnxoprsstyfo", strict=True)) | {
    "θ": "th",
    "χ": "ch",
    "ψ": "ps",
}
# Letters of Latin that no mark can be taken off.
_LATIN: Final = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
_LETTERS: Final = str.maketrans(_CYRILLIC | _GREEK | _LATIN)
# What one and the same sound is written with when a name comes over from another script.
_ALIKE: Final = (
    *(("ph", "f"), ("ck", "k"), ("kh", "h"), ("oo", "u"), ("ee", "i"), ("eo", "o"), ("eu", "u"), ("ae", "e")),
    *(("ou", "u"), ("ch", "j"), ("sh", "s"), ("zh", "j"), ("ya", "ia"), ("yu", "iu"), ("y", "i"), ("w", "v")),
    *(
        ("c", "k"),
        ("k", "g"),
        ("q", "g"),
        ("t", "d"),
        ("p", "b"),
        ("l", "r"),
        ("f", "b"),
        ("v", "b"),
        ("z", "s"),
    ),
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """``plain``: Latin letters of its words in the order of the alphabet, joined. ``sound``: the same, with letters
    of one sound made one; for names that came from another script (``was_other``), or are compared with one."""

    plain: str
    sound: str
    was_other: bool


@lru_cache(maxsize=65_536)
def spelling(name: str) -> Spelling:
    """
    >>> spelling("Kim Min-ji").plain == spelling("minji KIM").plain
    True
    >>> spelling("김민지").sound, spelling("Minji Kim").sound
    ('gimminji', 'gimminji')
    """
    words = unicodedata.normalize("NFKC", name).casefold()
    # Hangul first: taking marks off would take its syllables apart.
    apart = unicodedata.normalize("NFKD", "".join(map(_romanized, words)))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    latin = bare.translate(_LETTERS)
    # Hyphens and apostrophes stand inside a word, everything else between two.
    joined = "".join(sign for sign in latin if sign not in "-'’ʼ‐")
    parts = sorted("".join(sign if sign.isalnum() else " " for sign in joined).split())
    plain = "".join(parts)
    sounds = sorted(map(_sound, parts))
    return Spelling(
        plain=plain, sound="".join(sounds), was_other=latin != bare or any(map(_is_hangul, words))
    )


def _is_hangul(sign: str) -> bool:
    return _HANGUL_FIRST <= ord(sign) <= _HANGUL_LAST


def _romanized(sign: str) -> str:
    if not _is_hangul(sign):
        return sign
    lead, rest = divmod(ord(sign) - _HANGUL_FIRST, len(_VOWELS) * len(_TAILS))
    vowel, tail = divmod(rest, len(_TAILS))
    return _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]


def _sound(word: str) -> str:
    for written, as_one in _ALIKE:
        word = word.replace(written, as_one)
    return word
