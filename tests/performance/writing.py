"""The publication of ten figures: by the service, by PostGraphile, and as one statement in one transaction."""

import asyncio
import itertools
import time
from collections.abc import Callable
from statistics import median

import asyncpg

from schema.enumerations import Role
from service.database import asyncpg_url
from tests.performance.peers import COLD, POSTGRAPHILE
from tests.performance.publishing import QUARTER, client, publication, rival_publication
from tests.performance.report import Section, at_most, number, table
from tests.performance.rounds import Effort
from tests.performance.servers import Servers
from tests.service.graphql.api_keys import key_at

METRIC = "nhs_app_registered_percent"
SQL = "SQL in one transaction"
MOST_TIMES_SQL = 3.0
# In each round each has so many turns, one after another.
TIMES = 10

_PRACTICES = "SELECT code FROM organisation WHERE kind = 'PRACTICE' AND closed_on IS NULL ORDER BY code LIMIT 10"
_PUBLISH = "SELECT rivals.publish($1, $2, $3, $4)"


def publications_of_ten(url: str, servers: Servers, effort: Effort) -> Section:
    """The median and the spread of each, in milliseconds, and what is asked of the service."""
    key = asyncio.run(key_at(url, "Ten figures", Role.APPROVER))
    with (
        asyncio.Runner() as runner,
        client(servers[COLD.name], key) as ours,
        client(servers[POSTGRAPHILE.name], key) as theirs,
    ):
        connection = runner.run(asyncpg.connect(asyncpg_url(url)))
        codes = [row["code"] for row in runner.run(connection.fetch(_PRACTICES))]

        def by_sql(value: float) -> None:
            runner.run(connection.fetchval(_PUBLISH, METRIC, QUARTER, codes, [value] * len(codes)))

        found = _in_turns(
            {
                COLD.name: lambda value: publication(ours, codes, value, METRIC),
                POSTGRAPHILE.name: lambda value: rival_publication(theirs, codes, value, METRIC),
                SQL: by_sql,
            },
            effort.rounds * TIMES,
        )
        runner.run(connection.close())
    sql = median(found[SQL])
    lines = table(
        ("who", "median ms", "least", "most", "× the SQL"),
        (
            (name, number(median(each)), number(min(each)), number(max(each)), f"{median(each) / sql:.2f}")
            for name, each in found.items()
        ),
    )
    asked = f"10 figures published in < {MOST_TIMES_SQL:g} × the SQL alone"
    goal = at_most(asked, median(found[COLD.name]) / sql, MOST_TIMES_SQL)
    return Section("Publication of 10 figures, one after another", list(lines), (goal,))


def _in_turns(publish: dict[str, Callable[[float], None]], times: int) -> dict[str, list[float]]:
    """The milliseconds of each publication, by who made it. The first of each is not counted."""
    found: dict[str, list[float]] = {name: [] for name in publish}
    values = itertools.cycle(range(20, 60))
    for turn in range(times + 1):
        for name, call in publish.items():
            began = time.perf_counter()
            call(next(values))
            if turn:
                found[name].append(1000 * (time.perf_counter() - began))
    return found
