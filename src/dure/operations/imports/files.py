"""Is this file a table at all? Looked at once, in one pass, before anything is imported.

The pass reads blocks, so a file of any size costs a megabyte. It refuses with one sentence what would
otherwise fail late and half-way: another encoding in the last line, NUL bytes, a line without an end.
"""

from __future__ import annotations

import codecs
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dure.operations.imports.errors import (
    ImportFileEmpty,
    ImportFileEncoding,
    ImportFileMissing,
    ImportFileNoTable,
    ImportFileTooLarge,
    ImportFileUnreadable,
)

BLOCK_BYTES: Final = 1024 * 1024
# A workbook is read whole: these keep it below about a gigabyte of memory. CSV is read in pieces.
XLSX_BYTES_MAX: Final = 100 * 1024 * 1024
XLSX_UNZIPPED_BYTES_MAX: Final = 1024 * 1024 * 1024
A_TABLE: Final = "a CSV file in UTF-8 or an Excel workbook (.xlsx)"
_OLE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", "it is a PNG picture"),
    (b"\xff\xd8\xff", "it is a JPEG picture"),
    (b"GIF8", "it is a GIF picture"),
    (b"RIFF", "it is a picture, a sound or a film"),
    (b"BM", "it is a BMP picture"),
    (b"II*\x00", "it is a TIFF picture"),
    (b"MM\x00*", "it is a TIFF picture"),
    (b"%PDF", "it is a PDF document"),
    (b"\x1f\x8b", "it is compressed (gzip)"),
    (b"7z\xbc\xaf", "it is compressed (7z)"),
    (b"SQLite format 3\x00", "it is a database"),
    (b"PAR1", "it is a Parquet file"),
    (b"{\\rtf", "it is a text document (RTF)"),
)
_UTF16: Final = 'UTF-16 ("Unicode text" in Excel)'
# Encodings a spreadsheet program may save in: name, letters it was made for, words.
_KOREAN: Final = "CP949 (Korean Windows, also called EUC-KR)"
_TWO_BYTES: Final = (
    ("euc_kr", r"[가-힣]", _KOREAN),
    ("cp932", r"[ぁ-んァ-ヶ]", "CP932 (Japanese Windows, also called Shift-JIS)"),
    ("cp949", r"[가-힣]", _KOREAN),
    ("gb18030", r"[\u4e00-\u9fff]", "GB18030 (Chinese Windows)"),
)
_ONE_BYTE: Final = (
    ("cp1252", r"[À-ÖØ-öø-ÿ€‘’“”–—°£ß]", "Windows-1252 (Western European)"),
    ("cp1251", r"[А-яЁё]", "Windows-1251 (Cyrillic)"),
)


# By its words, the encoding that reads most of what they may mean.
_BY_WORDS: Final = {words: name for name, _, words in (*_ONE_BYTE, *_TWO_BYTES)} | {_UTF16: "utf-16"}


@dataclass(frozen=True, slots=True)
class Examined:
    """``kind`` is ``"csv"`` or ``"xlsx"``; ``lines`` of a CSV file, about as many as it has rows."""

    kind: str
    lines: int = 0


def examine(path: Path) -> Examined:
    """What kind of table a file holds.

    Refuses with ImportFileMissing, ImportFileUnreadable, ImportFileEmpty, ImportFileNoTable,
    ImportFileEncoding, ImportFileTooLarge.
    """
    try:
        _refuse_odd(path)
        with path.open("rb") as handle:
            head = handle.read(512)
        if not head:
            raise ImportFileEmpty(file=path.name, what="it is empty")
        if head.startswith(b"PK"):
            _refuse_unfit_workbook(path)
            return Examined("xlsx")
        _refuse_other_kinds(path, head)
        return Examined("csv", _lines(path, head))
    except OSError as error:
        raise ImportFileUnreadable(file=path.name, why=_words(error)) from error


def into_utf8(path: Path) -> str:
    """Write a CSV file anew that a spreadsheet program saved in another encoding; the words for that, "" of UTF-8.

    Which one is a guess, so whoever handed it in looks at the letters before anything is read. For files that fit into
    memory. Refuses as :func:`examine`, also where it is no encoding that is known.
    """
    try:
        examine(path)
    except ImportFileEncoding as no:
        words = str(no.facts["encoding"])
        try:
            text = path.read_bytes().decode(_BY_WORDS.get(words, "ascii"))
        except UnicodeDecodeError:
            raise no from None
        path.write_text(text, encoding="utf-8", newline="")
        return words
    return ""


def _refuse_odd(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImportFileMissing(file=str(path)) from error
    except ValueError as error:  # a NUL in the name
        raise ImportFileMissing(file=repr(str(path))) from error
    if stat.S_ISDIR(mode):
        raise ImportFileUnreadable(file=path.name, why="it is a folder; name a file in it")
    if not stat.S_ISREG(mode):
        raise ImportFileUnreadable(file=path.name, why="it is a device or a pipe; save it as a file first")


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    if head.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le")
        what = "it is an old Excel workbook (.xls) or another Office document"
        wanted = "the same saved as .xlsx or as CSV UTF-8"
        if path.stat().st_size <= XLSX_BYTES_MAX and locked in path.read_bytes():
            what, wanted = "it is protected by a password", "the same saved without a password"
        raise ImportFileNoTable(file=path.name, what=what, wanted=wanted)
    for magic, what in _KINDS:
        # Two letters say little: a text may begin with them, but a picture holds bytes no text has.
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head or head.startswith(b"\x1f")):
            raise ImportFileNoTable(file=path.name, what=what, wanted=A_TABLE)
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        what = f"it is named {path.suffix} and is no workbook"
        raise ImportFileNoTable(file=path.name, what=what, wanted=A_TABLE)


def _refuse_unfit_workbook(path: Path) -> None:
    size = path.stat().st_size
    if size > XLSX_BYTES_MAX:
        raise _too_large(path, size, XLSX_BYTES_MAX)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
        what = "the workbook is damaged"
        raise ImportFileNoTable(file=path.name, what=what, wanted="a whole file") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        what = "it is an archive or a document of another program"
        raise ImportFileNoTable(file=path.name, what=what, wanted=A_TABLE)
    unzipped = sum(part.file_size for part in parts)
    if unzipped > XLSX_UNZIPPED_BYTES_MAX:
        raise _too_large(path, unzipped, XLSX_UNZIPPED_BYTES_MAX)


def _too_large(path: Path, size: int, most: int) -> ImportFileTooLarge:
    megabyte = 1024 * 1024
    return ImportFileTooLarge(
        file=path.name, size=f"{size // megabyte:,} MB", most=f"{most // megabyte:,} MB"
    )


def _lines(path: Path, head: bytes) -> int:
    """The number of lines; refuses what is no text in UTF-8 from the first byte to the last."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _every_second_is_nul(head):
        raise ImportFileEncoding(file=path.name, line=1, encoding=_UTF16)
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = line_bytes = 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK_BYTES):
            if b"\x00" in block:
                line = lines + 1 + block[: block.index(b"\x00")].count(b"\n")
                what = f"it holds a NUL byte in line {line}, as pictures and programs do"
                raise ImportFileNoTable(file=path.name, what=what, wanted=A_TABLE)
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                raise _encoding(path, lines, block, error) from error
            breaks = block.count(b"\n") or block.count(b"\r")
            ends = re.search(rb"[\r\n]", block)
            line_bytes += ends.start() if ends else len(block)
            if line_bytes > BLOCK_BYTES:
                what = f"line {lines + 1} is longer than a megabyte"
                raise ImportFileNoTable(file=path.name, what=what, wanted=A_TABLE)
            if ends:
                line_bytes = len(block) - 1 - max(block.rfind(b"\n"), block.rfind(b"\r"))
            lines += breaks
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _encoding(path, lines, b"", error) from error
    return lines


def _every_second_is_nul(head: bytes) -> bool:
    half = max(len(head) // 2, 1)
    return len(head) >= 8 and max(head[0::2].count(0), head[1::2].count(0)) > 0.8 * half


def _encoding(path: Path, lines: int, block: bytes, error: UnicodeDecodeError) -> ImportFileEncoding:
    # The decoder counts from what it kept of the last block, at most three bytes before this one.
    line = lines + 1 + block[: max(error.start, 0)].count(b"\n")
    with path.open("rb") as handle:
        sample = handle.read(BLOCK_BYTES) + block
    return ImportFileEncoding(file=path.name, line=line, encoding=_guess(sample))


def _guess(sample: bytes) -> str:
    """The likeliest encoding: the first under which most of what is not ASCII are letters it was made for."""
    lines = b"\n".join(line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()) or sample
    # In Latin or Cyrillic text a foreign byte often stands alone; East Asian encodings take two a letter.
    lone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", lines))
    mostly_lone = lone * 2 > len(re.findall(rb"[\x80-\xff]", lines))
    for name, letters, words in (*_ONE_BYTE, *_TWO_BYTES) if mostly_lone else (*_TWO_BYTES, *_ONE_BYTE):
        try:
            text = lines.decode(name)
        except UnicodeDecodeError:
            continue
        foreign = [letter for letter in text if not letter.isascii()]
        if foreign and len(re.findall(letters, text)) >= len(foreign) / 2:
            return words
    return "no encoding in common use (the file may be damaged)"
