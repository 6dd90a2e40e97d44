"""What Python reckons, beside the same figures as they are: ours alone, one connection, in turns."""

from collections.abc import Iterator
from statistics import median

from tests.performance.load import Load, latencies
from tests.performance.peers import OURS
from tests.performance.rounds import MOST_REQUESTS, SECONDS_TO_WARM, Effort
from tests.performance.shapes import Shape

# What was asked: the networks' series of twenty quarters with variation and assurance, in milliseconds.
MOST_MILLISECONDS = 150

_FIGURES = """
    query Figures($metric: String!) {
      primaryCareNetworks(first: 50) {
        nodes { code name figures(metrics: [$metric], first: 20) { nodes { value period { label end } } } }
      }
    }
"""
_SERIES = """
    query Series($metric: String!) {
      primaryCareNetworks(first: 50) {
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
_METRIC = {"metric": "sandbox_complete_percent"}
_BRIEFING = "{ briefing { title sections { heading sentences tables { rows } } doubts { code message } } }"

FIGURES = Shape(4, "networks × 20 quarters, figures as they are", _FIGURES, _METRIC)
SERIES = Shape(5, "the same, with variation, assurance and limits", _SERIES, _METRIC)
BRIEFING = Shape(6, "the committee paper of today", _BRIEFING)
RECKONED = (FIGURES, SERIES, BRIEFING)


def reckoned(port: int, effort: Effort) -> Iterator[str]:
    """The lines of the report: for each shape the median of all rounds, and the claim."""
    for shape in RECKONED:
        _measured(port, shape, SECONDS_TO_WARM)
    found: dict[int, list[tuple[float, float]]] = {shape.number: [] for shape in RECKONED}
    for _ in range(effort.rounds):
        for shape in RECKONED:
            found[shape.number].append(_measured(port, shape, effort.seconds))
    middle = {number: median(each for each, _ in rounds) for number, rounds in found.items()}
    for shape in RECKONED:
        late = median(each for _, each in found[shape.number])
        yield f"{shape.number}. {shape.rows}: median {middle[shape.number]:.1f} ms, 95 % {late:.1f} ms, one connection"
    verdict = "met" if middle[SERIES.number] < MOST_MILLISECONDS else "missed"
    yield f"Series of the networks: {middle[SERIES.number]:.1f} ms (asked: under {MOST_MILLISECONDS}): {verdict}."


def _measured(port: int, shape: Shape, seconds: float) -> tuple[float, float]:
    """The median and the 95th percentile of a turn, in milliseconds."""
    body = shape.body.decode()
    found = latencies(Load(port, OURS.path(shape), body, 1, seconds, MOST_REQUESTS))
    return found.at(50), found.at(95)
