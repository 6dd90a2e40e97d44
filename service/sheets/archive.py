"""The bytes of a workbook are looked at before anything reads them: a file that could do harm is refused at once.

A workbook is a zip of XML. Its own list of sizes may be false, so it is unpacked here, in memory and within
limits. Nothing is parsed.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator

from schema.errors import Refusal

_MOST_PARTS, MOST_UNPACKED_BYTES, _MOST_ELEMENTS, _CHUNK = 500, 20_000_000, 1_000_000, 65_536
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What an XML parser skips before the first `<`, in any encoding that it knows: marks of order, zeros and spaces.
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
# Settings of printers may be XML with a document type, by the systems that wrote them. No reader of cells opens them.
_OF_PRINTERS = "xl/printersettings/"
# What part of a workbook each beginning of a name gives away, as it follows "must not contain".
_UNWANTED = {
    "xl/vbaproject": "macros",
    "xl/macrosheets": "macros",
    "xl/externallinks": "links to other workbooks",
    "xl/connections": "connections to other data",
    "xl/embeddings": "embedded files",
    "xl/activex": "embedded programs",
}


def is_old_workbook(content: bytes) -> bool:
    """Whether the bytes are of an Excel 97 file, or of a workbook with a password, which looks the same outside."""
    return content.startswith(_OLD_FORMAT)


def refuse_old_workbook(content: bytes) -> Refusal:
    """Why an old workbook, or one with a password, is not read."""
    if _ENCRYPTED in content:
        return Refusal("upload/password", "The selected file is password protected.")
    return Refusal("upload/wrong-type", "The selected file must be an XLSX or CSV.")


def check_archive(content: bytes) -> None:
    """Let a workbook pass that is safe to read.

    Refusals: `upload/wrong-type`, `upload/damaged`, `upload/unsafe`, `upload/password`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_list(parts)
            total = elements = 0
            for part in parts:
                size = 0
                for chunk in _chunks(archive, part):
                    size += len(chunk)
                    elements += chunk.count(b"<")
                    if total + size > MOST_UNPACKED_BYTES or elements > _MOST_ELEMENTS:
                        raise _too_much()
                total += size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as reason:
        raise Refusal("upload/damaged", "The selected file cannot be read as a workbook.") from reason


def _check_list(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by the zip's own list: the names, and the sizes that it admits."""
    names = [part.filename.lower() for part in parts]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise _too_much()
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("upload/password", "The selected file is password protected.")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refusal("upload/wrong-type", "The selected file must be an XLSX or CSV.")
    if len(set(names)) < len(names):
        raise Refusal("upload/damaged", "The selected file has two parts with one name.")
    for name in names:
        for beginning, what in _UNWANTED.items():
            if name.startswith(beginning):
                raise Refusal("upload/unsafe", f"The selected file must not contain {what}.")


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of a part. Refusals: `upload/unsafe`, for XML that declares entities or hides its text.

    Whether a part is XML is seen by its beginning. Its name says nothing: another part may call it a sheet.
    """
    is_of_printer = part.filename.lower().startswith(_OF_PRINTERS)
    end, is_xml = b"", not is_of_printer
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(_CHUNK):
            # What is cut between two chunks is seen in the second, with the end of the first.
            seen = end + chunk
            if not end:
                is_xml = not is_of_printer and chunk.lstrip(_BEFORE_XML)[:1] in (b"", b"<")
            if b"<!ENTITY" in seen or (is_xml and (b"\x00" in chunk or b"<!DOCTYPE" in seen)):
                raise Refusal("upload/unsafe", "The selected file must not contain a document type or entities.")
            if is_xml and b"macroEnabled" in seen:
                raise Refusal("upload/unsafe", "The selected file must not contain macros.")
            end = seen[-16:]
            yield chunk


def _too_much() -> Refusal:
    return Refusal("upload/unsafe", "The selected file must be smaller when it is unpacked: 20 MB at most.")
