"""A process beside the tests that gives back what it gets; some words make it do otherwise."""

from __future__ import annotations

import os
import sys

from dure.base.beside import carry_out
from dure.kernel.refusals import BadInput


def echo(words: list[str]) -> list[object]:
    if "die" in words:
        os._exit(9)
    if "refuse" in words:
        raise BadInput(where="word", what="is refused", wanted="another")
    if "break" in words:
        raise KeyError("the inside")
    return [os.getpid() if word == "who" else word for word in words]


if __name__ == "__main__":
    carry_out(int(sys.argv[1]), echo)
