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
    named = {"figureId": figure and figure["id"], "entryId": entry["id"]}
    return _said(entry, before, entry["value"], _kind(tables, entry, figure)) | named


def _kind(tables: Tables, entry: Row, figure: Row | None) -> str:
    if entry["isNilReturn"]:
        return "UNCHANGED" if figure is None else "REMOVED"
    if figure is None:
        return "ADDED"
    return "UNCHANGED" if _shown(tables, entry, figure) else "CHANGED"


def _shown(tables: Tables, entry: Row, figure: Row) -> bool:
    """Whether readers see already what an entry says: what it leaves out counts as the same."""
    if entry["value"] != figure["value"] or entry["qualifier"] != figure["qualifier"]:
        return False
    if entry["isProvisional"] != (figure["status"] == "PROVISIONAL"):
        return False
    limits = ("lowerConfidenceLimit", "upperConfidenceLimit")
    if any(entry[name] is not None and entry[name] != figure[name] for name in limits):
        return False
    source = tables.one("source", figure["sourceId"])
    cited = (entry["sourceTitle"], entry["sourceReference"])
    return cited[0] is None or (source is not None and cited == (source["title"], source["reference"]))


def _withdrawn(tables: Tables, submission: Row) -> list[Row]:
    """What an open amendment withdraws, of figures that the versions of its chain published last."""
    amended = tables.one("submission", submission["amendsId"])
    if amended is None or submission["status"] not in _ON_ITS_WAY:
        return []
    kept = {_cell(row) for row in _rows(tables, submission)}
    figures = [_published(tables, row) for row in _rows(tables, amended) if _cell(row) not in kept]
    gone = [row for row in figures if row and _chain_of(tables, row) == submission["firstId"]]
    return [
        _said(row, row["value"], None, "REMOVED") | {"figureId": row["id"], "entryId": None}
        for row in sorted(gone, key=lambda row: row["id"])
    ]


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
