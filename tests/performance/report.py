"""Measurements become tables, in Markdown, which is as easy to read on a screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.performance.peers import BY_HAND, COLD, MERCURIUS, OUR_SQL, PEERS, POSTGRAPHILE, STOCK, WARM, Peer
from tests.performance.rounds import Comparison, Measurement
from tests.performance.shapes import SHAPES, Shape

# Above this share of its time, the end that asks limits what is measured.
ASKING_LIMITS = 0.9
NOT_MEASURED = "–"


@dataclass(frozen=True)
class Goal:
    """Something that was asked of the service, the finding, and whether that is enough."""

    asked: str
    found: str
    is_met: bool

    @property
    def verdict(self) -> str:
        """One word for it."""
        return "met" if self.is_met else "missed"


@dataclass(frozen=True)
class Section:
    """A part of the report: its title, its lines, and the goals that it decides."""

    title: str
    lines: Sequence[str]
    goals: Sequence[Goal] = ()


def at_least(asked: str, found: float, least: float, sign: str = "×") -> Goal:
    """A goal that a number reaches from below."""
    return Goal(asked, f"{found:.2f} {sign}", found >= least)


def at_most(asked: str, found: float, most: float, sign: str = "×") -> Goal:
    """A goal that a number keeps below."""
    return Goal(asked, f"{found:.2f} {sign}", found <= most)


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table in Markdown: all columns but the first to the right."""
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + "---:|" * (len(head) - 1)
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def goals(found: Iterable[Goal]) -> Iterator[str]:
    """The lines of a table of goals."""
    yield from table(("goal", "found", "verdict"), ((goal.asked, goal.found, goal.verdict) for goal in found))


def who() -> Iterator[str]:
    """The lines that say who the peers are."""
    yield from (f"- **{peer.name}**: {peer.about}" for peer in PEERS)


def answers(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """The lines that say what the shapes are, and whose answers are wrong."""
    yield from table(
        ("shape", "what it brings", "bytes of ours", "other answers than ours"),
        (
            (
                each.shape.key,
                each.shape.rows,
                f"{each.length:,}",
                "; ".join(f"{name} ({what})" for name, what in each.wrong.items()) or "none",
            )
            for each in comparisons
        ),
    )


class Found:
    """All measurements of a run, by shape, peer and connections."""

    def __init__(self, measurements: Iterable[Measurement]) -> None:
        self.all = list(measurements)
        self._by_turn: dict[tuple[str, str, int], list[Measurement]] = {}
        for each in sorted(self.all, key=lambda each: each.round):
            self._by_turn.setdefault((each.shape, each.peer, each.connections), []).append(each)

    @property
    def connections(self) -> list[int]:
        """The numbers of connections that were measured."""
        return sorted({each.connections for each in self.all})

    def of(self, shape: Shape, peer: Peer, connections: int) -> list[Measurement]:
        """The measurements of a peer at a shape, by round."""
        return self._by_turn.get((shape.key, peer.name, connections), [])

    def ratios(
        self,
        shape: Shape,
        ours: Peer,
        theirs: Peer,
        connections: int,
        of: Callable[[Measurement], float] = lambda each: each.rate,
    ) -> list[float]:
        """Ours divided by theirs, in each round in which both were measured and theirs gave an answer at all."""
        pairs = zip(self.of(shape, ours, connections), self.of(shape, theirs, connections), strict=False)
        return [of(one) / of(other) for one, other in pairs if of(other)]


def tables(found: Found) -> Iterator[str]:
    """For each number of connections: rates, rates for each core-second, latencies and ratios."""
    for connections in found.connections:
        yield f"### {connections} connection{'s' if connections > 1 else ''}"
        yield ""
        yield "Answers a second: median of the rounds (lowest – highest)."
        yield ""
        yield from _by_shape(found, connections, _rates)
        yield ""
        yield "Answers for each core-second of the server and PostgreSQL together, and in brackets the milliseconds of"
        yield "each for one answer."
        yield ""
        yield from _by_shape(found, connections, _work)
        yield ""
        yield "Milliseconds: half of the answers, and 99 % of them, took no longer. In brackets: never answered."
        yield ""
        yield from _by_shape(found, connections, _latencies)
        yield ""
        yield "How many times as many answers a second: median of the rounds (lowest – highest)."
        yield ""
        yield from _ratios(found, connections)
        yield ""


def _by_shape(found: Found, connections: int, cell: Callable[[Sequence[Measurement]], str]) -> Iterator[str]:
    there = [peer for peer in PEERS if any(found.of(shape, peer, connections) for shape in SHAPES)]
    yield from table(
        ("shape", *(peer.name for peer in there)),
        (
            (
                shape.key,
                *(
                    cell(measured) if (measured := found.of(shape, peer, connections)) else NOT_MEASURED
                    for peer in there
                ),
            )
            for shape in SHAPES
        ),
    )


def _rates(found: Sequence[Measurement]) -> str:
    rates = [each.rate for each in found]
    is_limited = median(each.share_worked for each in found) > ASKING_LIMITS
    return f"{number(median(rates))} ({number(min(rates))} – {number(max(rates))})" + (" *" if is_limited else "")


def _work(found: Sequence[Measurement]) -> str:
    server = median(1000 * each.server_seconds / max(each.requests, 1) for each in found)
    postgres = median(1000 * each.postgres_seconds / max(each.requests, 1) for each in found)
    return f"{number(median(each.per_core_second for each in found))} ({server:.2f} + {postgres:.2f})"


def _latencies(found: Sequence[Measurement]) -> str:
    middle, late = median(each.median for each in found), median(each.percentile_99 for each in found)
    unanswered = sum(each.unanswered for each in found)
    return f"{number(middle)} / {number(late)}" + (f" ({unanswered})" if unanswered else "")


_PAIRS = (
    (COLD, POSTGRAPHILE),
    (COLD, MERCURIUS),
    (WARM, POSTGRAPHILE),
    (COLD, OUR_SQL),
    (COLD, BY_HAND),
    (COLD, STOCK),
)


def _ratios(found: Found, connections: int) -> Iterator[str]:
    there = [pair for pair in _PAIRS if any(found.ratios(shape, *pair, connections) for shape in SHAPES)]
    yield from table(
        ("shape", *(f"{ours.name} ÷ {theirs.name}" for ours, theirs in there)),
        ((shape.key, *(spread(found.ratios(shape, *pair, connections)) for pair in there)) for shape in SHAPES),
    )


def spread(numbers: Sequence[float]) -> str:
    """A median with the least and the most."""
    if not numbers:
        return NOT_MEASURED
    return f"{median(numbers):.2f} ({min(numbers):.2f} – {max(numbers):.2f})"


def number(value: float) -> str:
    """A number with as many digits as say something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
