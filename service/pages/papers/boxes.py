"""The boxes of a Word document of a paper, and what stands in them and around them.

A box is a content control. That of a narrative has the tag `narrative:` and the slug of the section; what the service
and Word write themselves, such as the state and the contents, has `paper:` and is not read.
"""

from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from service.pages.papers.marks import digest
from service.pages.word import element

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


def said_in(body: Any) -> Said:
    """What the body of a document says. The boxes are taken out of it."""
    narratives: dict[str, str | None] = {}
    for box in [each for each in body.iter(qn("w:sdt")) if _is_outermost(each)]:
        tag, parent = _tag(box), box.getparent()
        if parent is None or not tag.startswith((NARRATIVE, OURS)):
            continue
        parent.remove(box)
        if tag.startswith(NARRATIVE):
            name, words = tag.removeprefix(NARRATIVE), _words(box)
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


def _words(control: Any) -> str | None:
    # Word shows words of its own in a box that somebody cleared.
    if control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None:
        return ""
    texts = _paragraphs(control)
    return None if texts == [EMPTY] else "\n\n".join(text for text in texts if text != EMPTY)


def _paragraphs(within: Any) -> list[str]:
    """The paragraphs that say something."""
    texts = ("".join(map(_text, one.iter(*_SAYING))).strip() for one in within.iter(qn("w:p")) if _is_outermost(one))
    return [text for text in texts if text]


def _is_outermost(each: Any) -> bool:
    """Whether an element is in no other of its kind: what is within each other would be read again at every depth."""
    return next(each.iterancestors(each.tag), None) is None


def _text(piece: Any) -> str:
    """A piece of a paragraph; a line end or a tab within it is a space."""
    return piece.text or "" if piece.tag == qn("w:t") else " "
