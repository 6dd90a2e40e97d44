"""A paper is frozen: what it says is kept as it is, with its figures, texts and actions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import select, true
from strawberry.utils.str_converters import to_camel_case

from schema import ids
from schema.commands.papers import FreezePaperInput
from schema.enumerations import Severity
from schema.london import day_of
from schema.sql.papers import actions_open, latest_of_action, narratives_in_force, quarter_written
from schema.tables import MetricRow, NarrativeRow, PaperRow, table
from service.briefing.checklist import Check, checks
from service.briefing.content import content_of, figures_listed
from service.writes.command import Work
from service.writes.outcome import Outcome, Problem, Refused, problem
from service.writes.register.papers import check_version, keep, open_paper

_metric, _narrative, _paper = (table(row) for row in (MetricRow, NarrativeRow, PaperRow))
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
    check_version(request.expected_version, paper.version)
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
    listed = [figure for section in content["sections"] for figure in section["figures"]]
    listed += [action[name] for action in written["actions"] for name in ("figure", "figureNow") if action[name]]
    paper.figure_ids = sorted({ids.key(each["id"], "Figure") or 0 for each in listed})
    paper.frozen_at, paper.frozen_by = at, work.by.name
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
    of_paper = written.select_from(rows.join(_narrative, true())).where(*narratives.where).order_by(*narratives.order)
    found = (await connection.execute(of_paper)).mappings()
    action = actions_open(rows, asked).correlate(rows).lateral("action")
    asks = (
        select(
            *(action.c[name] for name in _OF_ACTION),
            quarter_written(action, asked).label("quarter"),
            *(_metric.c[name].label(f"metric_{name}") for name in ("code", "name", "unit")),
            latest_of_action(action).label("figure_now_id"),
        )
        .select_from(rows.join(action, true()).outerjoin(_metric, _metric.c.id == action.c.metric_id))
        .order_by(action.c.place)
    )
    actions = (await connection.execute(asks)).mappings().all()
    keys = {each[name] for each in actions for name in ("figure_id", "figure_now_id")} - {None}
    figures = await figures_listed(work.session, keys)
    return {
        "narratives": [{to_camel_case(name): value for name, value in each.items()} for each in found],
        "actions": [_action_shown(dict(each), figures) for each in actions],
    }


def _action_shown(row: Mapping[str, Any], figures: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    shown = {to_camel_case(name): row[name] for name in (*_OF_ACTION, "quarter") if name != "figure_id"}
    metric = {name: row[f"metric_{name}"] for name in ("code", "name", "unit")}
    return {
        **shown,
        "metric": None if metric["code"] is None else metric,
        "figure": figures.get(row["figure_id"]),
        "figureNow": figures.get(row["figure_now_id"]),
    }
