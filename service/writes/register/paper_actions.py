"""A paper asks for actions, and a later one says what became of them."""

import datetime as dt
from typing import Any

from sqlalchemy import literal
from sqlmodel import col, func, select

from schema.commands.declaring import is_given
from schema.commands.papers import SavePaperActionInput
from schema.sql.papers import latest_figure
from schema.tables import MetricRow, PaperActionRow, PaperRow, key
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import metric_named, unknown_metric
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.register.papers import check_version, keep, open_paper, written_down


async def save_paper_action(work: Work, request: SavePaperActionInput) -> Outcome:
    """Add an action, change one, or say what became of it. Problems: `paper/…`."""
    at = await work.turn()
    problems = _malformed(request)
    code = stripped(request.metric)
    metric = None if code is None else await metric_named(work.session, code)
    if code is not None and metric is None:
        problems.append(unknown_metric(code))
    paper, board = await open_paper(work, request.quarter, request.board, problems)
    await written_down(work, paper)
    action, shown_from = await _action(work, request, paper, at)
    check_version(request.expected_version, action.version)
    before = _detail(action) if action.version else None
    _change(action, request, paper)
    if is_given(request, "metric"):
        await _be_about(work, action, metric, paper)
    if _detail(action) != before:
        action.version, action.written_at, action.written_by = action.version + 1, at, work.by.name
        work.session.add(action)
        detail = {"action": action.number, "before": before, "after": _detail(action)}
        await keep(work, paper, board, at, detail=detail, shown_from=shown_from)
    return Outcome(rows={"paper": key(paper)})


def _malformed(request: SavePaperActionInput) -> list[Problem]:
    problems = list(unusable_texts({"what": request.what, "owner": request.owner, "outcome": request.outcome}))
    if not is_storable(request.due):
        problems.append(problem("paper/malformed", f"The date is {request.due}; it must be {DATE_LIMITS}.", "due"))
    said = {"what": stripped(request.what), "owner": stripped(request.owner), "due": request.due}
    is_new = request.number is None
    empty = [name for name, value in said.items() if value is None and (is_new or is_given(request, name))]
    if empty:
        message = "An action says what has to be done, who does it, and by when."
        problems.append(problem("paper/incomplete-action", message, empty[0]))
    return problems


async def _action(
    work: Work, request: SavePaperActionInput, paper: PaperRow, at: dt.datetime
) -> tuple[PaperActionRow, dt.date]:
    """The action of the input, or a new one; and the last day of the first quarter whose paper has it.

    Refused: a number that this paper and the earlier ones do not have.
    """
    of_paper = col(PaperRow.id) == PaperActionRow.paper_id
    if request.number is None:
        last = select(func.max(PaperActionRow.number)).join(PaperRow, of_paper)
        number = (await work.session.exec(last.where(PaperRow.board_id == paper.board_id))).one() or 0
        new = PaperActionRow(
            paper_id=key(paper),
            number=number + 1,
            what="",
            owner="",
            due=paper.quarter_ends,
            version=0,
            written_at=at,
            written_by=work.by.name,
        )
        return new, paper.quarter_ends
    where = (
        PaperRow.board_id == paper.board_id,
        PaperRow.quarter_ends <= paper.quarter_ends,
        PaperActionRow.number == request.number,
    )
    asked = select(PaperActionRow, col(PaperRow.quarter_ends)).join(PaperRow, of_paper).where(*where)
    found, first_in = (await work.session.exec(asked)).first() or (None, None)
    if found is None or first_in is None or (found.closed_in is not None and found.closed_in < paper.quarter_ends):
        message = f"This paper has no action {request.number}."
        raise Refused(problem("paper/unknown-action", message, "number"))
    return found, first_in


def _change(action: PaperActionRow, request: SavePaperActionInput, paper: PaperRow) -> None:
    """What the input says. Refused: closed, and nothing said of what became of it."""
    action.what = stripped(request.what) or action.what
    action.owner = stripped(request.owner) or action.owner
    action.due = request.due or action.due
    if is_given(request, "outcome"):
        action.outcome = stripped(request.outcome)
    # What a later paper has closed, an earlier one that is still open leaves as it is.
    is_of_later = action.closed_in is not None and action.closed_in > paper.quarter_ends
    if request.is_closed is not None and not is_of_later:
        action.closed_in = paper.quarter_ends if request.is_closed else None
    if action.closed_in is not None and action.outcome is None:
        message = "Say what became of an action that is closed."
        raise Refused(problem("paper/incomplete-action", message, "outcome"))


async def _be_about(work: Work, action: PaperActionRow, metric: MetricRow | None, paper: PaperRow) -> None:
    """Say which metric an action should change, with the ICB's latest figure of it by the end of the quarter."""
    if metric is None:
        action.metric_id = action.figure_id = None
    elif metric.id != action.metric_id:
        of = (literal(key(metric)), literal(paper.board_id), literal(paper.quarter_ends))
        connection = await work.session.connection()
        action.metric_id = metric.id
        action.figure_id = (await connection.execute(latest_figure(*of))).scalar()


def _detail(action: PaperActionRow) -> dict[str, Any]:
    return {
        "what": action.what,
        "owner": action.owner,
        "due": action.due.isoformat(),
        "metric": action.metric_id,
        "outcome": action.outcome,
        "closedIn": None if action.closed_in is None else action.closed_in.isoformat(),
    }
