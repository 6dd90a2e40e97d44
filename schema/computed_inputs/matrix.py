"""Many metrics of one organisation in one period: the inputs of a row of a matrix."""

import datetime as dt
from dataclasses import dataclass

from schema.computed_inputs.series import SeriesInputs


@dataclass(frozen=True)
class CellInputs:
    """Inputs of one cell: the series until a day, and the period that it is about.

    `is_latest` says that the latest figure counts, of whichever period. A period that no figure has is None.
    """

    series: SeriesInputs
    period_id: int | None
    is_latest: bool
    day: dt.date
    is_sample: bool
    closed_on: dt.date | None


@dataclass(frozen=True)
class CellsInputs:
    """Inputs of the cells of a row, in the order of the metrics."""

    cells: tuple[CellInputs, ...]
