"""What somebody says by SMS: a few words in each language, however they are written.

A text counts when all of it is one of these words, or one of them with the name of somebody behind it, since several
people may share a phone. Anything else is no answer: "not safe" must never be heard as "safe".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Act = Literal["safe", "help", "yes", "no", "stop", "start"]

TEXT_LENGTH_MAX: Final = 1_000
# By act and language, as :func:`plain` leaves them.
WORDS: Final[dict[Act, dict[str, tuple[str, ...]]]] = {
    "safe": {
        "en": ("safe", "home", "home safe", "safe home", "safe at home", "i am safe", "im safe", "i am home",
               "im home"),
        "ko": ("안전", "안전해요", "안전합니다", "집", "집이에요", "집입니다", "귀가", "귀가했어요", "귀가했습니다",
               "도착", "도착했어요", "도착했습니다", "집에 도착", "집에 왔어요", "무사", "무사해요", "무사합니다"),
    },
    "help": {
        "en": ("help", "help me", "i need help", "need help", "sos"),
        "ko": ("도움", "도와줘", "도와주세요", "도와줘요", "구해주세요", "살려주세요"),
    },
    "yes": {
        "en": ("yes", "y", "yes please", "ok", "okay", "accept"),
        "ko": ("예", "네", "넵", "응", "수락", "좋아요", "할게요", "갈게요", "가겠습니다"),
    },
    "no": {
        "en": ("no", "n", "no thanks", "no thank you", "decline"),
        "ko": ("아니요", "아니오", "아뇨", "아니", "거절", "못해요", "못가요", "못 가요", "안돼요"),
    },
    "stop": {
        "en": ("stop", "stop all", "unsubscribe", "quit"),
        "ko": ("중지", "그만", "정지", "수신거부", "수신 거부", "문자 거부"),
    },
    "start": {
        "en": ("start", "unstop"),
        "ko": ("시작", "다시", "다시 시작", "수신동의", "수신 동의"),
    },
}  # fmt: skip
# Apostrophes are left out, so that "I'm safe" is one way of writing it and not three.
_NO_GAP: Final = frozenset("'’‘`´")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and whose it is where a name stands behind the word ("": whoever has the number)."""

    act: Act
    name: str = ""


def plain(text: str) -> str:
    """Words with one space between them, without case, punctuation and signs.

    >>> plain("  I’m SAFE!! 🙂"), plain("네.")
    ('im safe', '네')
    """
    kept = (
        sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else "" if sign in _NO_GAP else " "
        for sign in unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX])
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).casefold().split())


_ACTS: Final[dict[str, Act]] = {
    word: act for act, by_language in WORDS.items() for words in by_language.values() for word in words
}
_WORDS_A_PHRASE_MAX: Final = max(len(word.split()) for word in _ACTS)


def said(text: str) -> tuple[Said, ...]:
    """What a text may say, the likeliest first: all of it is an answer, or what stands behind an answer is a name.

    >>> said("Safe home."), said("YES Minji"), said("")
    ((Said(act='safe', name=''), Said(act='safe', name='home')), (Said(act='yes', name='minji'),), ())
    """
    words = plain(text).split()
    cuts = range(min(len(words), _WORDS_A_PHRASE_MAX), 0, -1)
    heard = ((_ACTS.get(" ".join(words[:cut])), " ".join(words[cut:])) for cut in cuts)
    return tuple(Said(act, name) for act, name in heard if act is not None)
