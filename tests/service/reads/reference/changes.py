"""A submission compared with what is published: what each row would do, and what an amendment withdraws."""

from typing import Any

from tests.service.reads.reference import submissions
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.tables import Row, Tables

_CELL = ("metricId", "organisationId", "periodId")
_ON_ITS_WAY = {"DRAFT", "SUBMITTED", "RETURNED", "APPROVED"}


def changes(tables: Tables, submission: Row, _: Arguments) -> list[Row]:
    """The rows in order, then the figures that the amended version has and this one has not."""
    return [*(_change(tables, row) for row in _rows(tables, submission)), *_withdrawn(tables, submission)]


def _change(tables: Tables, entry: Row) -> Row:
    figure = _published(tables, entry)
    before = figure["value"] if figure else None
    return _said(entry, before, entry["value"], _kind(entry, before))


def _kind(entry: Row, before: Any) -> str:
    if entry["isNilReturn"]:
        return "UNCHANGED" if before is None else "REMOVED"
    if before is None:
        return "ADDED"
    return "UNCHANGED" if entry["value"] == before else "CHANGED"


def _withdrawn(tables: Tables, submission: Row) -> list[Row]:
    """What an open amendment withdraws, of figures that the versions of its chain published last."""
    amended = tables.one("submission", submission["amendsId"])
    if amended is None or submission["status"] not in _ON_ITS_WAY:
        return []
    kept = {_cell(row) for row in _rows(tables, submission)}
    figures = [_published(tables, row) for row in _rows(tables, amended) if _cell(row) not in kept]
    gone = [row for row in figures if row and _chain_of(tables, row) == submission["firstId"]]
    return [_said(row, row["value"], None, "REMOVED") for row in sorted(gone, key=lambda row: row["id"])]


def _chain_of(tables: Tables, figure: Row) -> int | None:
    """The first version of the submissions by one of which a figure was published last."""
    revisions = tables.where("figure_revision", "figureId", figure["id"])
    by = next(row["submissionId"] for row in revisions if row["revision"] == figure["revision"])
    submission = tables.one("submission", by)
    return None if submission is None else submission["firstId"] or submission["id"]


def _rows(tables: Tables, submission: Row) -> list[Row]:
    return [row for row in submissions.sent(tables, submission, {}) if submissions.names_something(row)]


def _published(tables: Tables, entry: Row) -> Row | None:
    """The figure that is published for the cell of a row."""
    series = tables.where("figure", "organisationId", entry["organisationId"])
    return next((row for row in series if _cell(row) == _cell(entry) and row["status"] != "WITHDRAWN"), None)


def _cell(row: Row) -> tuple[int, ...]:
    return tuple(row[name] for name in _CELL)


def _said(cell: Row, before: Any, after: Any, kind: str) -> Row:
    return {**{name: cell[name] for name in _CELL}, "before": before, "after": after, "kind": kind}
