"""The figures of a publication or a quarter become the figures of note among them, as the type `FiguresOfNote`.

Each figure has up to three tests: its special causes, a drift at its end, and its peers. The rate of false discoveries
is held over all tests of all figures, whichever of them are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schema.computed_inputs.funnels import FunnelFigure, FunnelInputs
from schema.computed_inputs.notes import NotedFigure, NotedMetric, NotesInputs, Peers
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.enumerations import Direction, Judgement, NoteKind, SpecialCause, Unit
from schema.periods import long_date
from service.computed.funnel import Funnel, funnel
from service.statistics import drifts, outliers, process, self_starting, signals, stretches
from service.statistics.sentences import number
from service.statistics.series import Series

MOST_NOTES = 500


@dataclass(frozen=True)
class Tested:
    """What one test says about a figure: how likely it is by chance, and the note if it is not.

    Without `is_up` there is nothing to note, however unlikely.
    """

    figure: NotedFigure
    kind: NoteKind
    p: float
    is_up: bool | None
    reason: str = ""
    special_causes: tuple[SpecialCause, ...] = ()


@dataclass(frozen=True)
class FigureOfNote:
    """The type `FigureOfNote`; `figure`, `metric` and `organisation` are ids."""

    figure: int
    metric: int
    organisation: int
    kind: NoteKind
    is_up: bool
    judgement: Judgement
    special_causes: tuple[SpecialCause, ...]
    reason: str
    p: float
    adjusted_p: float


@dataclass(frozen=True)
class FiguresOfNote:
    """The type `FiguresOfNote`."""

    figures: int
    tests: int
    left_out: int
    count: int
    notes: list[FigureOfNote]
    false_discovery_rate: float = outliers.FALSE_DISCOVERIES


def figures_of_note(inputs: NotesInputs) -> FiguresOfNote | None:
    """The figures of note; None for an event without any that is asked for."""
    metrics = {metric.id: metric for metric in inputs.metrics}
    tests = [*_of_series(inputs, metrics), *_of_peers(inputs, metrics)]
    adjusted = outliers.adjusted([test.p for test in tests])
    found = [
        _note(test, rate, metrics[test.figure.metric_id].direction)
        for test, rate in zip(tests, adjusted, strict=True)
        if test.is_up is not None and test.figure.is_shown and rate <= outliers.FALSE_DISCOVERIES
    ]
    if inputs.is_event and not found:
        return None
    found.sort(key=lambda note: (note.p, note.figure, note.kind))
    return FiguresOfNote(len(inputs.figures), len(tests), inputs.left_out, len(found), found[:MOST_NOTES])


def _note(test: Tested, rate: float, direction: Direction) -> FigureOfNote:
    is_up = bool(test.is_up)
    is_better = is_up == (direction is Direction.HIGHER_IS_BETTER)
    judgement = Judgement.BETTER if is_better else Judgement.WORSE
    return FigureOfNote(
        figure=test.figure.id,
        metric=test.figure.metric_id,
        organisation=test.figure.organisation_id,
        kind=test.kind,
        is_up=is_up,
        judgement=Judgement.NOT_JUDGED if direction is Direction.NEUTRAL else judgement,
        special_causes=test.special_causes,
        reason=test.reason,
        p=test.p,
        adjusted_p=rate,
    )


# ── By those before it ────────────────────────────────────────────────────────────────────────────────────────────


def _of_series(inputs: NotesInputs, metrics: dict[int, NotedMetric]) -> Iterator[Tested]:
    for figure in inputs.figures:
        metric = metrics[figure.metric_id]
        series = _series(figure, metric)
        # A yes or no has no distance, and a figure of another length has no history of its own.
        if metric.unit is not Unit.YES_NO and series.figures and series.figures[-1].id == figure.id:
            yield from _of_one_series(figure, series)


def _series(figure: NotedFigure, metric: NotedMetric) -> Series:
    """The series until a figure, without what names it: nothing is written of that."""
    history = tuple(
        SeriesFigure(
            each.value,
            id=each.id,
            period_id=each.period_id,
            kind=each.kind,
            period_starts=each.starts,
            period_ends=each.ends,
            label="",
            revision=1,
        )
        for each in figure.history
    )
    return Series(
        SeriesInputs(
            metric_id=metric.id,
            organisation_id=figure.organisation_id,
            metric="",
            organisation="",
            unit=metric.unit,
            direction=metric.direction,
            counts=metric.counts,
            decimals=0,
            figures=history,
            targets=(),
            recalculations=figure.recalculations,
        )
    )


def _of_one_series(figure: NotedFigure, series: Series) -> Iterator[Tested]:
    """Its special causes, and a drift at its end; nothing with too few figures for a verdict."""
    latest = series.chart.latest
    if latest is None or not latest.allows_verdict:
        return
    ends = [each.period_ends for each in series.figures]
    start, baseline = stretches.latest_stretch(ends, series.inputs.recalculations)
    values = [each.value for each in series.figures[start:]]
    causes = series.chart.special_causes[-1]
    p = signals.by_chance(values, causes, baseline)
    if p is not None:
        new = _new(values, causes, baseline)
        is_up = signals.is_high(new[0]) if new else None
        yield Tested(figure, NoteKind.SPECIAL_CAUSE, p, is_up, _of_cause(series, latest, new), new)
    p = self_starting.drift_by_chance(values) if len(values) > process.ENOUGH else None
    if p is not None:
        drift = drifts.drift(values)
        higher = "higher" if drift and drift.is_up else "lower"
        since = drift and long_date(series.figures[start + drift.since].period_ends)
        reason = f"The figures have been {higher} than the first {process.ENOUGH} since {since}."
        yield Tested(figure, NoteKind.DRIFT, p, drift.is_up if drift else None, reason if drift else "")


def _new(values: list[float], causes: tuple[SpecialCause, ...], baseline: int | None) -> tuple[SpecialCause, ...]:
    """The causes of the last value that the one before it did not have when it was the last."""
    if not causes:
        return ()
    before = process.xmr(values[:-1], baselines={} if baseline is None else {0: baseline}).special_causes[-1]
    return tuple(cause for cause in causes if cause not in before)


def _of_cause(series: Series, limits: process.Group, causes: tuple[SpecialCause, ...]) -> str:
    """The first of its special causes, with the numbers."""
    if not causes:
        return ""
    value = number(series.unit, series.figures[-1].value)
    lower, mean, upper = (number(series.unit, float(each)) for each in (limits.lower, limits.mean, limits.upper))
    return {
        SpecialCause.ABOVE_UPPER_LIMIT: f"{value} is above the upper process limit, {upper}.",
        SpecialCause.BELOW_LOWER_LIMIT: f"{value} is below the lower process limit, {lower}.",
        SpecialCause.TREND_UP: f"At least seven figures in a row rise, to {value}.",
        SpecialCause.TREND_DOWN: f"At least seven figures in a row fall, to {value}.",
        SpecialCause.SHIFT_ABOVE: f"At least seven figures in a row are above the mean, {mean}; the latest is {value}.",
        SpecialCause.SHIFT_BELOW: f"At least seven figures in a row are below the mean, {mean}; the latest is {value}.",
        SpecialCause.TWO_OF_THREE_HIGH: f"Two of the last three figures are near the upper process limit, {upper}.",
        SpecialCause.TWO_OF_THREE_LOW: f"Two of the last three figures are near the lower process limit, {lower}.",
    }[causes[0]]


# ── By its peers ──────────────────────────────────────────────────────────────────────────────────────────────────


def _of_peers(inputs: NotesInputs, metrics: dict[int, NotedMetric]) -> Iterator[Tested]:
    figures = {figure.id: figure for figure in inputs.figures}
    for peers in inputs.peers:
        metric = metrics[peers.metric_id]
        compared = None if metric.unit is Unit.YES_NO else _funnel(peers, metric)
        if compared is None:
            continue
        centre = number(metric.unit, compared.centre)
        together = "the value of all together is" if compared.has_limits else "the median is"
        for peer, score, p in zip(peers.figures, compared.scores, compared.by_chance, strict=True):
            if peer.id in figures:
                reason = (
                    f"{number(metric.unit, peer.value)} stands out from the other {len(peers.figures) - 1} of its "
                    f"kind: {together} {centre}."
                )
                yield Tested(figures[peer.id], NoteKind.OUTLIER, p, score > 0, reason)


def _funnel(peers: Peers, metric: NotedMetric) -> Funnel | None:
    figures = tuple(FunnelFigure(*peer) for peer in peers.figures)
    return funnel(FunnelInputs(metric.unit, metric.direction, peers.period_id, figures))
