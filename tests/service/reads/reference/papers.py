"""The kept papers: who sees them, what people wrote in them, and whether their figures have changed since."""

from schema.periods import parsed
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.tables import Row, Tables


def _board(tables: Tables, arguments: Arguments) -> object:
    if arguments.get("board") is None:
        return min((row["boardId"] for row in tables.all("outline")), default=None)
    return next((row["id"] for row in tables.where("organisation", "code", arguments["board"])), None)


def _paper(tables: Tables, _: Row, arguments: Arguments) -> Row | None:
    ends = parsed(arguments["quarter"]).ends
    return next((row for row in _papers(tables, _, arguments) if row["quarterEnds"] == ends), None)


def _papers(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    board = _board(tables, arguments)
    mine = [row for row in tables.all("paper") if row["boardId"] == board]
    return sorted(mine, key=lambda row: row["quarterEnds"], reverse=True)


def _until(tables: Tables, paper: Row, table: str) -> list[tuple[Row, Row]]:
    """The rows of the ICB's papers until one of them, each with its paper: the oldest paper first."""
    every = (tables.whole or tables).all("paper")
    by_id = {row["id"]: row for row in every if row["boardId"] == paper["boardId"]}
    found = [(by_id[row["paperId"]], row) for row in tables.all(table) if row["paperId"] in by_id]
    return sorted(
        (each for each in found if each[0]["quarterEnds"] <= paper["quarterEnds"]),
        key=lambda each: (each[0]["quarterEnds"], each[1]["id"]),
    )


def _narratives(tables: Tables, paper: Row, _: Arguments) -> list[Row]:
    latest = {row["section"]: row for _, row in _until(tables, paper, "narrative")}
    return [latest[section] for section in sorted(latest)]


def _actions(tables: Tables, paper: Row, _: Arguments) -> list[Row]:
    asked = (row for _, row in _until(tables, paper, "paper_action"))
    ends = paper["quarterEnds"]
    listed = [{**row, "seenOn": ends} for row in asked if (row["closedIn"] or ends) >= ends]
    return sorted(listed, key=lambda row: row["number"])


def _quarter(tables: Tables, row: Row, _: Arguments) -> object:
    return next(each["quarter"] for each in (tables.whole or tables).all("paper") if each["id"] == row["paperId"])


def _figure_now(tables: Tables, action: Row, _: Arguments) -> Row | None:
    paper = next(each for each in (tables.whole or tables).all("paper") if each["id"] == action["paperId"])
    found = [
        row
        for row in tables.where("figure", "metricId", action["metricId"])
        if row["organisationId"] == paper["boardId"]
        and row["status"] != "WITHDRAWN"
        and row["periodEnds"] <= action["seenOn"]
    ]
    return max(found, key=lambda row: (row["periodEnds"], row["id"]), default=None)


def _is_superseded(tables: Tables, paper: Row, _: Arguments) -> bool:
    return paper["frozenAt"] is not None and any(
        row["figureId"] in set(paper["figureIds"]) and row["publishedAt"] > paper["frozenAt"]
        for row in tables.all("figure_revision")
    )


FIELDS_OF_PAPERS: dict[str, Says] = {
    "Query.paper": _paper,
    "Query.papers": _papers,
    "Paper.board": lambda tables, row, _: tables.one("organisation", row["boardId"]),
    "Paper.narratives": _narratives,
    "Paper.actions": _actions,
    "Paper.isSuperseded": _is_superseded,
    "Narrative.quarter": _quarter,
    "PaperAction.quarter": _quarter,
    "PaperAction.metric": lambda tables, row, _: tables.one("metric", row["metricId"]),
    "PaperAction.figure": lambda tables, row, _: tables.one("figure", row["figureId"]),
    "PaperAction.figureNow": _figure_now,
}
