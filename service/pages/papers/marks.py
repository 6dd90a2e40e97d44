"""What a Word document of a paper knows of itself, as custom properties, which Word keeps.

So a document that comes back edited names its paper, and what it said when somebody downloaded it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

PART = "docProps/custom.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PROPERTIES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">%s</Properties>"""
# The format is that of every custom property, and numbers begin at 2.
_PROPERTY = (
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{}" name="{}"><vt:lpwstr>{}</vt:lpwstr></property>'
)
_QUARTER, _BOARD, _OTHERS, _NARRATIVE = "paper.quarter", "paper.board", "paper.others", "paper.narrative."


@dataclass(frozen=True)
class Marks:
    """The quarter and the ICB of a paper; and digests of its narratives, by their slugs, and of everything else."""

    quarter: str
    board: str
    narratives: Mapping[str, str]
    others: str

    def put_on(self, document: Any) -> None:
        """Write them into a document."""
        named = {_QUARTER: self.quarter, _BOARD: self.board, _OTHERS: self.others}
        named |= {f"{_NARRATIVE}{name}": digest for name, digest in self.narratives.items()}
        rows = (_PROPERTY.format(at, escape(name), escape(named[name])) for at, name in enumerate(named, start=2))
        package = document.part.package
        content = (_PROPERTIES % "".join(rows)).encode()
        part = Part(PackURI(f"/{PART}"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, content, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def marks_in(properties: Any) -> Marks | None:
    """The marks among the custom properties of a document; None where they do not name its paper."""
    named = {each.get("name", ""): "".join(each.itertext()).strip() for each in properties.iter("{*}property")}
    if not (named.get(_QUARTER) and named.get(_BOARD)):
        return None
    narratives = {name.removeprefix(_NARRATIVE): named[name] for name in named if name.startswith(_NARRATIVE)}
    return Marks(named[_QUARTER], named[_BOARD], narratives, named.get(_OTHERS, ""))


def digest(*texts: str) -> str:
    """The same for the same texts, and for no others."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
