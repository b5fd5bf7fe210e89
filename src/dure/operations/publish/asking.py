"""Pages as anybody gets them, asked of this very program without a server between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.request import validate_host
from django.http.response import HttpResponseBase
from django.utils.translation import override

from dure.operations.publish.links import Place

# Pages know by it that they are copied: forms are left out then. No header of a visitor's can say so.
COPY: Final = "dure.copy"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copied page knows of the copy. ``base_url``: where it will stand; ``living``: the site, "" if unknown."""

    base_url: str
    living: str
    made_at: datetime
    languages: tuple[tuple[str, str], ...]

    def folder_of(self, language: str) -> str:
        """The folder of a language: the first one stands in the copy's own, "", as what is in no language does."""
        return language if any(language == code for code, _ in self.languages[1:]) else ""

    def address_of(self, path: str, language: str) -> str:
        """Where a page of the copy will stand in a language; what isn't in it leads to the living site."""
        if not Place(path).is_public:
            return (self.living or self.base_url) + path
        return "/".join(part for part in (self.base_url, self.folder_of(language)) if part) + path


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.content_type.startswith("text/html")


# Path, query and language in, what a visitor without a session gets out.
Ask = Callable[[str, str, str], Answer]


def visitor(copy: Copy) -> Ask:
    """Somebody who isn't signed in, and asks for page after page."""
    site, host = BaseHandler(), _host(copy.living)
    site.load_middleware()

    def ask(path: str, query: str, language: str) -> Answer:
        # The handler alone: the signals around a request of the server would close the database after each page. It
        # leaves its thread in the page's language, and the chores' thread goes on to other work.
        with override(language):
            said = site.get_response(WSGIRequest(_environ(path, query, language, host, copy)))
            body = b"".join(said) if isinstance(said, HttpResponse) else b"".join(_streamed(said))
        return Answer(said.status_code, said.headers.get("Content-Type", ""), body)

    return ask


def _streamed(said: HttpResponseBase) -> Iterator[bytes]:
    if isinstance(said, StreamingHttpResponse):
        yield said.getvalue()


def _host(living: str) -> str:
    """A host name the site answers to."""
    allowed = list(settings.ALLOWED_HOSTS)
    named = urlsplit(living).hostname or ""
    return named if validate_host(named, allowed) else allowed[0].removeprefix(".").replace("*", "localhost")


def _environ(path: str, query: str, language: str, host: str, copy: Copy) -> dict[str, Any]:
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        # As WSGI has it: bytes of UTF-8, each as one letter.
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_LANGUAGE": language,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        COPY: copy,
    }
