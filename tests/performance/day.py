"""A working day, replayed against the service as it starts: how many answers were kept, and whether any was stale.

The day is made up, the same each time. Screens in offices refresh every 30 seconds; every practice opens its own pages
twice; the team looks at the practices it works with. Figures are published between. After each publication, which goes
through another process, every answer must be the one that the service gives that keeps nothing.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import httpx
import orjson

from schema.enumerations import Role
from tests.performance.asking import Connection, connection_to
from tests.performance.peers import COLD, WARM
from tests.performance.publishing import client, publication
from tests.performance.report import Section, at_least, at_most, table
from tests.performance.servers import Servers
from tests.performance.shapes import DASHBOARD, PRACTICE, SHAPES, Shape, body
from tests.performance.writing import METRIC
from tests.service.graphql.api_keys import key_at

SCREENS, REFRESHES = 20, 960
TEAM, PAGES = 40, 40
PUBLICATIONS = 3
# Practices that the team looks at: the first of them most often.
SEED = 11
MOST_STALE, LEAST_HITS = 0, 99.0
_CODES = body("{ practices(first: 500) { nodes { code } } }", {})


@dataclass
class Day:
    """What came of a day."""

    requests: int = 0
    hits: int = 0
    # Requests that nobody had sent since the last publication: no cache can have their answers.
    unseen: int = 0
    stale: int = 0


def working_day(url: str, servers: Servers) -> Section:
    """How many answers were kept, how many could have been, and how many were stale."""
    key = asyncio.run(key_at(url, "Working day", Role.APPROVER))
    with (
        client(servers[COLD.name], key) as publisher,
        connection_to(servers[COLD.name]) as cold,
        connection_to(servers[WARM.name]) as warm,
    ):
        found = orjson.loads(cold.post("/graphql", _CODES)[0])["data"]["practices"]["nodes"]
        codes = [each["code"] for each in found]
        day = _replayed(warm, cold, publisher, codes)
    hits, possible = 100 * day.hits / day.requests, 100 * (1 - day.unseen / day.requests)
    lines = table(
        ("requests", "publications", "kept", "could be kept at best", "stale"),
        ((f"{day.requests:,}", str(PUBLICATIONS), f"{hits:.2f} %", f"{possible:.2f} %", str(day.stale)),),
    )
    goals = (
        at_least(f"≥ {LEAST_HITS:g} % hits on a replayed working day", hits, LEAST_HITS, "%"),
        at_most("no stale answer in it", day.stale, MOST_STALE, "stale"),
    )
    about = (
        f"Made up: {SCREENS} screens that refresh every 30 seconds for 8 hours, {len(codes)} practices that open two "
        f"pages twice, and {TEAM} people of the team with {PAGES} pages each."
    )
    return Section("A working day", [about, "", *lines], goals)


def requests_of_the_day(codes: Sequence[str]) -> list[bytes]:
    """The bodies of all requests, in the order in which they come."""
    chance = random.Random(SEED)
    of_screens = [*(shape for shape in SHAPES if shape.key in "bcd"), *_pages(DASHBOARD, codes[: SCREENS - 3])]
    bodies = [shape.body for shape in of_screens] * REFRESHES
    bodies += [shape.body for shape in (*_pages(PRACTICE, codes), *_pages(DASHBOARD, codes))] * 2
    often = [1 / place for place in range(1, len(codes) + 1)]
    looked_at = chance.choices(codes, often, k=TEAM * PAGES)
    bodies += [page.body for code in looked_at for page in _pages(chance.choice((PRACTICE, DASHBOARD)), [code])]
    chance.shuffle(bodies)
    return bodies


def _pages(shape: Shape, codes: Sequence[str]) -> list[Shape]:
    return [replace(shape, variables={**shape.variables, "code": code}) for code in codes]


def _replayed(warm: Connection, cold: Connection, publisher: httpx.Client, codes: list[str]) -> Day:
    day, bodies = Day(), requests_of_the_day(codes)
    true: dict[bytes, bytes] = {}
    part = len(bodies) // (PUBLICATIONS + 1) + 1
    for number, asked in enumerate(bodies):
        if number and number % part == 0:
            # It shows on the pages of these practices.
            publication(publisher, codes[:10], 20 + number // part, METRIC)
            true.clear()
        content, timing = warm.post("/graphql", asked)
        if asked not in true:
            day.unseen += 1
            true[asked] = cold.post("/graphql", asked)[0]
        day.requests += 1
        day.hits += 'desc="kept"' in timing
        day.stale += content != true[asked]
    return day
