"""What a figure says about its cell: one list of columns, for entries, figures and their revisions, and one value.

A new column is a line in `Sent` or `Measured` and a line in `Measurement`. `tests/schema/test_measured.py` fails for a
column that a list forgets.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, Text
from sqlmodel import Field, SQLModel

from schema.enumerations import Qualifier


class Sent(SQLModel):
    """The columns that people send: an entry of a submission has them, and the figure that it becomes."""

    value: Decimal | None = Field(default=None, sa_type=Numeric)
    numerator: Decimal | None = Field(default=None, sa_type=Numeric)
    denominator: Decimal | None = Field(default=None, sa_type=Numeric)
    lower_confidence_limit: Decimal | None = Field(default=None, sa_type=Numeric)
    upper_confidence_limit: Decimal | None = Field(default=None, sa_type=Numeric)
    qualifier: Qualifier = Field(default=Qualifier.EXACT, sa_type=Text, nullable=False)
    note: str | None = Field(default=None, sa_type=Text)


class Measured(Sent):
    """The columns that a figure and each of its revisions have: those that people send, with a value."""

    value: Decimal = Field(sa_type=Numeric)


@dataclass(frozen=True)
class Measurement:
    """What a figure says, carried whole from the input to the revision."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    lower_confidence_limit: Decimal | None = None
    upper_confidence_limit: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT
    note: str | None = None

    @classmethod
    def of(cls, row: Any) -> "Measurement":
        """The measurement in a row that has some of the columns."""
        return cls(**{name: getattr(row, name) for name in MEASURED if hasattr(row, name)})

    @property
    def sent(self) -> dict[str, Any]:
        """The columns that people send."""
        return {name: getattr(self, name) for name in SENT}

    def as_sent(self) -> "Measurement":
        """The part of it that people send."""
        return Measurement(**self.sent)

    @property
    def columns(self) -> dict[str, Any]:
        """All columns."""
        return {name: getattr(self, name) for name in MEASURED}


MEASURED = tuple(field.name for field in fields(Measurement))
SENT = tuple(name for name in MEASURED if name in Sent.model_fields)
NUMBERS = tuple(field.name for field in fields(Measurement) if "Decimal" in str(field.type))
