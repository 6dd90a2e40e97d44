"""Rows that cannot go on are separated from those that can, so that they do not hold the others up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from schema.periods import Period
from service.writes.submissions.validation.entries import Entry, Row
from service.writes.submissions.validation.findings import Finding
from service.writes.submissions.validation.known import Known
from service.writes.submissions.validation.rules import check_rows


def sift(
    rows: Sequence[Row], quarter: Period, known: Known, *, reason: str | None
) -> tuple[list[Entry], list[Finding], frozenset[int]]:
    """The entries that can go on, every finding, and the rows that are left out: those with open findings.

    What is left is checked again, because rows are compared with each other. Where a finding is about several rows,
    and nobody can say which is wrong, all of them are left out. Findings about the whole stay open.
    """
    left_out: dict[int, list[Finding]] = {}
    while True:
        entries, findings = check_rows(rows, quarter, known, reason=reason, without=left_out.keys())
        held = _held(findings)
        if not held:
            kept = [finding for each in left_out.values() for finding in each]
            return entries, sorted([*findings, *kept], key=_place), frozenset(left_out)
        left_out |= held


def _held(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The rows that open findings hold, each with its findings."""
    held: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.row is None or not finding.is_open:
            continue
        for at in dict.fromkeys((finding.row, *finding.others)):
            held[at].append(finding if at == finding.row else replace(finding, row=at, path=_path(finding, at)))
    return held


def _path(finding: Finding, at: int) -> tuple[str, ...]:
    return (*finding.path[:2], str(at), *finding.path[3:])


def _place(finding: Finding) -> int:
    return -1 if finding.row is None else finding.row
