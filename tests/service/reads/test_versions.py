"""Whether a statement's answers may be kept is found in one look at each of its parts."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from schema.tables import FigureRow, SubmissionRow, table
from service.reads import versions

_figure, _submission = table(FigureRow), table(SubmissionRow)


def test_what_is_shared_by_shared_parts_is_looked_at_once():
    most: ColumnElement[Any] = _figure.c.value
    for _ in range(12):
        most = func.greatest(most, most)
    assert len(list(versions._parts(select(most)))) < 200


def test_a_table_counts_wherever_it_is_read():
    inside = select(_submission.c.id).scalar_subquery()
    assert versions.is_versioned(select(_figure.c.value))
    assert not versions.is_versioned(select(_figure.c.value).where(_figure.c.id.in_(select(inside + inside))))
