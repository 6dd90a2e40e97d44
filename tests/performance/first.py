"""The first, the second to sixth, and the thousandth time that a document is sent, one request after another."""

import itertools
import time
from statistics import median

from tests.performance.asking import connection_to
from tests.performance.documents import with_unseen
from tests.performance.peers import COLD, RIVALS, Peer
from tests.performance.report import Goal, Section, at_most, number, table
from tests.performance.rounds import Effort
from tests.performance.servers import Server, Servers
from tests.performance.shapes import DASHBOARD, SHAPES, Shape

THOUSAND = 1_000
# A document that takes long is not sent so often: the last in these seconds counts.
MOST_SECONDS = 4.0
SIX, LAST = 6, 20
MOST_TIMES_WARM, MOST_TIMES_POSTGRAPHILE = 2.0, 1.5

# In milliseconds: the first, the slowest of the second to sixth, the median of the last twenty up to the thousandth.
Times = tuple[float, float, float]


def first_sights(servers: Servers, effort: Effort) -> Section:
    """For each shape and peer the medians over the rounds; each round sends another document that nobody has seen."""
    peers = (COLD, *RIVALS)
    turns: dict[tuple[Shape, Peer], list[Times]] = {(shape, peer): [] for shape in SHAPES for peer in peers}
    for number_of_round, (shape, peer) in itertools.product(range(effort.rounds), turns):
        # Once is enough for the thousandth.
        most = THOUSAND if number_of_round == 0 else SIX
        turns[shape, peer].append(_times(servers[peer.name], peer, shape, most))
    found = {turn: _medians(times) for turn, times in turns.items()}
    head = [f"{peer.name} {which}" for peer in peers for which in ("1st", "2nd–6th", "1000th")]
    lines = table(
        ("shape", *head),
        ((shape.key, *(number(each) for peer in peers for each in found[shape, peer])) for shape in SHAPES),
    )
    return Section("The first and the thousandth time, in ms, one connection", list(lines), _goals(found))


def _medians(times: list[Times]) -> Times:
    return median(each[0] for each in times), median(each[1] for each in times), times[0][2]


def _goals(found: dict[tuple[Shape, Peer], Times]) -> list[Goal]:
    goals = []
    for shape in SHAPES:
        first, _, last = found[shape, COLD]
        goals.append(at_most(f"{shape.key}: first sight of a document ≤ 2 × warm", first / last, MOST_TIMES_WARM))
    ours, theirs = found[DASHBOARD, COLD], found[DASHBOARD, RIVALS[0]]
    goals.append(
        at_most("e: first answer to 12 charts ≤ 1.5 × PostGraphile's", ours[0] / theirs[0], MOST_TIMES_POSTGRAPHILE)
    )
    goals.append(at_most("e: the second to sixth are not slow: ≤ 2 × warm", ours[1] / ours[2], MOST_TIMES_WARM))
    return goals


def _times(server: Server, peer: Peer, shape: Shape, most: int) -> Times:
    """The times of a document that nobody has seen, sent so often at most."""
    body, path = with_unseen(peer, shape).body, peer.path(shape)
    found: list[float] = []
    began = time.perf_counter()
    with connection_to(server) as connection:
        while len(found) < most and (len(found) < SIX or time.perf_counter() - began < MOST_SECONDS):
            sent = time.perf_counter()
            connection.post(path, body)
            found.append(1000 * (time.perf_counter() - sent))
    return found[0], max(found[1:SIX]), median(found[SIX:][-LAST:] or found[1:])
