"""A Word document that somebody edited comes back: what is written in it, and of which paper it is."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from schema.errors import Refusal
from service.pages.papers import marks
from service.pages.papers.boxes import Said, said_in
from service.pages.papers.marks import Marks, marks_in
from service.pages.papers.numbering import lists_of

_PART, _NUMBERING, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class Returned:
    """What a document says, and its marks: None where it has lost them, or never had any."""

    said: Said
    marks: Marks | None


def returned(content: bytes) -> Returned:
    """What a document says. Refusals: `upload/wrong-type`, `upload/damaged`, `upload/unsafe`."""
    text = _part(content, _PART)
    if text is None:
        raise Refusal("upload/wrong-type", "The selected file must be a DOCX.")
    body = _parsed(text).find(qn("w:body"))
    if body is None:
        raise _damaged()
    numbering, styles, properties = (_found(content, name) for name in (_NUMBERING, _STYLES, marks.PART))
    said = said_in(body, lists_of(numbering, styles))
    return Returned(said, None if properties is None else marks_in(properties))


def _found(content: bytes, name: str) -> Any:
    """A part of the document, as XML, if it has that."""
    text = _part(content, name)
    return None if text is None else _parsed(text)


def _part(content: bytes, name: str) -> bytes | None:
    """A part of the document, unpacked within limits, if it has that: of the others none is looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if name not in archive.namelist():
                return None
            with archive.open(name) as part:
                found = part.read(_MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as reason:
        raise Refusal("upload/wrong-type", "The selected file must be a DOCX.") from reason
    if len(found) > _MOST_BYTES:
        raise Refusal("upload/unsafe", "The selected file is too large when it is unpacked.")
    if b"\x00" in found or b"<!" in found.replace(b"<![CDATA[", b"").replace(b"<!--", b""):
        raise Refusal("upload/unsafe", "The selected file must not declare its own entities.")
    return found


def _parsed(text: bytes) -> Any:
    try:
        return parse_xml(text)
    except SyntaxError as reason:
        raise _damaged() from reason


def _damaged() -> Refusal:
    return Refusal("upload/damaged", "The selected file cannot be read as a Word document.")
