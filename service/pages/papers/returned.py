"""A Word document that somebody edited comes back: what is written in its boxes, and what was changed elsewhere."""

import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from schema.errors import Refusal
from service.pages.papers.word import EMPTY, TAG

_SAYING = (qn("w:t"), qn("w:br"), qn("w:tab"))
_PART, _MOST_BYTES = "word/document.xml", 8_000_000


@dataclass(frozen=True)
class Returned:
    """The texts of the boxes by the slugs of their sections, and every paragraph outside of them."""

    narratives: dict[str, str]
    others: tuple[str, ...]

    def changed(self, original: "Returned") -> list[str]:
        """The paragraphs outside of the boxes that the original does not have: they are not taken."""
        added = Counter(self.others) - Counter(original.others)
        return [text for text in dict.fromkeys(self.others) if text in added]


def returned(content: bytes) -> Returned:
    """What a document says. Refusals: `upload/wrong-type`, `upload/damaged`, `upload/unsafe`."""
    body = _parsed(_part(content)).find(qn("w:body"))
    if body is None:
        raise _damaged()
    narratives: dict[str, str] = {}
    for box in [each for each in body.iter(qn("w:sdt")) if _is_outermost(each)]:
        tag = box.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        name = "" if tag is None else tag.get(qn("w:val"), "")
        parent = box.getparent()
        if name.startswith(TAG) and parent is not None:
            text = "\n\n".join(_paragraphs(box))
            narratives[name.removeprefix(TAG)] = "" if text == EMPTY else text
            parent.remove(box)
    return Returned(narratives, tuple(_paragraphs(body)))


def _part(content: bytes) -> bytes:
    """The text of the document, unpacked within limits: nothing else of the file is looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _PART not in archive.namelist():
                raise Refusal("upload/wrong-type", "The selected file must be a DOCX.")
            with archive.open(_PART) as part:
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


def _paragraphs(within: Any) -> list[str]:
    """The paragraphs that say something."""
    texts = ("".join(map(_said, one.iter(*_SAYING))).strip() for one in within.iter(qn("w:p")) if _is_outermost(one))
    return [text for text in texts if text]


def _is_outermost(each: Any) -> bool:
    """Whether an element is in no other of its kind: what is within each other would be read again at every depth."""
    return next(each.iterancestors(each.tag), None) is None


def _said(piece: Any) -> str:
    """A piece of a paragraph; a line end or a tab within it is a space."""
    return piece.text or "" if piece.tag == qn("w:t") else " "


def _damaged() -> Refusal:
    return Refusal("upload/damaged", "The selected file cannot be read as a Word document.")
