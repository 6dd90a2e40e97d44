"""The computation of each class of inputs: what Python computes of what a statement selects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from schema.computed.briefing import BriefingInputs
from schema.computed.figures import ComparisonInputs, IntervalInputs
from schema.computed.record import reader
from schema.computed.series import SeriesInputs
from schema.computed.submissions import ActionInputs
from schema.computed.targets import ProgressHistoryInputs, ProgressInputs
from service import briefing
from service.computed.actions import available_actions
from service.computed.comparison import compare
from service.computed.interval import confidence_interval
from service.computed.progress import progress, progress_history
from service.computed.series import Series
from service.viewer import Viewer

Inputs = TypeVar("Inputs")


@dataclass(frozen=True)
class Computation:
    """From the JSON of inputs to the value of a GraphQL field; `needs_viewer` where it depends on who asks."""

    value: Callable[[Any, Viewer | None], Any]
    needs_viewer: bool = False


def _of(inputs: type[Inputs], compute: Callable[[Inputs], Any]) -> Computation:
    read = reader(inputs)
    return Computation(lambda json, _: compute(read(json)))


def _of_viewer(inputs: type[Inputs], compute: Callable[[Inputs, Viewer | None], Any]) -> Computation:
    read = reader(inputs)
    return Computation(lambda json, viewer: compute(read(json), viewer), needs_viewer=True)


COMPUTATIONS: Mapping[type[Any], Computation] = {
    IntervalInputs: _of(IntervalInputs, confidence_interval),
    ComparisonInputs: _of(ComparisonInputs, compare),
    ProgressInputs: _of(ProgressInputs, progress),
    ProgressHistoryInputs: _of(ProgressHistoryInputs, progress_history),
    SeriesInputs: _of(SeriesInputs, Series),
    ActionInputs: _of_viewer(ActionInputs, available_actions),
    BriefingInputs: _of(BriefingInputs, briefing.built),
}
