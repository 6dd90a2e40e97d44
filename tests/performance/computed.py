"""What Python computes, next to the same figures without: ours alone, one connection, in turns."""

from statistics import median

from tests.performance.peers import COLD
from tests.performance.report import Section, at_most, table
from tests.performance.rounds import SECONDS_TO_WARM, Effort, run
from tests.performance.servers import Server
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

FIGURES = Shape("i", "networks × 20 quarters, figures only", _FIGURES, _METRIC)
SERIES = Shape("j", "the same, with variation, assurance and limits", _SERIES, _METRIC)
BRIEFING = Shape("k", "the committee paper of today", _BRIEFING)
ONE_FIELD = Shape("l", "177 practices × 20 quarters, one field of the series", _ONE, _METRIC)
EIGHT_FIELDS = Shape("m", "the same, eight fields of the series", _EIGHT, _METRIC)
COMPUTED = (FIGURES, SERIES, BRIEFING, ONE_FIELD, EIGHT_FIELDS)


def computed(server: Server, effort: Effort) -> Section:
    """The median of all rounds for each shape, and what is asked of two of them."""
    for shape in COMPUTED:
        _measured(server, shape, SECONDS_TO_WARM)
    turns: dict[str, list[tuple[float, float]]] = {shape.key: [] for shape in COMPUTED}
    for _ in range(effort.rounds):
        for shape in COMPUTED:
            turns[shape.key].append(_measured(server, shape, effort.seconds))
    middle = {key: median(each for each, _ in rounds) for key, rounds in turns.items()}
    late = {key: median(each for _, each in rounds) for key, rounds in turns.items()}
    lines = table(
        ("what is computed", "median ms", "95 % ms"),
        ((shape.rows, f"{middle[shape.key]:.1f}", f"{late[shape.key]:.1f}") for shape in COMPUTED),
    )
    times = median(
        eight / one for (eight, _), (one, _) in zip(turns[EIGHT_FIELDS.key], turns[ONE_FIELD.key], strict=True)
    )
    goals = (
        at_most(f"series of the networks ≤ {MOST_MILLISECONDS} ms", middle[SERIES.key], MOST_MILLISECONDS, "ms"),
        at_most(f"eight fields of a series ≤ {MOST_TIMES_ONE_FIELD:g} × one field", times, MOST_TIMES_ONE_FIELD),
    )
    return Section("What Python computes, one connection, nothing kept", list(lines), goals)


def _measured(server: Server, shape: Shape, seconds: float) -> tuple[float, float]:
    """The median and the 95th percentile of a turn, in milliseconds."""
    milliseconds = run(server, COLD, shape, 1, seconds)
    return milliseconds.at(50), milliseconds.at(95)
