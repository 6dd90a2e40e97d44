"""A file becomes what its figures would do if they were published, with the findings of the rules at its cells."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.declaring import as_arguments
from schema.commands.submissions import UpdateQuarterlyFiguresInput
from schema.enumerations import Qualifier, Severity, Unit
from schema.types.scalars import OdsCode
from service.briefing.wording import amount, qualified
from service.database import Database
from service.sheets.cells import Sheet
from service.sheets.findings import CellFinding
from service.sheets.opening import opened
from service.sheets.purpose import ORGANISATION, QUARTER, Purpose, marks_of, purpose
from service.sheets.reading import Line, Reading, read_sheets
from service.sheets.vocabulary import vocabulary
from service.sheets.written import plain
from service.viewer import Viewer
from service.writes.command import Work, permitted
from service.writes.commands import BY_NAME
from service.writes.outcome import Problem, Refused
from service.writes.submissions.check import Check
from service.writes.submissions.quarterly import check_update
from service.writes.submissions.revisions import Change, changes_of
from service.writes.submissions.validation.findings import Finding
from service.writes.trust.idempotency import fingerprint

UPDATE = BY_NAME["updateQuarterlyFigures"]


class Becomes(StrEnum):
    """What publishing would do with an answer."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    NOT_TAKEN = "NOT_TAKEN"


@dataclass(frozen=True)
class Said:
    """What somebody says about a file: its quarter, who sends it, and why its unusual figures are right."""

    quarter: str | None = None
    organisation: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Reviewed:
    """An answer, what is published for its cell now, and what publishing would do. A nil return has no value."""

    line: Line
    becomes: Becomes
    organisation: str | None = None
    metric: str | None = None
    period: str | None = None
    was: Decimal | None = None
    value: Decimal | None = None
    revision: int = 0
    was_qualifier: Qualifier = Qualifier.EXACT
    qualifier: Qualifier = Qualifier.EXACT
    unit: Unit = Unit.COUNT

    @property
    def was_words(self) -> str | None:
        """What is published, in words: "over 11,000,000", "92%", "yes"."""
        return None if self.was is None else _in_words(self.was, self.was_qualifier, self.unit)

    @property
    def words(self) -> str:
        """What it says, in words."""
        return "nothing to report" if self.value is None else _in_words(self.value, self.qualifier, self.unit)


def _in_words(value: Decimal, qualifier: Qualifier, unit: Unit) -> str:
    """A value with its unit, without decimals that say nothing."""
    return qualified(qualifier, amount(Decimal(plain(float(value))), unit))


@dataclass(frozen=True)
class Checked:
    """A file that was checked. `findings` are at its cells; those for information are apart."""

    purpose: Purpose
    sheets: Sequence[Sheet]
    reading: Reading
    reason: str | None
    findings: Sequence[CellFinding]
    information: Sequence[CellFinding]
    answers: Sequence[Reviewed]

    @property
    def review(self) -> str:
        """What tells this review from every other: all that would be sent, and what is published there now."""
        said = [
            (
                as_arguments(each.line.figure),
                each.metric,
                each.organisation,
                each.period,
                each.value,
                each.revision,
                each.becomes,
            )
            for each in self.answers
        ]
        return fingerprint([self.purpose.quarter, self.purpose.organisation, said])[:32]

    def counted(self, becomes: Becomes) -> int:
        """The number of answers with which publishing would do this."""
        return sum(each.becomes is becomes for each in self.answers)


@dataclass
class _Found:
    """The findings and the answers, as they are gathered."""

    findings: list[CellFinding] = field(default_factory=list)
    information: list[CellFinding] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    needing: set[int] = field(default_factory=set)


async def check_file(database: Database, content: bytes, said: Said, *, by: Viewer | None) -> Checked:
    """Check a file as `updateQuarterlyFigures` would, and change nothing.

    With a reason, the figures that need one have it.
    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, and the codes `upload/…`.
    """
    viewer = await permitted(database, UPDATE, by=by)
    sheets = await asyncio.to_thread(opened, content)
    marks = marks_of(sheets)
    asked = {QUARTER: said.quarter or marks.get(QUARTER), ORGANISATION: said.organisation or marks.get(ORGANISATION)}
    async with database.rehearsal(scope=viewer.scope) as session:
        known = await vocabulary(session)
        reading = await asyncio.to_thread(read_sheets, sheets, known, organisation=asked[ORGANISATION])
        purposes = await purpose(session, asked, reading, by=viewer)
        return await _checked(session, purposes, sheets, reading, said.reason, by=viewer)


async def review_now(session: AsyncSession, checked: Checked, *, by: Viewer) -> str:
    """What tells the review of a checked file from others, if it is made again now; nothing stays in the session."""
    reading = replace(checked.reading, understood=defaultdict(list))
    async with session.begin_nested() as savepoint:
        again = await _checked(session, checked.purpose, checked.sheets, reading, checked.reason, by=by)
        await savepoint.rollback()
    session.expunge_all()
    session.info.clear()
    return again.review


async def _checked(
    session: AsyncSession, of: Purpose, sheets: Sequence[Sheet], reading: Reading, reason: str | None, *, by: Viewer
) -> Checked:
    readable = [line for line in reading.lines if line.figure is not None]
    found, changes = _Found(), dict[int, Change]()
    if readable:
        try:
            check = await _check(session, of, readable, by=by)
        except Refused as refused:
            _add_problems(found, refused.outcome.problems, readable)
        else:
            _add_findings(found, check, readable, reason)
            changes = {change.entry.row: change for change in changes_of(check.entries, check.known)}
            _understand_rounding(reading, readable, changes)
    kept = _with_reasons(readable, found.needing, reason)
    answers = dict(zip(map(id, readable), _reviewed(kept, changes, found.held), strict=True))
    return Checked(
        of,
        sheets,
        reading,
        reason,
        _by_cell([*(each for line in reading.lines for each in line.findings), *found.findings], sheets),
        found.information,
        [answers.get(id(line)) or Reviewed(line, Becomes.NOT_TAKEN) for line in reading.lines],
    )


def _by_cell(findings: Iterable[CellFinding], sheets: Sequence[Sheet]) -> list[CellFinding]:
    """Findings in the order in which somebody reads the sheets; those about the file as a whole come first."""
    order = {sheet.name: at for at, sheet in enumerate(sheets)}

    def read_at(each: CellFinding) -> tuple[int, int, int]:
        return (-1, 0, 0) if each.place is None else (order[each.place.sheet], each.place.row, each.place.column)

    return sorted(findings, key=read_at)


async def _check(session: AsyncSession, of: Purpose, lines: Sequence[Line], *, by: Viewer) -> Check:
    """The check of the command itself, on a draft that is rolled back."""
    request = UpdateQuarterlyFiguresInput(
        quarter=of.quarter,
        organisation=OdsCode(of.organisation),
        figures=[line.figure for line in lines if line.figure is not None],
        validate_only=True,
    )
    return (await check_update(Work(UPDATE, session, by), request))[1]


def _add_findings(found: _Found, check: Check, lines: Sequence[Line], reason: str | None) -> None:
    for finding in check.findings:
        if finding.is_information:
            found.information += _at_cells(finding, lines)
            continue
        if finding.severity is Severity.NEEDS_REASON and finding.is_open and finding.row is not None:
            found.needing.add(finding.row)
        if finding.accepted(finding.accepted_reason or reason).is_open:
            found.findings += _at_cells(finding, lines)
            found.held |= {at for at in (finding.row, *finding.others) if at is not None}


def _at_cells(finding: Finding, lines: Sequence[Line]) -> Iterator[CellFinding]:
    """A finding at its cell, and at those of the other answers that it is about."""
    said = finding.code, finding.severity, finding.message, finding.remedy
    if finding.row is None:
        yield CellFinding(*said, place=None)
        return
    for at in dict.fromkeys((finding.row, *finding.others)):
        yield CellFinding(*said, place=lines[at].place(finding.path[-1]), question=lines[at].question)


def _add_problems(found: _Found, problems: Sequence[Problem], lines: Sequence[Line]) -> None:
    """What the command refuses as a whole holds every answer."""
    found.findings += (at_cell(each, lines) for each in problems)
    found.held |= set(range(len(lines)))


def at_cell(problem: Problem, lines: Sequence[Line]) -> CellFinding:
    """A problem of a command at the cell of the figure that it is about, by the answers that were sent."""
    # Beyond the answers of the file are those that were in the draft before.
    line = None if problem.row is None or problem.row >= len(lines) else lines[problem.row]
    place = None if line is None else line.place(problem.path[-1])
    question = None if line is None else line.question
    return CellFinding(problem.code, problem.severity, problem.message, problem.remedy, place, question)


def _with_reasons(lines: Sequence[Line], needing: set[int], reason: str | None) -> list[Line]:
    """The answers with the reason, where they need one and have none."""
    return [
        replace(line, figure=replace(line.figure, reason=reason))
        if reason and at in needing and line.figure is not None and not line.figure.reason
        else line
        for at, line in enumerate(lines)
    ]


def _reviewed(lines: Sequence[Line], changes: Mapping[int, Change], held: set[int]) -> Iterator[Reviewed]:
    for at, line in enumerate(lines):
        change = changes.get(at)
        if change is None:
            yield Reviewed(line, Becomes.NOT_TAKEN)
            continue
        published, entry = change.published, change.entry
        stands = published is not None and published.stands
        becomes = Becomes.CHANGED if stands else Becomes.NEW
        if at in held:
            becomes = Becomes.NOT_TAKEN
        elif stands and not change.is_change:
            becomes = Becomes.SAME
        yield Reviewed(
            line,
            becomes,
            entry.organisation.code,
            entry.metric.code,
            entry.period.code,
            published.measurement.value if published is not None and published.stands else None,
            entry.value,
            0 if published is None else published.revision,
            Qualifier.EXACT if published is None else Qualifier(published.measurement.qualifier),
            Qualifier(entry.measurement.qualifier),
            Unit(entry.metric.unit),
        )


def _understand_rounding(reading: Reading, lines: Sequence[Line], changes: Mapping[int, Change]) -> None:
    """Note the values that are rounded to the decimal places of their metric."""
    for at, change in changes.items():
        sent, value = lines[at].figure, change.entry.value
        if sent is not None and sent.value is not None and value is not None and Decimal(repr(sent.value)) != value:
            reading.understood[plain(sent.value), plain(float(value))].append(lines[at].places["value"])
