"""The lists of a Word document: they are put on paragraphs, and read from those of a document that comes back.

Which mark the items of a list have is in the document's numbering, in the levels of an abstract list. Several lists can
share one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from service.pages.word import element
from service.pages.written import BULLETS, NUMBERED

# How a mark is printed, and which mark it was. What is printed otherwise is a bullet, as with Word's own button.
_PRINTED = {mark: mark for mark in BULLETS} | {"*": "●"}
_MARKS = {mark: mark for mark in BULLETS} | {printed: mark for mark, printed in _PRINTED.items()}
_BULLET = "•"
# As many as Word has, a centimetre and a quarter further in each, in twentieths of a point.
_LEVELS, _INDENT = 9, 720
_LEVEL_OF_NAME = {str(at): at for at in range(_LEVELS)}


class Numbering:
    """The numbering of a document that is written. Lists with the same mark share their levels."""

    def __init__(self, numbering: Any) -> None:
        self._numbering = numbering
        self._abstracts: dict[str, str] = {}
        # Those of the template have lower numbers.
        self._last = len(numbering)

    def add_list(self, mark: str, start: int) -> int:
        """Add a list, and answer its number. It has its own start: else it would go on from the list before."""
        if mark not in self._abstracts:
            self._abstracts[mark] = self._add_abstract(mark)
        number = self._next()
        added, changed = element("w:num", numId=str(number)), element("w:lvlOverride", ilvl="0")
        changed.append(element("w:startOverride", val=str(start)))
        added.append(element("w:abstractNumId", val=self._abstracts[mark]))
        added.append(changed)
        self._numbering.append(added)
        return number

    def _add_abstract(self, mark: str) -> str:
        own = str(self._next())
        abstract = element("w:abstractNum", abstractNumId=own)
        abstract.append(element("w:multiLevelType", val="multilevel"))
        for at in range(_LEVELS):
            is_numbered = mark == NUMBERED
            level = element("w:lvl", ilvl=str(at))
            for name, value in (
                ("w:start", "1"),
                ("w:numFmt", "decimal" if is_numbered else "bullet"),
                ("w:lvlText", f"%{at + 1}." if is_numbered else _PRINTED[mark]),
                ("w:lvlJc", "left"),
            ):
                level.append(element(name, val=value))
            indented = element("w:pPr")
            indented.append(element("w:ind", left=str(_INDENT * (at + 1)), hanging=str(_INDENT // 2)))
            level.append(indented)
            abstract.append(level)
        # Word wants all of these before the first list.
        self._numbering.insert(0, abstract)
        return own

    def _next(self) -> int:
        self._last += 1
        return self._last


def put_in_list(paragraph: Any, number: int, style: str) -> None:
    """Make a new paragraph an item of a list, in a style."""
    properties, within = element("w:pPr"), element("w:numPr")
    properties.append(element("w:pStyle", val=style))
    properties.append(within)
    within.append(element("w:ilvl", val="0"))
    within.append(element("w:numId", val=str(number)))
    paragraph.insert(0, properties)


@dataclass(frozen=True)
class Level:
    """The mark of the items at a level, and their first number. `is_own_start` where a list says its own."""

    mark: str
    start: int
    is_own_start: bool = False


@dataclass(frozen=True)
class Place:
    """Where an item stands: its list, the abstract list that this one may share with others, and how far in, 0 to 8."""

    within: str
    abstract: str
    at: int
    level: Level


@dataclass(frozen=True)
class Lists:
    """The lists of a document: the levels of the abstract ones, what each list has of its own, and those of styles."""

    levels: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    own: Mapping[str, tuple[str, Mapping[int, Level]]] = field(default_factory=dict)
    of_styles: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, paragraph: Any) -> Place | None:
        """Where a paragraph stands; None where it is in no list."""
        path = f"{qn('w:pPr')}/{qn('w:numPr')}"
        named = _value(paragraph, f"{path}/{qn('w:numId')}")
        within = named or self.of_styles.get(_value(paragraph, f"{qn('w:pPr')}/{qn('w:pStyle')}"), "")
        at = _LEVEL_OF_NAME.get(_value(paragraph, f"{path}/{qn('w:ilvl')}") or "0")
        abstract, own = self.own.get(within, ("", {}))
        level = None if at is None else own.get(at) or self.levels.get(abstract, {}).get(at)
        return None if at is None or level is None else Place(within, abstract, at, level)


class Counts:
    """The numbers of items, as Word counts them: a list goes on from others that share its levels.

    One that has a start of its own begins with that.
    """

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def next(self, place: Place) -> int:
        """The number of the next item, which stands there."""
        counts, at, start = self._counts.setdefault(place.abstract, {}), place.at, place.level.start
        # What is further in begins again.
        for further in range(at + 1, _LEVELS):
            counts.pop(further, None)
        begins = place.level.is_own_start and (place.within, at) not in self._started
        self._started.add((place.within, at))
        counts[at] = start if begins else counts.get(at, start - 1) + 1
        return counts[at]


def lists_of(numbering: Any, styles: Any) -> Lists:
    """The lists in the numbering and the styles of a document; either may be missing."""
    abstracts, lists = (
        [] if numbering is None else list(numbering.iterchildren(qn(name))) for name in ("w:abstractNum", "w:num")
    )
    of_styles = _of_styles(() if styles is None else styles.iterchildren(qn("w:style")))
    abstract_of = {each.get(qn("w:numId"), ""): _value(each, qn("w:abstractNumId")) for each in lists}
    levels = {each.get(qn("w:abstractNumId"), ""): _levels(each) for each in abstracts}
    # The levels of some are in the list of a style.
    for each in abstracts:
        if style := _value(each, qn("w:numStyleLink")):
            shared = abstract_of.get(of_styles.get(style, ""), "")
            levels[each.get(qn("w:abstractNumId"), "")] = levels.get(shared, {})
    own = {}
    for each in lists:
        abstract = _value(each, qn("w:abstractNumId"))
        own[each.get(qn("w:numId"), "")] = abstract, _own(each, levels.get(abstract, {}))
    return Lists(levels, own, of_styles)


def _of_styles(styles: Iterable[Any]) -> dict[str, str]:
    """The list of each style: its own, or else that of the style on which it is based."""
    path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"
    given = {each.get(qn("w:styleId"), ""): (_value(each, path), _value(each, qn("w:basedOn"))) for each in styles}
    found: dict[str, str] = {}
    for style in given:
        # Not by recursion: a document can say that a style is based on itself, or on thousands, one after another.
        way, at = [], style
        while at in given and at not in found:
            way.append(at)
            found[at], based_on = given[at]
            at = at if found[at] else based_on
        found |= dict.fromkeys(way, found.get(at, ""))
    return found


def _own(of: Any, shared: Mapping[int, Level]) -> dict[int, Level]:
    """The levels that a list has of its own: other marks, or another start."""
    own: dict[int, Level] = {}
    for changed in of.iterchildren(qn("w:lvlOverride")):
        own |= _levels(changed)
        at, start = _LEVEL_OF_NAME.get(changed.get(qn("w:ilvl"), "")), _value(changed, qn("w:startOverride"))
        level = None if at is None else own.get(at) or shared.get(at)
        if start and at is not None and level is not None:
            own[at] = Level(level.mark, _number(start), is_own_start=True)
    return own


def _levels(within: Any) -> dict[int, Level]:
    """The levels of a list, but for those without marks."""
    found = {}
    for level in within.iterchildren(qn("w:lvl")):
        at = _LEVEL_OF_NAME.get(level.get(qn("w:ilvl"), ""))
        kind, printed = (_value(level, qn(name)) for name in ("w:numFmt", "w:lvlText"))
        if at is not None and kind != "none":
            mark = _MARKS.get(printed, _BULLET) if kind == "bullet" else NUMBERED
            found[at] = Level(mark, _number(_value(level, qn("w:start"))))
    return found


def _value(of: Any, path: str) -> str:
    found = of.find(path)
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 1
