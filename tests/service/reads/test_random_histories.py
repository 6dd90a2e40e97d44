"""Random registers and figures of every kind of period are read twice: by the service, and by the reference.

Roll-ups as METHODS §9 defines them, also of those that closed or moved within a period, and as they were known at a
time; series of every length, parts of running counts, previous figures and changes as §10 does. More of them:

    TRACKER_TEST_HISTORIES=1000 make test ARGS=tests/service/reads/test_random_histories.py
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Any

import asyncpg
import pytest

from schema.enumerations import Frequency
from schema.graph import graph
from service.answers.executor import Executor
from service.config import settings
from service.database import connected
from service.reads.reader import today
from tests.databases import Server
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written
from tests.service.reads.histories import History, history, written
from tests.service.reads.reference.tables import Tables, loaded

HISTORIES = int(os.environ.get("TRACKER_TEST_HISTORIES", "40"))
_PERIODS = ["2024-25-Q4", "2024-25-Q3", "2024-25-Q2", "2023-24-Q4", "2023-24", "2024-02", "2024-02-29", "2023-24-Q1"]
_ROLLED_UP = """query($metric: String!, $organisation: OdsCode!, $period: String!) { metric(code: $metric) {
    rolledUp(organisation: $organisation, period: $period) { value numerator denominator restsOn of reason } } }"""
_OVER_TIME = """query($metric: String!, $organisation: OdsCode!, $at: DateTime) { organisation(code: $organisation) {
    rolledUp(metric: $metric, asKnownAt: $at) { period { code } value numerator denominator restsOn of reason } } }"""
_FIGURES = """query($metric: String!, $at: DateTime) { metric(code: $metric) {
    figures(first: 500, asKnownAt: $at) { nodes { organisation { code } period { code } value
    previous { period { code } value } change changeOnYear } } } }"""
_SERIES = """query($metric: String!, $organisation: OdsCode!, $frequency: Frequency, $at: DateTime) {
    metric(code: $metric) { series(organisation: $organisation, frequency: $frequency, asKnownAt: $at) {
    points { period { code kind } value origin specialCauses } missingPeriods { code } processLimits { mean }
    variation trend forecast { value } reasons } } }"""


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [history(number) for number in range(HISTORIES)]


@pytest.fixture(scope="module")
async def read(server: Server, migrated: str, histories: list[History]) -> AsyncIterator[Both]:
    """Both ways to an answer, in a database with the histories alone."""
    async with server.copy(migrated) as url:
        connection = await asyncpg.connect(url)
        try:
            await written(connection, histories)
        finally:
            await connection.close()
        async with connected(settings(database_url=url)) as database:
            yield Both(Executor(graph._schema, database), await loaded(database.reading, today=today()))


@pytest.mark.parametrize("batch", range(10))
async def test_a_random_history_has_the_answers_of_the_reference(
    read: Both, histories: list[History], batch: int
) -> None:
    for made in histories[batch::10]:
        both = replace(read, tables=_alone(read.tables, made))
        for document in _documents(made):
            verdict = await both.verdict(document)
            assert verdict is None, f"history {made.number}: {verdict}\n{document.text}\n{document.variables}"


def _documents(made: History) -> list[Written]:
    random = Random(made.number)
    at = random.choice([None, "2024-05-05T00:00:00Z", "2024-11-03T00:00:00Z", "2025-05-06T00:00:00Z"])
    cells = [(metric, group) for metric in (made.metric, made.made) for group in made.groups]
    periods = [*_PERIODS, *random.sample([each.period.code for each in made.figures], min(4, len(made.figures)))]
    asked: list[tuple[str, dict[str, Any]]] = [
        (_ROLLED_UP, {"metric": metric, "organisation": group, "period": period})
        for metric, group in cells
        for period in random.sample(periods, 3)
    ]
    asked += [
        (_OVER_TIME, {"metric": metric, "organisation": group, "at": at}) for metric, group in random.sample(cells, 3)
    ]
    asked += [(_FIGURES, {"metric": made.metric, "at": at})]
    members = sorted({each.organisation for each in made.figures})
    asked += [
        (_SERIES, {"metric": made.metric, "organisation": of, "frequency": frequency, "at": at})
        for of in members[:3]
        for frequency in (None, random.choice(list(Frequency)).value)
    ]
    return [Written(text, given) for text, given in asked]


def _alone(tables: Tables, made: History) -> Tables:
    """The rows of one history: the reference looks through all rows of a table, again and again."""
    organisations = [one for code, *_ in made.organisations for one in tables.where("organisation", "code", code)]
    metrics = [one for code in (made.metric, made.made) for one in tables.where("metric", "code", code)]
    mine, measured = ({one["id"] for one in rows} for rows in (organisations, metrics))
    figures = [one for each in measured for one in tables.where("figure", "metricId", each)]
    listed = {one["id"] for one in figures}
    rows = {
        **tables.rows,
        "organisation": organisations,
        "metric": metrics,
        "figure": figures,
        "figure_revision": [one for each in listed for one in tables.where("figure_revision", "figureId", each)],
        "membership": [one for each in mine for one in tables.where("membership", "memberId", each)],
    }
    return Tables({name: sorted(each, key=lambda row: row.get("id") or 0) for name, each in rows.items()}, tables.today)
