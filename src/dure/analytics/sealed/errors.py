"""What reading a sealed day refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class SealBad(Refusal):
    """A seal that is malformed or not signed by the expected key."""

    code = "seal_bad"
    says = "The seal of this day can't be trusted: {what}."
    status = 422


class SealedFileBad(Refusal):
    """A file of a sealed day that is missing, torn or not what was sealed; verification names the place."""

    code = "sealed_file_bad"
    says = "The file {file} of a sealed day can't be read: {what}. Fetch it from a backup."
    status = 500
