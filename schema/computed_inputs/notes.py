"""The figures of a publication or a quarter, their histories and their peers: the inputs of the figures of note."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.enumerations import Counts, Direction, PeriodKind, Unit


class Past(NamedTuple):
    """One figure of a history, as a list: there may be a hundred thousand."""

    id: int
    period_id: int
    kind: PeriodKind
    starts: dt.date
    ends: dt.date
    value: float


class Peer(NamedTuple):
    """The figure of one organisation among its peers, as a list."""

    id: int
    organisation_id: int
    value: float
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class NotedMetric:
    """A metric of one or more of the figures."""

    id: int
    unit: Unit
    direction: Direction
    counts: Counts


@dataclass(frozen=True)
class NotedFigure:
    """One of the figures, with those of its series until then, oldest first. `is_shown`: it is asked for."""

    id: int
    metric_id: int
    organisation_id: int
    value: float
    is_shown: bool
    recalculations: tuple[RecalculatedFrom, ...]
    history: tuple[Past, ...]


@dataclass(frozen=True)
class Peers:
    """All figures of one metric in one period, of organisations of one kind; the highest first."""

    metric_id: int
    period_id: int
    figures: tuple[Peer, ...]


@dataclass(frozen=True)
class NotesInputs:
    """Inputs of the figures of note. `left_out` are the figures beyond the most that are looked at.

    For an event without a figure of note there is no answer.
    """

    is_event: bool
    left_out: int
    metrics: tuple[NotedMetric, ...]
    figures: tuple[NotedFigure, ...]
    peers: tuple[Peers, ...]
