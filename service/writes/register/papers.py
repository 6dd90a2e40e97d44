"""The paper of a quarter is started, and people write its title block and its narratives."""

import datetime as dt
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from schema.commands.declaring import is_given
from schema.commands.papers import SaveNarrativeInput, SavePaperInput
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.periods import Period, long_date, quarter_named
from schema.tables import NarrativeRow, OrganisationRow, OutlineRow, PaperRow, key
from service.briefing.checklist import SUMMARY
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import malformed_quarter, organisation_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts

# A section's narrative may be as long as two pages.
LONGEST_NARRATIVE = 20_000
# What the next paper takes from the title block of the last.
_CARRIED = ("addressed_to", "sent_from", "recommendation")


async def save_paper(work: Work, request: SavePaperInput) -> Outcome:
    """Start the paper of a quarter, or change its title block. Problems: `paper/…`."""
    at = await work.turn()
    texts = {
        "addressedTo": request.addressed_to,
        "sentFrom": request.sent_from,
        "recommendation": request.recommendation,
    }
    problems = list(unusable_texts(texts))
    if not is_storable(request.dated_on):
        problems.append(
            problem("paper/malformed", f"The date is {request.dated_on}; it must be {DATE_LIMITS}.", "datedOn")
        )
    paper, board = await open_paper(work, request.quarter, request.board, problems)
    check_version(request.expected_version, paper.version)
    before = _title_block(paper)
    for name in (*_CARRIED, "dated_on"):
        if is_given(request, name):
            value = getattr(request, name)
            setattr(paper, name, stripped(value) if isinstance(value, str) else value)
    after = _title_block(paper)
    if after != before or not paper.version:
        await keep(work, paper, board, at, detail={"before": before, "after": after})
    return Outcome(rows={"paper": key(paper)})


async def save_narrative(work: Work, request: SaveNarrativeInput) -> Outcome:
    """Write about a section. Problems: `paper/…`."""
    at = await work.turn()
    problems = [
        *unusable_texts({"words": request.words}, LONGEST_NARRATIVE),
        *unusable_texts({"owner": request.owner, "section": request.section}),
    ]
    paper, board = await open_paper(work, request.quarter, request.board, problems)
    if not problems and request.section not in await _sections(work, board):
        message = f"The paper has no section “{request.section[:80]}”."
        problems.append(problem("paper/unknown-section", message, "section"))
    if problems:
        raise Refused(*problems)
    await written_down(work, paper)
    row = await _narrative(work, paper, request.section, at)
    check_version(request.expected_version, row.version)
    before = {"words": row.words, "owner": row.owner}
    row.words = _paragraphs(request.words)
    if is_given(request, "owner"):
        owner = stripped(request.owner)
    else:
        owner = row.owner or await _owner_before(work, paper, request.section)
    row.owner = owner or work.by.name
    after = {"words": row.words, "owner": row.owner}
    if after != before or not row.version:
        row.version, row.written_at, row.written_by = row.version + 1, at, work.by.name
        work.session.add(row)
        detail = {"section": row.section, "before": before, "after": after}
        await keep(work, paper, board, at, detail=detail, shown_from=paper.quarter_ends)
    return Outcome(rows={"paper": key(paper)})


# ── What the commands of papers share ─────────────────────────────────────────────────────────────────────────────────


async def open_paper(
    work: Work, quarter_code: str, board_code: str, problems: list[Problem]
) -> tuple[PaperRow, OrganisationRow]:
    """The paper of a quarter, locked, or a new one with the title block of the last. Refused: a frozen one, and all."""
    quarter, board = await quarter_and_board(work, quarter_code, board_code, problems)
    paper = await paper_of(work, board, quarter) or await _next_paper(work, board, quarter)
    if paper.frozen_at is not None:
        message = f"The paper for {quarter.label} was frozen on {long_date(day_of(paper.frozen_at))}."
        problems.append(problem("paper/frozen", message, "quarter"))
    if problems:
        raise Refused(*problems)
    return paper, board


async def quarter_and_board(
    work: Work, quarter_code: str, board_code: str, problems: list[Problem]
) -> tuple[Period, OrganisationRow]:
    """The quarter and the ICB that an input names. Refused: with what else is wrong, when one of them is unknown."""
    quarter = quarter_named(quarter_code)
    on = dt.date.max if quarter is None else quarter.ends
    board = None if quarter is None else await organisation_named(work.session, board_code, on, by=work.by)
    if quarter is None:
        problems.append(malformed_quarter(quarter_code))
    elif board is None or board.kind != OrganisationKind.INTEGRATED_CARE_BOARD or not await _sections(work, board):
        message = f"No ICB that you act for and that has a paper has the code {board_code[:40]!r}."
        problems.append(problem("paper/unknown-board", message, "board"))
        board = None
    if quarter is None or board is None:
        raise Refused(*problems)
    return quarter, board


async def paper_of(work: Work, board: OrganisationRow, quarter: Period) -> PaperRow | None:
    """The paper of a quarter, locked where it can still change; None before it is started."""
    statement = select(PaperRow).where(PaperRow.board_id == key(board), PaperRow.quarter == quarter.code)
    return (await work.session.exec(statement)).first()


async def written_down(work: Work, paper: PaperRow) -> None:
    """See that a paper has its row, before something is written in it."""
    if not paper.version:
        paper.version = 1
    work.session.add(paper)
    await work.session.flush()


def check_version(expected: int | None, version: int) -> None:
    """Refuse a change of something that another person has changed since it was read."""
    if expected is not None and expected != version:
        message = f"It is version {version}, and you read version {expected}: somebody changed it meanwhile."
        raise Refused(problem("paper/stale", message, "expectedVersion", current_version=version))


async def keep(
    work: Work,
    paper: PaperRow,
    board: OrganisationRow,
    at: dt.datetime,
    *,
    detail: Any,
    shown_from: dt.date | None = None,
) -> None:
    """Write a change of a paper as a new version of it, and its audit event.

    Other papers that are not frozen have what changed too, from the one whose quarter ends on `shown_from`: theirs are
    new versions as well, so that nobody freezes what they have not read.
    """
    paper.version += 1
    work.session.add(paper)
    await work.session.flush()
    if shown_from is not None:
        with_it = (
            col(PaperRow.board_id) == paper.board_id,
            col(PaperRow.quarter_ends) >= shown_from,
            col(PaperRow.frozen_at).is_(None),
            col(PaperRow.id) != paper.id,
        )
        await work.session.exec(update(PaperRow).where(*with_it).values(version=col(PaperRow.version) + 1))
    subject = f"{board.code} {paper.quarter}"
    await work.record(subject, at=at, detail=detail, organisation_id=board.id, groups_on=paper.quarter_ends)


async def _next_paper(work: Work, board: OrganisationRow, quarter: Period) -> PaperRow:
    """A paper that nobody has started, with what the last one says about who it is for."""
    earlier = (
        select(PaperRow)
        .where(PaperRow.board_id == key(board), PaperRow.quarter_ends < quarter.ends)
        .order_by(col(PaperRow.quarter_ends).desc())
        .limit(1)
    )
    last = (await work.session.exec(earlier)).first()
    carried = {} if last is None else {name: getattr(last, name) for name in _CARRIED}
    return PaperRow(board_id=key(board), quarter=quarter.code, quarter_ends=quarter.ends, version=0, **carried)


async def _sections(work: Work, board: OrganisationRow) -> set[str]:
    """The headings that narratives may have; none for a board without an outline."""
    rows = await work.session.exec(select(OutlineRow.section).where(OutlineRow.board_id == key(board)).distinct())
    found = {section for section in rows if section is not None}
    return {SUMMARY, *found} if found else set()


def _paragraphs(words: str) -> str:
    """A text with one empty line between its paragraphs."""
    parts = words.replace("\r\n", "\n").split("\n\n")
    return "\n\n".join(part.strip() for part in parts if part.strip())


async def _narrative(work: Work, paper: PaperRow, section: str, at: dt.datetime) -> NarrativeRow:
    """The paper's own narrative of a section, or a new one."""
    statement = select(NarrativeRow).where(NarrativeRow.paper_id == key(paper), NarrativeRow.section == section)
    found = (await work.session.exec(statement)).first()
    return found or NarrativeRow(
        paper_id=key(paper), section=section, words="", owner="", version=0, written_at=at, written_by=work.by.name
    )


async def _owner_before(work: Work, paper: PaperRow, section: str) -> str | None:
    """Who answers for a section in the last paper that has a narrative of it."""
    statement = (
        select(NarrativeRow.owner)
        .join(PaperRow, col(PaperRow.id) == NarrativeRow.paper_id)
        .where(
            PaperRow.board_id == paper.board_id,
            PaperRow.quarter_ends < paper.quarter_ends,
            NarrativeRow.section == section,
        )
        .order_by(col(PaperRow.quarter_ends).desc())
        .limit(1)
    )
    return (await work.session.exec(statement)).first()


def _title_block(paper: PaperRow) -> dict[str, Any]:
    return {
        "addressedTo": paper.addressed_to,
        "sentFrom": paper.sent_from,
        "datedOn": None if paper.dated_on is None else paper.dated_on.isoformat(),
        "recommendation": paper.recommendation,
    }
