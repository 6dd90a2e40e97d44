"""A paper asks for actions, and a later one says what became of them."""

import datetime as dt
from typing import Any

from sqlmodel import col, func, select

from schema.commands.papers import SavePaperActionInput
from schema.enumerations import FigureStatus
from schema.tables import FigureRow, MetricRow, OrganisationRow, PaperActionRow, PaperRow, key
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import metric_named, unknown_metric
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.register.papers import check_version, keep, open_paper, written_down


async def save_paper_action(work: Work, request: SavePaperActionInput) -> Outcome:
    """Add an action, change one, or say what became of it. Problems: `paper/…`."""
    at = await work.turn()
    problems = _malformed(request)
    metric = None if request.metric is None else await metric_named(work.session, request.metric)
    if request.metric is not None and metric is None:
        problems.append(unknown_metric(request.metric))
    paper, board = await open_paper(work, request.quarter, request.board, problems)
    await written_down(work, paper)
    action = await _action(work, request, paper, at)
    check_version(request.expected_version, action.version)
    before = _detail(action) if action.version else None
    _change(action, request, paper)
    if metric is not None and metric.id != action.metric_id:
        action.metric_id, action.figure_id = metric.id, await _latest_figure(work, metric, board, paper)
    if _detail(action) != before:
        action.version, action.written_at, action.written_by = action.version + 1, at, work.by.name
        work.session.add(action)
        detail = {"action": action.number, "before": before, "after": _detail(action)}
        await keep(work, paper, board, at, detail=detail)
    return Outcome(rows={"paper": key(paper)})


def _malformed(request: SavePaperActionInput) -> list[Problem]:
    problems = list(unusable_texts({"what": request.what, "owner": request.owner, "outcome": request.outcome}))
    if not is_storable(request.due):
        problems.append(problem("paper/malformed", f"The date is {request.due}; it must be {DATE_LIMITS}.", "due"))
    if request.number is None and not (stripped(request.what) and stripped(request.owner) and request.due):
        message = "A new action says what has to be done, who does it, and by when."
        problems.append(problem("paper/incomplete-action", message))
    return problems


async def _action(work: Work, request: SavePaperActionInput, paper: PaperRow, at: dt.datetime) -> PaperActionRow:
    """The action of the input, or a new one. Refused: a number that this paper and the earlier ones do not have."""
    of_paper = col(PaperRow.id) == PaperActionRow.paper_id
    if request.number is None:
        last = select(func.max(PaperActionRow.number)).join(PaperRow, of_paper)
        number = (await work.session.exec(last.where(PaperRow.board_id == paper.board_id))).one() or 0
        return PaperActionRow(
            paper_id=key(paper),
            number=number + 1,
            what="",
            owner="",
            due=paper.quarter_ends,
            version=0,
            written_at=at,
            written_by=work.by.name,
        )
    where = (
        PaperRow.board_id == paper.board_id,
        PaperRow.quarter_ends <= paper.quarter_ends,
        PaperActionRow.number == request.number,
    )
    found = (await work.session.exec(select(PaperActionRow).join(PaperRow, of_paper).where(*where))).first()
    if found is None or (found.closed_in is not None and found.closed_in < paper.quarter_ends):
        message = f"This paper has no action {request.number}."
        raise Refused(problem("paper/unknown-action", message, "number"))
    return found


def _change(action: PaperActionRow, request: SavePaperActionInput, paper: PaperRow) -> None:
    """What the input says. Refused: closed, and nothing said of what became of it."""
    action.what = stripped(request.what) or action.what
    action.owner = stripped(request.owner) or action.owner
    action.due = request.due or action.due
    action.outcome = stripped(request.outcome) or action.outcome
    # What a later paper has closed, an earlier one that is still open leaves as it is.
    is_of_later = action.closed_in is not None and action.closed_in > paper.quarter_ends
    if request.is_closed is not None and not is_of_later:
        action.closed_in = paper.quarter_ends if request.is_closed else None
    if action.closed_in is not None and action.outcome is None:
        message = "Say what became of the action before you close it."
        raise Refused(problem("paper/incomplete-action", message, "outcome"))


async def _latest_figure(work: Work, metric: MetricRow, board: OrganisationRow, paper: PaperRow) -> int | None:
    """The ICB's latest figure of a metric by the end of the quarter."""
    statement = (
        select(FigureRow.id)
        .where(
            FigureRow.metric_id == key(metric),
            FigureRow.organisation_id == key(board),
            FigureRow.status != FigureStatus.WITHDRAWN,
            FigureRow.period_ends <= paper.quarter_ends,
        )
        .order_by(col(FigureRow.period_ends).desc(), col(FigureRow.id).desc())
        .limit(1)
    )
    return (await work.session.exec(statement)).first()


def _detail(action: PaperActionRow) -> dict[str, Any]:
    return {
        "what": action.what,
        "owner": action.owner,
        "due": action.due.isoformat(),
        "metric": action.metric_id,
        "outcome": action.outcome,
        "closedIn": None if action.closed_in is None else action.closed_in.isoformat(),
    }
