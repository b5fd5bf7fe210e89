"""Private links are passwords that stand in an address: they are kept out of every log."""

from __future__ import annotations

import logging
import re
import traceback

# Each route that carries what only one reader may have; the longer before what it begins with.
_LINK = re.compile(
    r"/(me/confirm|me|calendar|guardian|drives/name|needs/asked|messages/report|messages/received)/[^/\s\"'?#]{8,}"
)


def without_links(text: str) -> str:
    """``text`` with the token of each private link left out.

    >>> without_links("Not Found: /me/0f3c.1.signature/")
    'Not Found: /me/…/'
    """
    return _LINK.sub(r"/\1/…", text)


class PrivateLinks(logging.Filter):
    """Takes the tokens out of a record: of its words, of what is filled into them, and of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (kept := without_links(said)) != said:
            record.msg, record.args = kept, ()
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter takes text that is there already instead of making its own.
            record.exc_text = without_links("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True
