"""Every column of a figure is in every list of them: a column that one forgets fails here."""

from decimal import Decimal
from typing import Any

import pytest

from schema.commands.submissions import FigureInput
from schema.tables import (
    MEASURED,
    NUMBERS,
    REVISED_FIGURE,
    SENT,
    FigureRevisionRow,
    FigureRow,
    Measured,
    Measurement,
    Sent,
    SubmissionEntryRow,
    table,
)
from schema.types.figures import Figure, FigureRevision
from schema.types.submissions import SentFigure, SubmissionEntry

# What a figure has as well as what it says: which it is, its status, where it is from, and when it was published.
ABOUT = {
    "id",
    "metric_id",
    "unit",
    "is_synthetic",
    "organisation_id",
    "period_id",
    "period_ends",
    "status",
    "source_id",
    "origin",
    "rests_on",
    "of",
    "revision",
    "published_at",
}
INPUT_ONLY = {"metric", "organisation", "period", "is_nil_return", "is_provisional", "source", "reason"}


def test_a_measurement_has_every_column_of_a_figure():
    assert set(MEASURED) == set(Measured.model_fields)
    assert set(MEASURED) == set(table(FigureRow).c.keys()) - ABOUT


def test_a_revision_copies_every_column_that_says_something():
    assert set(MEASURED) <= set(REVISED_FIGURE)
    assert set(REVISED_FIGURE) == set(table(FigureRevisionRow).c.keys()) & set(table(FigureRow).c.keys())


def test_an_entry_and_the_input_have_every_column_that_people_send():
    assert set(SENT) == set(Sent.model_fields)
    assert set(SENT) == set(MEASURED) & set(table(SubmissionEntryRow).c.keys())
    assert set(SENT) == set(FigureInput.__annotations__) - INPUT_ONLY


@pytest.mark.parametrize("shown", [SubmissionEntry, SentFigure, Figure, FigureRevision])
def test_what_people_send_can_be_read_in_drafts_figures_and_history(shown):
    assert set(SENT) <= set(shown.__annotations__)


def test_every_number_is_held_finite():
    assert {name for name in MEASURED if str(table(FigureRow).c[name].type) == "NUMERIC"} == set(NUMBERS)
    for row in (FigureRow, FigureRevisionRow):
        checks = " ".join(str(check.name) for check in table(row).constraints)
        assert all(f"{name}_is_finite" in checks for name in NUMBERS)


@pytest.mark.parametrize("name", MEASURED)
def test_a_measurement_takes_each_column_from_its_row(name):
    value = Decimal(7) if name in NUMBERS else "MORE_THAN" if name == "qualifier" else "text"
    columns: dict[str, Any] = {"value": Decimal(7), name: value}
    row = FigureRow(**columns)
    assert getattr(Measurement.of(row), name) == value
    assert Measurement.of(row).columns[name] == value
