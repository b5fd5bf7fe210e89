"""What publishing refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class PublishFolderForeign(Refusal):
    code = "publish_folder_foreign"
    says = (
        "{folder} holds other files, and a copy would replace them. "
        "Name a new or empty folder, or one made by `dure publish`."
    )


class PublishUnwritable(Refusal):
    code = "publish_unwritable"
    says = "The copy could not be written: {file}: {why}. What was published before stands as it was."
    status = 507


class PublishBusy(Refusal):
    code = "publish_busy"
    says = "Another `dure publish` of this house is at work. Wait until it has ended."
