"""A picture taken apart: its texts as boxes, its colours, and the charts that tests draw."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

from schema.enumerations import Unit
from service.charts import Chart, ChartPoint, LimitLine, TargetLine
from service.charts.model import Look
from service.statistics import process

LETTER = 0.58
_NAMESPACE = "{http://www.w3.org/2000/svg}"
LOOKS = tuple(Look)


@dataclass(frozen=True)
class Box:
    """Where a text is: letters of 0.58 em, four fifths of an em above the line and one below."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        """Whether two texts overlap."""
        is_apart = self.right <= other.left or other.right <= self.left
        return not (is_apart or self.bottom <= other.top or other.bottom <= self.top)


class Picture:
    """A parsed SVG document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = ElementTree.fromstring(text)
        _, _, self.width, self.height = (float(each) for each in self.root.attrib["viewBox"].split())

    def all(self, name: str) -> list[Any]:
        """The elements of a name, in order."""
        return list(self.root.iter(f"{_NAMESPACE}{name}"))

    @property
    def said(self) -> str:
        """All texts, one after the other."""
        return " ".join(box.text for box in self.boxes())

    def boxes(self) -> list[Box]:
        """The boxes of all texts."""
        return list(_boxes(self.root, 0.0, 0.0))

    def faults(self) -> list[str]:
        """Texts that overlap, and texts that reach beyond the picture."""
        boxes = self.boxes()
        found = [f"{one.text!r} and {other.text!r}" for one, other in combinations(boxes, 2) if one.touches(other)]
        return found + [f"{box.text!r} is beyond" for box in boxes if not self._holds(box)]

    def _holds(self, box: Box) -> bool:
        slack = 0.1
        across = box.left >= -slack and box.right <= self.width + slack
        return across and box.top >= -slack and box.bottom <= self.height + slack


def _boxes(element: Any, x: float, y: float) -> Any:
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag == f"{_NAMESPACE}text":
        yield _box(element, x, y)
    for child in element:
        yield from _boxes(child, x, y)


def _box(element: Any, x: float, y: float) -> Box:
    size, text = float(element.get("font-size", 12)), element.text or ""
    width = len(text) * LETTER * size
    start = x + float(element.get("x")) - {"end": 1.0, "middle": 0.5}.get(element.get("text-anchor"), 0.0) * width
    line = y + float(element.get("y"))
    return Box(text, start, start + width, line - 0.8 * size, line + 0.2 * size)


def contrast_with_white(colour: str) -> float:
    """The contrast of a colour with white, by the formula of WCAG."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def quarter_end(at: int) -> dt.date:
    """The end of the quarter that is so many after the first of 2015/16."""
    months = 12 * 2015 + 6 + 3 * at
    return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def chart(values: Sequence[float], **more: Any) -> Chart:
    """A chart of values with their own limits, a target, and every look in turn."""
    points = tuple(
        ChartPoint(
            f"Q{at % 4 + 1} {2015 + at // 4}/{16 + at // 4}",
            quarter_end(at),
            value,
            LOOKS[at % 4],
            is_corrected=at % 5 == 1,
        )
        for at, value in enumerate(values)
    )
    limits = tuple(
        LimitLine(0, group.points - 1, float(group.mean), float(group.lower), float(group.upper), group.is_trial)
        for group in process.xmr(values).groups
    )
    said: dict[str, Any] = {
        "title": "Patients who can be called back",
        "subtitle": "NHS Kent and Medway Integrated Care Board. Percent.",
        "description": "What it shows.",
        "unit": Unit.PERCENT,
        "decimals": 2,
        "points": points,
        "limits": limits,
        "target": TargetLine((90.0,) * len(points), "Target > 90%") if points else None,
    }
    return Chart(**said | more)
