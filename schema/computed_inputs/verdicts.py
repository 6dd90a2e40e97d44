"""What a figure's series says up to it: the inputs of whether it meets its target, its variation and its trend."""

from dataclasses import dataclass

from schema.computed_inputs.figures import Numbers
from schema.computed_inputs.series import SeriesFigure, SeriesInputs


@dataclass(frozen=True)
class VerdictInputs:
    """A figure, by its id, and its series until the end of its period. One that is withdrawn is not in its series."""

    figure_id: int
    series: SeriesInputs


@dataclass(frozen=True)
class FigureReasonsInputs:
    """What decides which statistics of a figure are null, and why: the figure, and what there is to compare it with.

    `compared` is the field of the argument `with` that was asked for: `code`, `kind` or `peers`; none without it.
    """

    verdict: VerdictInputs
    numbers: Numbers
    is_withdrawn: bool
    has_previous: bool
    has_year_before: bool
    compared: str | None
    has_group: bool
    has_other: bool


@dataclass(frozen=True)
class SeriesToJudge:
    """A whole series as it is now, and the figures of it that are withdrawn."""

    series: SeriesInputs
    withdrawn: tuple[SeriesFigure, ...]
