"""What all who organise as much of a campaign see alike on a page of the desk: rendered once for all of them.

Only in the server, and only for seconds (:mod:`dure.base.briefly`); whoever acts at the desk sees it rendered anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dure.base.briefly import BRIEFLY

# Nobody outside of this process can know it, so no text on a page can ask for another visitor's form mark.
_MARK: Final = secrets.token_hex(16)


def kept_part(
    request: HttpRequest,
    template: str,
    key: Hashable | None,
    make: Callable[[], Mapping[str, object]],
    **own: object,
) -> SafeString:
    """``template`` with what ``make`` reads, and with what is this look's ``own`` (and its form mark) put in after.

    ``key``: all that the part depends on, the visitor's reach among it, beside the language. None: it is rendered for
    this look alone. In the template an ``own`` value may only be written out.
    """

    def render() -> str:
        marks = {name: _mark(name) for name in own}
        return render_to_string(template, {**make(), **marks, "csrf_token": _mark("csrf_token")})

    html = render() if key is None else BRIEFLY.get((template, get_language(), key), render)
    for name, value in own.items():
        html = html.replace(_mark(name), escape(str(value)))
    if _mark("csrf_token") in html:
        html = html.replace(_mark("csrf_token"), get_token(request))
    # A template's own output, as it was, with escaped values put in.
    return SafeString(html)


def _mark(name: str) -> str:
    return f"{_MARK}-{name}-"
