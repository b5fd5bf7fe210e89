"""What an import refuses as a whole. Single rows are not refused so: they go to the rejected file."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class ImportFileMissing(Refusal):
    code = "import_file_missing"
    says = "There is no file {file}. Check the name and the folder."
    status = 404


class ImportFileUnreadable(Refusal):
    code = "import_file_unreadable"
    says = "{file} can't be read: {why}."
    status = 422


class ImportFileNoTable(Refusal):
    """The bytes are something else than the name says: a picture renamed .csv, a broken workbook."""

    code = "import_file_no_table"
    says = "{file} is no table that can be imported: {what}. Expected: {wanted}."
    status = 422


class ImportFileEncoding(Refusal):
    code = "import_file_encoding"
    says = (
        "{file} is not written in UTF-8: line {line} can't be read. It looks like {encoding}. "
        "Save it as UTF-8 (in Excel: Save as, CSV UTF-8; in LibreOffice: Save as, Edit filter settings)."
    )
    status = 422


class ImportFileEmpty(Refusal):
    code = "import_file_empty"
    says = "{file} holds no rows: {what}. `dure import --template` writes a table to start from."
    status = 422


class ImportFileTooLarge(Refusal):
    code = "import_file_too_large"
    says = (
        "{file} is too large for a workbook: {size}, at most {most}. Save it as CSV, which may have any size."
    )
    status = 422


class ImportColumnsUnfit(Refusal):
    """``problems``: every one of them, as text."""

    code = "import_columns_unfit"
    says = "{file}: {listing}."
    status = 422


class ImportRejectedUnwritable(Refusal):
    code = "import_rejected_unwritable"
    says = (
        "The wrong rows can't be written to {file}: {why}. Name another file with --rejected. "
        "Rows before them are imported; importing again takes up the rest."
    )
    status = 500


class ImportTemplateStands(Refusal):
    code = "import_template_stands"
    says = "{file} exists already and is left as it is. Name another file."


class ImportMappingUnfit(Refusal):
    code = "import_mapping_unfit"
    says = "The columns don't fit yet: {listing}."
    status = 422


class ImportTooLargeForPage(Refusal):
    """A page takes what a person can look through; files of any size go in at the command line."""

    code = "import_too_large_for_page"
    says = "{file} has {size}; a page takes at most {most}. Where Dure runs, `dure import {kind} FILE` takes any size."
    status = 413


class ImportNotThere(Refusal):
    code = "import_not_there"
    says = "This import was tidied away. What came in by it stands; upload the file again to bring in more."
    status = 404


class ImportOver(Refusal):
    code = "import_over"
    says = "This file is {state} already. Upload it again to change how it is read: rows that stand are known again."


class ImportNotUndoable(Refusal):
    code = "import_not_undoable"
    says = "This import can't be undone: {why}."
