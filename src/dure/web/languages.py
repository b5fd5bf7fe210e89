"""In which language a page is: the visitor's, on the pages that were put into others."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# Pages of whoever calls, joins and helps, and what programs are told. Pages of the crew, and the figures, are in
# English, and must not claim to be in another language.
TRANSLATED: Final = re.compile(
    r"/(?:api/|c/[^/]+/(?:join|needs/ask(?:ed)?)/|calls?/|drives/|guardian/|left/|link/|me/|my/(?!offers/))"
)


class VisitorLanguages(LocaleMiddleware):
    """As Django's, by what the browser asks for, but English where a page is in no other language."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if not TRANSLATED.match(request.path_info):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
