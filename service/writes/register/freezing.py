"""A paper is frozen: what it says is kept as it is, with its figures, texts and actions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import FromClause, Select, select, true
from strawberry.utils.str_converters import to_camel_case

from schema import ids
from schema.commands.papers import FreezePaperInput
from schema.enumerations import Severity
from schema.london import day_of
from schema.mapping import RelatedRows
from schema.sql.papers import actions_open, latest_figure, narratives_in_force, quarter_written
from schema.tables import MetricRow, NarrativeRow, PaperActionRow, PaperRow, table
from service.briefing.checklist import Check, checks
from service.briefing.content import content_of, figures_listed
from service.writes.command import Work
from service.writes.outcome import Outcome, Problem, Refused, problem
from service.writes.register.papers import keep, open_paper

_action, _metric, _narrative, _paper = (table(row) for row in (PaperActionRow, MetricRow, NarrativeRow, PaperRow))
_OF_NARRATIVE = ("section", "words", "owner", "written_at", "written_by")
_OF_ACTION = ("number", "what", "owner", "due", "outcome", "closed_in", "figure_id")
# These relations need no argument of a field.
_NOTHING: Any = None


async def freeze_paper(work: Work, request: FreezePaperInput) -> Outcome:
    """Freeze a paper. Problems: what stops it; and of severity INFO, what its readers might ask about."""
    at = await work.turn()
    paper, board = await open_paper(work, request.quarter, request.board, [])
    if paper.id is None:
        raise Refused(problem("paper/not-started", "Nobody has started this paper.", "quarter"))
    content = await content_of(work.session, board.code, paper.quarter_ends, day_of(at))
    written = await _written(work, paper)
    shown = {
        "quarter": paper.quarter,
        "addressedTo": paper.addressed_to,
        "sentFrom": paper.sent_from,
        "datedOn": None if paper.dated_on is None else paper.dated_on.isoformat(),
        "recommendation": paper.recommendation,
    }
    problems = [_problem(check) for check in checks(content, shown, written["narratives"], written["actions"])]
    if any(each.severity is Severity.BLOCK for each in problems):
        raise Refused(*problems)
    paper.content = orjson.dumps({**content, "paper": {**shown, **written}}).decode()
    listed = (figure["id"] for section in content["sections"] for figure in section["figures"])
    paper.figure_ids = sorted({ids.key(each, "Figure") or 0 for each in listed})
    paper.frozen_at, paper.frozen_by = at, work.by.name
    paper.version += 1
    await keep(work, paper, board, at, detail={"figures": len(paper.figure_ids)})
    return Outcome(problems=problems, rows={"paper": paper.id})


def _problem(check: Check) -> Problem:
    found = problem(check.code, check.message)
    return found if check.blocks else replace(found, severity=Severity.INFO)


async def _written(work: Work, paper: PaperRow) -> dict[str, Any]:
    """What people wrote in a paper, as GraphQL answers it."""
    connection, asked = await work.session.connection(), _NOTHING
    rows = select(_paper).where(_paper.c.id == paper.id).subquery()
    narratives = narratives_in_force(rows, _narrative, asked)
    written = select(
        *(_narrative.c[name] for name in _OF_NARRATIVE), quarter_written(_narrative, asked).label("quarter")
    )
    found = (await connection.execute(_in_paper(written, _narrative, rows, narratives))).mappings()
    asks = select(
        *(_action.c[name] for name in _OF_ACTION),
        quarter_written(_action, asked).label("quarter"),
        *(_metric.c[name].label(f"metric_{name}") for name in ("code", "name", "unit")),
        latest_figure(_action).label("figure_now_id"),
    )
    with_metric = _action.outerjoin(_metric, _metric.c.id == _action.c.metric_id)
    asked_for = _in_paper(asks, with_metric, rows, actions_open(rows, _action, asked))
    actions = (await connection.execute(asked_for)).mappings().all()
    keys = {each[name] for each in actions for name in ("figure_id", "figure_now_id")} - {None}
    figures = await figures_listed(work.session, keys)
    return {
        "narratives": [{to_camel_case(name): value for name, value in each.items()} for each in found],
        "actions": [_action_shown(each, figures) for each in actions],
    }


def _in_paper(columns: Select[Any], rows: FromClause, paper: FromClause, related: RelatedRows) -> Select[Any]:
    return columns.select_from(rows.join(paper, true())).where(*related.where).order_by(*related.order)


def _action_shown(row: Mapping[str, Any], figures: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    shown = {to_camel_case(name): row[name] for name in (*_OF_ACTION, "quarter") if name != "figure_id"}
    metric = {name: row[f"metric_{name}"] for name in ("code", "name", "unit")}
    return {
        **shown,
        "metric": None if metric["code"] is None else metric,
        "figure": figures.get(row["figure_id"]),
        "figureNow": figures.get(row["figure_now_id"]),
    }
