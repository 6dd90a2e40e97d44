"""What is wrong with a cell, in words, and findings that say the same, merged over their cells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schema.enumerations import Severity
from service.sheets.cells import Place


@dataclass(frozen=True)
class CellFinding:
    """What is wrong with a cell, or worth knowing about it; `question` is what the cell answers, in words."""

    code: str
    severity: Severity
    message: str
    remedy: str
    place: Place | None
    question: str | None = None


@dataclass(frozen=True)
class MergedFinding:
    """What is wrong with one cell or with several, which have the same message; None: with the file as a whole."""

    code: str
    severity: Severity
    message: str
    remedy: str
    places: Sequence[Place]
    questions: Sequence[str]


def merged(findings: Iterable[CellFinding]) -> list[MergedFinding]:
    """Findings, each once for all cells with the same message; in the order of the first cell of each."""
    groups: dict[tuple[str, Severity, str, str], list[CellFinding]] = defaultdict(list)
    for each in findings:
        groups[each.code, each.severity, each.message, each.remedy].append(each)
    return [
        MergedFinding(
            *said,
            places=[each.place for each in same if each.place is not None],
            questions=list(dict.fromkeys(each.question for each in same if each.question is not None)),
        )
        for said, same in groups.items()
    ]
