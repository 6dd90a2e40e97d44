"""What Python computes, next to the same figures without: ours alone, one connection, in turns."""

from collections.abc import Iterator
from statistics import median

from tests.performance.load import Load, latencies
from tests.performance.peers import OURS
from tests.performance.rounds import MOST_REQUESTS, SECONDS_TO_WARM, Effort
from tests.performance.shapes import Shape

# The claims: milliseconds for the networks' series of twenty quarters with variation and assurance, and how many times
# one field of the practices' series eight of them may take.
MOST_MILLISECONDS = 150
MOST_TIMES_ONE_FIELD = 2.0

_FIGURES = """
    query Figures($metric: String!) {
      primaryCareNetworks(first: 50, includeClosed: true) {
        nodes {
          code name
          figures(metrics: [$metric], includeSynthetic: true, first: 20) { nodes { value period { label end } } }
        }
      }
    }
"""
_SERIES = """
    query Series($metric: String!) {
      primaryCareNetworks(first: 50, includeClosed: true) {
        nodes {
          code name
          series(metric: $metric) {
            variation assurance
            points { value specialCauses period { label end } }
            processLimits { mean lower upper points isTrial }
          }
        }
      }
    }
"""
_ONE = """
    query One($metric: String!) {
      practices(first: 177, includeClosed: true) { nodes { series(metric: $metric) { trend } } }
    }
"""
_EIGHT = """
    query Eight($metric: String!) {
      practices(first: 177, includeClosed: true) {
        nodes {
          series(metric: $metric) {
            trend variation assurance reasons
            processLimits { mean } recalculations { starts } forecast { value } points { value }
          }
        }
      }
    }
"""
_METRIC = {"metric": "sandbox_complete_percent"}
_BRIEFING = "{ briefing { title sections { heading sentences tables { rows } } doubts { code message } } }"

FIGURES = Shape(4, "networks × 20 quarters, figures only", _FIGURES, _METRIC)
SERIES = Shape(5, "the same, with variation, assurance and limits", _SERIES, _METRIC)
BRIEFING = Shape(6, "the committee paper of today", _BRIEFING)
ONE_FIELD = Shape(7, "177 practices × 20 quarters, one field of the series", _ONE, _METRIC)
EIGHT_FIELDS = Shape(8, "the same, eight fields of the series", _EIGHT, _METRIC)
COMPUTED = (FIGURES, SERIES, BRIEFING, ONE_FIELD, EIGHT_FIELDS)


def computed(port: int, effort: Effort) -> Iterator[str]:
    """The lines of the report: for each shape the median of all rounds, then the two claims."""
    for shape in COMPUTED:
        _measured(port, shape, SECONDS_TO_WARM)
    turns: dict[int, list[tuple[float, float]]] = {shape.number: [] for shape in COMPUTED}
    for _ in range(effort.rounds):
        for shape in COMPUTED:
            turns[shape.number].append(_measured(port, shape, effort.seconds))
    middle = {number: median(each for each, _ in rounds) for number, rounds in turns.items()}
    for shape in COMPUTED:
        late = median(each for _, each in turns[shape.number])
        yield f"{shape.number}. {shape.rows}: median {middle[shape.number]:.1f} ms, 95 % {late:.1f} ms, one connection"
    series = middle[SERIES.number]
    yield f"Series of the networks: {series:.1f} ms (at most {MOST_MILLISECONDS}): {_met(series < MOST_MILLISECONDS)}."
    pairs = zip(turns[EIGHT_FIELDS.number], turns[ONE_FIELD.number], strict=True)
    times = median(eight / one for (eight, _), (one, _) in pairs)
    is_met = _met(times <= MOST_TIMES_ONE_FIELD)
    yield f"Eight fields of a series: {times:.2f} × one field (at most {MOST_TIMES_ONE_FIELD}): {is_met}."


def _met(holds: bool) -> str:
    return "met" if holds else "missed"


def _measured(port: int, shape: Shape, seconds: float) -> tuple[float, float]:
    """The median and the 95th percentile of a turn, in milliseconds."""
    body = shape.body.decode()
    milliseconds = latencies(Load(port, OURS.path(shape), body, 1, seconds, MOST_REQUESTS))
    return milliseconds.at(50), milliseconds.at(95)
