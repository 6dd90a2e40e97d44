"""An edited Word document and the paper as it is now become what would be taken of the document, and what would not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from service.pages.papers.boxes import Said
from service.pages.papers.kept import slug
from service.pages.papers.marks import Marks, digest

_CHANGED = "Somebody changed this since the document was downloaded"


@dataclass(frozen=True)
class Change:
    """A narrative that would be taken: what it says, and what it would say; empty for no text."""

    heading: str
    was: str
    will_be: str


@dataclass(frozen=True)
class Left:
    """What is not taken for a section, why, and the words of the document that are left out."""

    heading: str
    why: str
    words: str = ""


@dataclass(frozen=True)
class Review:
    """What would be taken of a document, and what not: narratives, and paragraphs outside of the boxes.

    `added` are the paragraphs that only the document has, `missing` those that only the paper has.
    """

    changes: Sequence[Change]
    left: Sequence[Left]
    added: Sequence[str]
    missing: Sequence[str]

    @property
    def version(self) -> str:
        """Another one as soon as something else would be taken, or written over."""
        return digest(*(text for each in self.changes for text in (each.heading, each.was, each.will_be)))

    def without(self, left: Sequence[Left]) -> "Review":
        """The same, where some changes cannot be taken after all."""
        headings = {each.heading for each in left}
        changes = [each for each in self.changes if each.heading not in headings]
        return replace(self, changes=changes, left=[*self.left, *left])


def review(found: Said, marks: Marks, now: Said, headings: Sequence[str]) -> Review:
    """What a document with some marks would change in a paper that says `now`."""
    decided = [each for heading in headings for each in _decided(heading, found, marks, now)]
    known = set(map(slug, headings))
    strange = [
        Left(name.replace("-", " ").capitalize(), "the paper has no such section.", words)
        for name, words in found.narratives.items()
        if name not in known and words
    ]
    # Figures may have been published since: what nobody changed in the document is no matter.
    is_edited = digest(*found.others) != marks.others
    return Review(
        changes=[each for each in decided if isinstance(each, Change)],
        left=[*(each for each in decided if isinstance(each, Left)), *strange],
        added=_more(found.others, now.others) if is_edited else [],
        missing=_more(now.others, found.others) if is_edited else [],
    )


def _decided(heading: str, found: Said, marks: Marks, now: Said) -> Iterator[Change | Left]:
    """What becomes of a section; nothing, where its box says what the paper says, or nothing yet."""
    name = slug(heading)
    was = now.narratives.get(name) or ""
    if name not in found.narratives:
        yield Left(heading, f"its box is missing, so {'its text stays' if was else 'it still has no text'}.")
        return
    words, then = found.narratives[name], marks.narratives.get(name)
    if words is None or words == was:
        return
    if then == digest(was):
        yield Change(heading, was, words)
    elif then == digest(words):
        yield Left(heading, f"{_CHANGED}. The document has the older text, so the paper stays as it is.")
    else:
        yield Left(heading, f"{_CHANGED}.", words)


def _more(texts: Iterable[str], others: Iterable[str]) -> list[str]:
    """The texts that stand more often in the first, once each, in their order."""
    more = Counter(texts) - Counter(others)
    return [text for text in dict.fromkeys(texts) if text in more]
