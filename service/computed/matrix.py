"""The inputs of a row of a matrix become its cells, as the type `MatrixCell`."""

from functools import cached_property

from schema.computed_inputs.matrix import CellInputs, CellsInputs
from schema.computed_inputs.series import SeriesFigure
from schema.computed_inputs.targets import JudgedTarget, ProgressInputs
from schema.enumerations import NotCalculatedCode, TargetStatus, Variation
from schema.reasons import why
from service.computed.not_calculated.listed import NotCalculated, listed
from service.computed.progress import progress
from service.computed.verdicts import Verdict
from service.statistics.series import Series


class MatrixCell:
    """The type `MatrixCell`; `metric` and `figure` are ids."""

    def __init__(self, inputs: CellInputs) -> None:
        self._inputs = inputs

    @property
    def metric(self) -> int:
        """The id of its metric."""
        return self._inputs.series.metric_id

    @cached_property
    def _figure(self) -> SeriesFigure | None:
        """Its figure: that of its period, or the latest."""
        figures = reversed(self._inputs.series.figures)
        return next((one for one in figures if self._inputs.is_latest or one.period_id == self._inputs.period_id), None)

    @property
    def figure(self) -> int | None:
        """The id of its figure."""
        return None if self._figure is None else self._figure.id

    @property
    def value(self) -> float | None:
        """The value of its figure."""
        return None if self._figure is None else self._figure.value

    @cached_property
    def _series(self) -> Series | None:
        """The series until its figure; None where its figure is not the last of it."""
        series = Series(self._inputs.series)
        is_last = bool(series.figures) and self._figure is not None and series.figures[-1].id == self._figure.id
        return series if is_last else None

    @property
    def variation(self) -> Variation:
        """What its figure says about the process."""
        return Variation.NOT_ASSESSABLE if self._series is None else self._series.variation

    @property
    def not_calculated(self) -> list[NotCalculated]:
        """What of it is not calculated, and why."""
        if self._figure is None:
            return listed(dict.fromkeys(("value", "status", "variation"), why(NotCalculatedCode.NO_FIGURE)))
        verdict = Verdict(self._figure.id, self._inputs.series)
        is_judged = self.status is not None
        too_few = why(NotCalculatedCode.NOT_IN_SERIES) if self._series is None else self._series.why_too_few
        return listed(
            {
                "status": None if is_judged else verdict.why_not_judged,
                "variation": too_few if self.variation is Variation.NOT_ASSESSABLE else None,
            }
        )

    @property
    def is_provisional(self) -> bool:
        """Whether that rests on 6 to 11 points."""
        return self._series is not None and self._series.is_provisional

    @property
    def status(self) -> TargetStatus | None:
        """The status of the target that its figure is judged by; None without one."""
        if self._figure is None:
            return None
        inputs = self._inputs.series
        history = Series(inputs).target_of(self._figure)
        if history is None:
            return None
        judged = JudgedTarget(
            id=0,
            unit=inputs.unit,
            counts=inputs.counts,
            is_sample=self._inputs.is_sample,
            closed_on=self._inputs.closed_on,
            history=history,
            figures=inputs.figures,
            recalculations=inputs.recalculations,
        )
        return progress(ProgressInputs(judged, self._inputs.day)).status


def cells(inputs: CellsInputs) -> list[MatrixCell]:
    """The cells of a row, in the order of the metrics."""
    return [MatrixCell(each) for each in inputs.cells]
