"""How much may be uploaded at all, by anybody to any address."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Forms that take files say in their own words what is too large for them, far below this.
REQUEST_BYTES_MAX: Final = 64 * 1024 * 1024


class Bounded(FileUploadHandler):
    """Stands before Django's handlers, which put a file of any size on the disk before anybody asks who sends it.

    The stated length is the truth: of a request that states none nothing is read.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > REQUEST_BYTES_MAX:
            raise RequestDataTooBig(f"A request has at most {REQUEST_BYTES_MAX} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""
