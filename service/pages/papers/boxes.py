"""The boxes of a Word document of a paper, and what stands in them and around them.

A box is a content control. That of a narrative has the tag `narrative:` and the slug of the section; what the service
and Word write themselves, such as the state and the contents, has `paper:` and is not read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from service.pages.papers.marks import digest
from service.pages.papers.numbering import Counts, Lists
from service.pages.word import element
from service.pages.written import NUMBERED, is_item

NARRATIVE, OURS = "narrative:", "paper:"
# Where nobody has written anything yet, so that there is a place to write in.
EMPTY = "Write here what changed and why."
_BOX, _PARAGRAPH = qn("w:sdt"), qn("w:p")
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
    """What the body of a document says, with its lists."""
    words: dict[str, list[str | None]] = defaultdict(list)
    boxes = [each for each in body.iter(_BOX) if _is_outermost(each) and _tag(each).startswith((NARRATIVE, OURS))]
    for one in boxes:
        if _tag(one).startswith(NARRATIVE):
            words[_tag(one).removeprefix(NARRATIVE)].append(_words(one, lists))
    # Who copies a box has two of one name: what both say is kept.
    narratives = {name: "\n\n".join(filter(None, each)) or each[-1] for name, each in words.items()}
    others = (_said(one) for one in _outermost_paragraphs(body, set(boxes)))
    return Said(narratives, tuple(filter(None, others)))


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
    written = [line for line in lines if line.text != EMPTY]
    if lines and not written:
        return None
    parts = [line.text for line in written[:1]]
    for before, line in pairwise(written):
        parts += ["\n" if _is_below(before, line) else "\n\n", line.text]
    return "".join(parts)


def _lines(control: Any, lists: Lists) -> Iterator[_Line]:
    """The paragraphs of a box. Items have their marks, and the numbers that Word prints, but each box counts alone."""
    counts = Counts()
    for one in _outermost_paragraphs(control):
        text, place = _said(one, line_end="\n"), lists.place_of(one)
        # The words that the service put there are nobody's item, whichever button somebody presses on them.
        if text not in ("", EMPTY) and place is not None:
            number, mark = counts.next(place), place.level.mark
            text = f"{number}. {text}" if mark == NUMBERED else f"{mark} {text}"
        if text:
            after = one.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
            is_close = after is not None and after.get(qn("w:after")) == "0"
            yield _Line(text, None if place is None else place.within, is_close)


def _is_below(before: _Line, line: _Line) -> bool:
    """Whether no empty line stands between two paragraphs: those of one list, or such as stand close to one."""
    are_items = [is_item(each.text.partition("\n")[0]) for each in (before, line)]
    return (all(are_items) and before.within == line.within) or (any(are_items) and before.has_next_below)


def _outermost_paragraphs(within: Any, without: Collection[Any] = ()) -> Iterator[Any]:
    """The paragraphs that are in no other, but for those in some boxes.

    Boxes are passed over: to take one out of the document takes time with the square of its paragraphs.
    """
    for one in within.iter(_PARAGRAPH):
        above = takewhile(lambda each: each is not within, one.iterancestors(_BOX, _PARAGRAPH))
        if not any(each.tag == _PARAGRAPH or each in without for each in above):
            yield one


def _said(paragraph: Any, line_end: str = " ") -> str:
    return "".join(_text(piece, line_end) for piece in paragraph.iter(*_SAYING)).strip()


def _is_outermost(control: Any) -> bool:
    """Whether a box is in no other: what is within each other would be read again at every depth."""
    return next(control.iterancestors(_BOX), None) is None


def _text(piece: Any, line_end: str) -> str:
    """A piece of a paragraph; a tab within it is a space."""
    if piece.tag == qn("w:br"):
        return line_end
    return piece.text or "" if piece.tag == qn("w:t") else " "
