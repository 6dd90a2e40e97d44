"""The lists of a Word document: they are put on paragraphs, and read from those of a document that comes back.

Which mark the items of a list have is in the document's numbering. That of Word's own button is a bullet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from service.pages.word import element
from service.pages.written import NUMBERED

# How a mark is printed. Another than these is a bullet.
_PRINTED = {"-": "–", "*": "●", "•": "•"}
_MARKS = {"–": "-", "-": "-", "●": "*", "*": "*"}
_BULLET = "•"
# As many as Word has, a centimetre and a quarter further in each, in twentieths of a point.
_LEVELS, _INDENT = 9, 720


def add_list(numbering: Any, mark: str, start: int) -> int:
    """Add a list to the numbering of a document, and answer its number there."""
    # Each list brings two elements, so this is no other's.
    own = len(numbering)
    abstract = element("w:abstractNum", abstractNumId=str(own))
    abstract.append(element("w:multiLevelType", val="multilevel"))
    for at in range(_LEVELS):
        is_numbered = mark == NUMBERED
        level = element("w:lvl", ilvl=str(at))
        for name, value in (
            ("w:start", str(start if at == 0 else 1)),
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
    numbering.insert(0, abstract)
    return int(numbering.add_num(own).numId)


def put_in_list(paragraph: Any, number: int) -> None:
    """Make a paragraph an item of a list."""
    properties = paragraph.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


@dataclass(frozen=True)
class Lists:
    """The lists of a document: of each and its levels the mark and the first number; and those of its styles."""

    levels: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    of_styles: Mapping[str, str] = field(default_factory=dict)

    def level_of(self, paragraph: Any) -> tuple[str, str] | None:
        """The list that a paragraph is in, and its level; None where it is in none."""
        path = f"{qn('w:pPr')}/{qn('w:numPr')}"
        named = _value(paragraph, f"{path}/{qn('w:numId')}")
        found = named or self.of_styles.get(_value(paragraph, f"{qn('w:pPr')}/{qn('w:pStyle')}"), "")
        level = found, _value(paragraph, f"{path}/{qn('w:ilvl')}") or "0"
        return level if level in self.levels else None


def lists_of(numbering: Any, styles: Any) -> Lists:
    """The lists in the numbering and the styles of a document; either may be missing."""
    levels: dict[str, dict[str, tuple[str, int]]] = {}
    of_lists: dict[tuple[str, str], tuple[str, int]] = {}
    for each in () if numbering is None else numbering.iterchildren(qn("w:abstractNum")):
        levels[each.get(qn("w:abstractNumId"), "")] = _levels(each)
    for each in () if numbering is None else numbering.iterchildren(qn("w:num")):
        name, changed = each.get(qn("w:numId"), ""), each.findall(qn("w:lvlOverride"))
        found = levels.get(_value(each, qn("w:abstractNumId")), {})
        for one in changed:
            found = found | _levels(one)
        of_lists |= {(name, at): level for at, level in found.items()}
        for one in changed:
            at, start = one.get(qn("w:ilvl"), ""), _value(one, qn("w:startOverride"))
            if start and (name, at) in of_lists:
                of_lists[name, at] = of_lists[name, at][0], _number(start)
    path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"
    named = () if styles is None else styles.iterchildren(qn("w:style"))
    return Lists(of_lists, {each.get(qn("w:styleId"), ""): _value(each, path) for each in named})


def _levels(within: Any) -> dict[str, tuple[str, int]]:
    """The levels of a list, but for those without marks."""
    found = {}
    for level in within.iterchildren(qn("w:lvl")):
        kind, printed = (_value(level, qn(name)) for name in ("w:numFmt", "w:lvlText"))
        mark = _MARKS.get(printed, _BULLET) if kind == "bullet" else NUMBERED
        if kind != "none":
            found[level.get(qn("w:ilvl"), "")] = mark, _number(_value(level, qn("w:start")))
    return found


def _value(of: Any, path: str) -> str:
    found = of.find(path)
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 1
