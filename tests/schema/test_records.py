"""A class of inputs and its columns fit, or the module that declares them is refused."""

import datetime as dt
from dataclasses import dataclass

import pytest
from pydantic import ValidationError
from sqlalchemy import literal_column

from schema.computed_inputs.record import Record, reader
from schema.tables import MilestoneRow


@dataclass(frozen=True)
class Step:
    """Inputs of a made-up computation."""

    due: dt.date
    value: float


def test_fields_are_columns_of_the_row_or_of_their_own():
    record = Record(Step, MilestoneRow, value=lambda _: literal_column("1"))
    assert str(record.object(MilestoneRow.__table__)) == (  # type: ignore[attr-defined]
        "json_build_object('due', milestone.due, 'value', 1)"
    )


def test_a_field_without_a_column_is_refused():
    with pytest.raises(TypeError, match=r"Step has fields without a column: \['due', 'value'\]"):
        Record(Step)


def test_a_column_without_a_field_is_refused():
    with pytest.raises(TypeError, match=r"Step has no field for the columns \['due_on'\]"):
        Record(Step, MilestoneRow, due_on="due")


def test_a_column_that_the_row_does_not_have_is_refused():
    with pytest.raises(TypeError, match=r"\['due'\]"):
        Record(Step, MilestoneRow, due="due_on")


def test_a_reader_gives_the_types_of_the_fields():
    assert reader(Step)({"due": "2025-03-31", "value": 70}) == Step(dt.date(2025, 3, 31), 70.0)


def test_a_reader_refuses_what_a_field_cannot_hold():
    with pytest.raises(ValidationError):
        reader(Step)({"due": None, "value": 70})
