"""What the command line refuses by itself."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class OutputUnwritable(Refusal):
    code = "output_unwritable"
    says = "{file} can't be written: {why}. Name another file with --json."
    status = 500


class ExportFolderInUse(Refusal):
    code = "export_folder_in_use"
    says = (
        "{folder} holds something already, and an export is whole or nothing. Name a new folder with --out."
    )


class AddressTaken(Refusal):
    code = "address_taken"
    says = "{address} can't be used: {why}. Name another port with --port."
    status = 500


class DatabaseUnreachable(Refusal):
    code = "database_unreachable"
    says = (
        "The database can't be reached: {why}. Check DATABASE_URL (without it, SQLite in DURE_HOME is used)."
    )
    status = 500


class DateUnreadable(Refusal):
    code = "date_unreadable"
    says = "{text} is no date. Write it like 2026-10-03."
    status = 422


class NothingToExplain(Refusal):
    code = "nothing_to_explain"
    says = "Name one thing to explain: a post with --post, or a person with --person, --campaign and --day."
    status = 422


class AlmanacUnreadable(Refusal):
    code = "almanac_unreadable"
    says = "{file} can't be used as an almanac: {why}. Write each case as [[case]] with id, claims and want."
    status = 422


class KeyWanted(Refusal):
    code = "key_wanted"
    says = "Files can be signed by anybody: name the log's key as you know it, with --key."
    status = 422


class LossUnconfirmed(Refusal):
    code = "loss_unconfirmed"
    says = (
        "Going on under a new name can't be taken back, and tells everybody what was lost. If the newer database "
        "can't be had any more, add --after-loss."
    )
    status = 422
