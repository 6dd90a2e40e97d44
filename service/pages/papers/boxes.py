"""The boxes of a Word document of a paper, and what stands in them and around them.

A box is a content control. That of a narrative has the tag `narrative:` and the slug of the section; what the service
and Word write themselves, such as the state and the contents, has `paper:` and is not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from service.pages.papers.marks import digest
from service.pages.papers.numbering import Lists
from service.pages.word import element
from service.pages.written import NUMBERED, is_item

NARRATIVE, OURS = "narrative:", "paper:"
# Where nobody has written anything yet, so that there is a place to write in.
EMPTY = "Write here what changed and why."
_SAYING = (qn("w:t"), qn("w:br"), qn("w:tab"))


@dataclass(frozen=True)
class Said:
    """The texts of the boxes by the slugs of their sections, and every paragraph outside of them.

    A box has None while nobody has written in it, and an empty text once somebody has cleared it.
    """

    narratives: dict[str, str | None]
    others: tuple[str, ...]

    @property
    def digests(self) -> dict[str, str]:
        """A digest of each narrative."""
        return {name: digest(words or "") for name, words in self.narratives.items()}


@dataclass(frozen=True)
class _Line:
    """A paragraph of a box: as a text has it, the list that it is in, and whether the next stands right below it."""

    text: str
    within: str | None
    has_next_below: bool


def said_in(body: Any, lists: Lists) -> Said:
    """What the body of a document says, with its lists. The boxes are taken out of it."""
    narratives: dict[str, str | None] = {}
    for box in [each for each in body.iter(qn("w:sdt")) if _is_outermost(each)]:
        tag, parent = _tag(box), box.getparent()
        if parent is None or not tag.startswith((NARRATIVE, OURS)):
            continue
        parent.remove(box)
        if tag.startswith(NARRATIVE):
            name, words = tag.removeprefix(NARRATIVE), _words(box, lists)
            # Who copies a box has two of one name: what both say is kept.
            both = [each for each in (narratives.get(name), words) if each]
            narratives[name] = "\n\n".join(both) if both else words
    return Said(narratives, tuple(_paragraphs(body)))


def box(paragraphs: list[Paragraph], tag: str, title: str, *, lock: str = "sdtLocked") -> None:
    """Put paragraphs into a box. By default it can be written in, and cannot be deleted by a slip."""
    control, properties, content = element("w:sdt"), element("w:sdtPr"), element("w:sdtContent")
    for name, value in (("w:alias", title), ("w:tag", tag), ("w:lock", lock)):
        properties.append(element(name, val=value))
    control.append(properties)
    control.append(content)
    paragraphs[0]._p.addprevious(control)
    for paragraph in paragraphs:
        content.append(paragraph._p)


def _tag(control: Any) -> str:
    tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
    return "" if tag is None else tag.get(qn("w:val"), "")


def _words(control: Any, lists: Lists) -> str | None:
    # Word shows words of its own in a box that somebody cleared.
    if control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None:
        return ""
    lines = list(_lines(control, lists))
    if [line.text for line in lines] == [EMPTY]:
        return None
    words, before = "", None
    for line in lines:
        if line.text != EMPTY:
            words += "" if before is None else "\n" if _is_below(before, line) else "\n\n"
            words, before = words + line.text, line
    return words


def _lines(control: Any, lists: Lists) -> Iterator[_Line]:
    """The paragraphs of a box. Items have their marks, and the numbers that Word prints."""
    counts: dict[tuple[str, str], int] = {}
    for one in _outermost_paragraphs(control):
        text, level = _said(one, line_end="\n"), lists.level_of(one)
        if text and level is not None:
            mark, start = lists.levels[level]
            # What is further in begins again.
            counts = {each: count for each, count in counts.items() if each[0] != level[0] or each[1] <= level[1]}
            counts[level] = counts.get(level, start - 1) + 1
            text = f"{counts[level]}. {text}" if mark == NUMBERED else f"{mark} {text}"
        if text:
            after = one.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
            is_close = after is not None and after.get(qn("w:after")) == "0"
            yield _Line(text, None if level is None else level[0], is_close)


def _is_below(before: _Line, line: _Line) -> bool:
    """Whether no empty line stands between two paragraphs: those of one list, or such as stand close to one."""
    are_items = [is_item(each.text.partition("\n")[0]) for each in (before, line)]
    return (all(are_items) and before.within == line.within) or (any(are_items) and before.has_next_below)


def _paragraphs(within: Any) -> list[str]:
    """The paragraphs that say something."""
    return [text for one in _outermost_paragraphs(within) if (text := _said(one))]


def _outermost_paragraphs(within: Any) -> Iterator[Any]:
    return (one for one in within.iter(qn("w:p")) if _is_outermost(one))


def _said(paragraph: Any, line_end: str = " ") -> str:
    return "".join(_text(piece, line_end) for piece in paragraph.iter(*_SAYING)).strip()


def _is_outermost(each: Any) -> bool:
    """Whether an element is in no other of its kind: what is within each other would be read again at every depth."""
    return next(each.iterancestors(each.tag), None) is None


def _text(piece: Any, line_end: str) -> str:
    """A piece of a paragraph; a tab within it is a space."""
    if piece.tag == qn("w:br"):
        return line_end
    return piece.text or "" if piece.tag == qn("w:t") else " "
