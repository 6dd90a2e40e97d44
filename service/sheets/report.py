"""A checked file becomes what programs and pages get: what is wrong where, what was understood, and the review."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from schema.enumerations import Severity
from schema.errors import remedy
from service.sheets.cells import Place
from service.sheets.checking import Becomes, Checked, Reviewed
from service.sheets.findings import CellFinding, merged
from service.sheets.taking import Taken


def report_of(checked: Checked, taken: Taken | None = None, *, includes_information: bool = False) -> dict[str, Any]:
    """The report of a file as plain data. Numbers are JSON numbers, cells are as a spreadsheet names them."""
    listed = [*checked.findings, *(checked.information if includes_information else ())]
    return {
        "quarter": checked.purpose.quarter,
        "organisation": checked.purpose.organisation,
        "answers": len(checked.answers),
        "right": len(checked.answers) - checked.counted(Becomes.NOT_TAKEN),
        "empty": checked.reading.empty,
        "informationCount": len(checked.information),
        "summary": summary_of(checked.findings),
        "findings": findings_of(listed),
        "understood": [
            {"written": written, "as": said, "cells": list(map(cell_of, places))}
            for (written, said), places in checked.reading.understood.items()
        ],
        "review": {
            "version": checked.review,
            "new": checked.counted(Becomes.NEW),
            "changed": checked.counted(Becomes.CHANGED),
            "same": checked.counted(Becomes.SAME),
            "notTaken": checked.counted(Becomes.NOT_TAKEN),
            "rows": list(map(_row, checked.answers)),
        },
        "taken": None if taken is None else _taken(taken),
    }


def summary_of(findings: Iterable[CellFinding]) -> list[dict[str, Any]]:
    """How many cells have each kind of finding, the most frequent first, and what to do about it."""
    counts = Counter((each.code, each.severity) for each in findings)
    return [
        {"code": code, "severity": severity, "count": count, "remedy": remedy(code)}
        for (code, severity), count in counts.most_common()
    ]


def findings_of(findings: Iterable[CellFinding]) -> list[dict[str, Any]]:
    """Findings, each once for all the cells that have it: what blocks first."""
    order = list(Severity)
    return [
        {
            "code": each.code,
            "severity": each.severity,
            "message": each.message,
            "remedy": each.remedy,
            "count": max(len(each.places), 1),
            "cells": list(map(cell_of, each.places)),
            "questions": list(each.questions),
        }
        for each in sorted(merged(findings), key=lambda each: order.index(each.severity))
    ]


def cell_of(place: Place) -> dict[str, str]:
    """A cell by its sheet and its address."""
    return {"sheet": place.sheet, "cell": place.address}


def _row(each: Reviewed) -> Mapping[str, Any]:
    return {
        **cell_of(each.line.places["value"]),
        "question": each.line.question,
        "organisation": each.organisation,
        "metric": each.metric,
        "period": each.period,
        "was": None if each.was is None else float(each.was),
        "is": None if each.value is None else float(each.value),
        "wasQualifier": each.was_qualifier,
        "isQualifier": each.qualifier,
        "becomes": each.becomes,
    }


def _taken(taken: Taken) -> Mapping[str, Any]:
    said: dict[str, Any] = asdict(taken)
    problems: Sequence[CellFinding] = taken.problems
    return {**{_camel(name): value for name, value in said.items()}, "problems": findings_of(problems)}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)
