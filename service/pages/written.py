"""What somebody wrote becomes paragraphs and lists, by the marks with which its lines begin, such as "- "."""

import re
from dataclasses import dataclass

# The marks of lists without numbers, and what marks those with numbers.
BULLETS = "-*•–·"
NUMBERED = "1."
# The words begin where the spaces end: else a line of spaces would take time with the square of its length.
_ITEM = re.compile(rf"(?:(?P<bullet>[{re.escape(BULLETS)}])|(?P<number>[0-9]{{1,3}})\.)[ \t]+(?P<words>\S.*)")


@dataclass(frozen=True)
class Block:
    """A paragraph with its lines, or a list with its items: then it has the mark of those, and their first number.

    It `is_below` the block before where no empty line stands between the two.
    """

    lines: tuple[str, ...]
    mark: str = ""
    start: int = 1
    is_below: bool = False

    @property
    def is_numbered(self) -> bool:
        """Whether it is a list with numbers."""
        return self.mark == NUMBERED

    @property
    def text(self) -> str:
        """The lines of a paragraph."""
        return "\n".join(self.lines)


def blocks(words: str) -> list[Block]:
    """The paragraphs and lists of a text. A number that does not follow the one before begins another list."""
    found: list[tuple[list[str], str, int, bool]] = []
    for passage in filter(str.strip, re.split(r"\n{2,}", words)):
        is_below = False
        for line in passage.strip("\n").split("\n"):
            mark, number, said = _item(line)
            lines, same, start, _ = found[-1] if is_below else ([], None, 1, False)
            if same == mark and number in (None, start + len(lines)):
                lines.append(said)
            else:
                found.append(([said], mark, 1 if number is None else number, is_below))
            is_below = True
    return [Block(tuple(lines), mark, start, is_below) for lines, mark, start, is_below in found]


def is_item(line: str) -> bool:
    """Whether a line is one of a list."""
    return _ITEM.fullmatch(line.rstrip()) is not None


def _item(line: str) -> tuple[str, int | None, str]:
    """The mark of a line, its number, and what it says without them."""
    found = _ITEM.fullmatch(line.rstrip())
    if found is None:
        return "", None, line
    if found["bullet"]:
        return found["bullet"], None, found["words"]
    return NUMBERED, int(found["number"]), found["words"]
