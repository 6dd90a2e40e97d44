"""Where a figure is, and what readers see of it there."""

from typing import NamedTuple, Self

from schema.enumerations import FigureStatus
from schema.tables import FigureRow, NilReturnRow, ReplacedNilReturnRow


class Place(NamedTuple):
    """Where a figure or a nil return is: the ids of its metric, organisation and period."""

    metric: int
    organisation: int
    period: int

    @classmethod
    def of(cls, row: FigureRow | NilReturnRow | ReplacedNilReturnRow) -> Self:
        """Where a row is."""
        return cls(row.metric_id, row.organisation_id, row.period_id)


def value_shown(figure: FigureRow | None) -> str | None:
    """The value that readers see, as text, so that no digit is lost; None where they see none."""
    return None if figure is None or figure.status == FigureStatus.WITHDRAWN else f"{figure.value:f}"
