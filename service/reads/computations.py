"""The computation of each class of inputs: what Python computes of what a statement selects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from schema.computed_inputs.briefing import BriefingInputs
from schema.computed_inputs.figures import ComparisonInputs, IntervalInputs
from schema.computed_inputs.funnels import FunnelInputs, SpreadReasonsInputs
from schema.computed_inputs.matrix import CellsInputs
from schema.computed_inputs.notes import NotesInputs
from schema.computed_inputs.record import reader
from schema.computed_inputs.series import SeriesInputs, SeveralSeriesInputs
from schema.computed_inputs.submissions import ActionInputs
from schema.computed_inputs.targets import ProgressHistoryInputs, ProgressInputs
from schema.computed_inputs.verdicts import FigureReasonsInputs, VerdictInputs
from service import briefing
from service.computed.actions import available_actions
from service.computed.comparison import compare
from service.computed.funnel import funnel
from service.computed.interval import confidence_interval
from service.computed.matrix import cells
from service.computed.not_calculated.figure import of_figure
from service.computed.not_calculated.spread import of_spread
from service.computed.notes import figures_of_note
from service.computed.progress import progress, progress_history
from service.computed.series import Series, several
from service.computed.verdicts import verdict
from service.viewer import Viewer


@dataclass(frozen=True)
class Computation:
    """How the value of a GraphQL field is made of its inputs; `needs_viewer` where it depends on who asks."""

    compute: Callable[..., Any]
    read: Callable[[Any], Any]
    needs_viewer: bool = False

    def value(self, json: Any, viewer: Viewer | None) -> Any:
        """The value, from the parsed JSON of the inputs."""
        inputs = self.read(json)
        return self.compute(inputs, viewer) if self.needs_viewer else self.compute(inputs)


Inputs = TypeVar("Inputs")


def _of(inputs: type[Inputs], compute: Callable[[Inputs], Any]) -> Computation:
    return Computation(compute, reader(inputs))


def _of_viewer(inputs: type[Inputs], compute: Callable[[Inputs, Viewer | None], Any]) -> Computation:
    return Computation(compute, reader(inputs), needs_viewer=True)


COMPUTATIONS: Mapping[type[Any], Computation] = {
    IntervalInputs: _of(IntervalInputs, confidence_interval),
    ComparisonInputs: _of(ComparisonInputs, compare),
    ProgressInputs: _of(ProgressInputs, progress),
    ProgressHistoryInputs: _of(ProgressHistoryInputs, progress_history),
    FunnelInputs: _of(FunnelInputs, funnel),
    NotesInputs: _of(NotesInputs, figures_of_note),
    CellsInputs: _of(CellsInputs, cells),
    SeriesInputs: _of(SeriesInputs, Series),
    SeveralSeriesInputs: _of(SeveralSeriesInputs, several),
    VerdictInputs: _of(VerdictInputs, verdict),
    FigureReasonsInputs: _of(FigureReasonsInputs, of_figure),
    SpreadReasonsInputs: _of(SpreadReasonsInputs, of_spread),
    ActionInputs: _of_viewer(ActionInputs, available_actions),
    BriefingInputs: _of(BriefingInputs, briefing.built),
}
