"""What is measured stays comparable: all peers give the same data, and the arithmetic is right. No times here."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psutil
import pytest
from graphql import parse, validate

from schema.graph import graph
from service.config import Settings, settings
from tests.databases import Server
from tests.performance import by_hand, documents, goals, report, results
from tests.performance.__main__ import PARTS, left_out
from tests.performance.answers import difference, is_same
from tests.performance.computed import COMPUTED, EIGHT_FIELDS, SERIES
from tests.performance.cores import CoreSeconds, spent
from tests.performance.database import filled, practices_for
from tests.performance.day import REFRESHES, SCREENS, requests_of_the_day
from tests.performance.load import Latencies
from tests.performance.peers import BY_HAND, COLD, MERCURIUS, OF_PYTHON, POSTGRAPHILE, STOCK, WARM, Peer
from tests.performance.publishing import STATUSES
from tests.performance.report import Found, Goal, Section
from tests.performance.rivals.documents import POSTGRAPHILE as POSTGRAPHILE_DOCUMENTS
from tests.performance.rounds import Comparison, Measurement, disqualified
from tests.performance.shapes import ALIASES, DASHBOARD, PAGE, PRACTICE, SHAPES, TRIVIAL, WIDEST, Shape


@pytest.fixture(scope="module")
async def sandbox(server: Server, seeded: str) -> AsyncIterator[Settings]:
    """The settings for a seeded database with the sandbox."""
    async with server.copy(seeded) as url:
        await filled(url, metrics=12)
        yield settings(database_url=url)


@asynccontextmanager
async def client_of(peer: Peer, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = peer.build(settings)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        yield client


async def answer(peer: Peer, shape: Shape, settings: Settings) -> Any:
    async with client_of(peer, settings) as client:
        headers = {"content-type": "application/json"}
        return (await client.post(peer.path(shape), content=peer.body(shape), headers=headers)).json()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.rows)
async def test_all_peers_in_python_give_the_same_data(sandbox: Settings, shape: Shape):
    ours, *others = [await answer(peer, shape, sandbox) for peer in OF_PYTHON]
    differences = [difference(ours, other) for other in others if not _is_same(ours, other, shape)]
    assert differences == []


def _is_same(ours: Any, theirs: Any, shape: Shape) -> bool:
    return is_same(ours, theirs, is_ordered=shape.is_ordered)


@pytest.mark.parametrize("shape", [*SHAPES, *COMPUTED, STATUSES], ids=lambda shape: shape.rows)
async def test_no_shape_is_refused(sandbox: Settings, shape: Shape):
    assert (await answer(COLD, shape, sandbox)).keys() == {"data"}


async def test_the_dashboard_has_figures_of_twelve_metrics_and_targets(sandbox: Settings):
    practice = (await answer(COLD, DASHBOARD, sandbox))["data"]["practice"]
    numbers = [len(each["nodes"]) for alias, each in practice.items() if alias in ALIASES]
    assert len(numbers) == 12
    assert sorted(numbers)[1:] == [20] * 11
    assert practice["targets"]


async def test_the_widest_shape_has_twenty_figures_of_each_practice_in_a_network(sandbox: Settings):
    networks = (await answer(COLD, WIDEST, sandbox))["data"]["primaryCareNetworks"]["nodes"]
    practices = [practice for network in networks for practice in network["practices"]["nodes"]]
    assert {len(practice["figures"]["nodes"]) for practice in practices} == {20}
    assert len(practices) > 170


async def test_every_network_has_a_series_of_twenty_quarters_that_is_computed(sandbox: Settings):
    networks = (await answer(COLD, SERIES, sandbox))["data"]["primaryCareNetworks"]["nodes"]
    whole = [network["series"] for network in networks if len(network["series"]["points"]) == 20]
    assert len(whole) >= 43
    assert all(series["processLimits"] for series in whole)
    assert "NOT_ASSESSABLE" not in {series["variation"] for series in whole}


async def test_eight_fields_are_computed_of_a_series_of_every_practice(sandbox: Settings):
    practices = (await answer(COLD, EIGHT_FIELDS, sandbox))["data"]["practices"]["nodes"]
    assert len(practices) == 177
    whole = [practice["series"] for practice in practices if len(practice["series"]["points"]) == 20]
    assert len(whole) > 170
    assert all(len(series["forecast"]) == 4 for series in whole)


def test_postgraphile_has_a_document_for_each_shape():
    assert set(POSTGRAPHILE_DOCUMENTS) == {shape.key for shape in SHAPES}


def test_a_statement_by_hand_has_a_parameter_for_each_of_its_places():
    for shape in SHAPES:
        sql, parameters = by_hand.statement(shape)
        assert [f"${number}" in sql for number in (1, 2, 3)] == [number <= len(parameters) for number in (1, 2, 3)]


def test_only_the_trivial_shape_needs_no_statement_by_hand():
    assert [shape for shape in SHAPES if not by_hand.statement(shape)[0]] == [TRIVIAL]


def _data(*nodes: Any) -> dict[str, Any]:
    return {"data": {"figures": {"nodes": list(nodes)}}}


def test_answers_are_the_same_in_any_order_where_none_is_asked_for():
    assert is_same(_data({"value": 1}, {"value": 2.5}), _data({"value": 2.5}, {"value": 1.0}), is_ordered=False)
    assert not is_same(_data({"value": 1}, {"value": 2}), _data({"value": 2}, {"value": 1}), is_ordered=True)


def test_a_list_and_a_connection_with_its_nodes_alone_are_the_same():
    assert is_same(_data({"value": 1}), {"data": {"figures": [{"value": 1}]}}, is_ordered=True)


@pytest.mark.parametrize(
    "theirs",
    [
        _data({"value": 1}),
        _data({"value": 1}, {"value": 1}),
        _data({"value": 1}, {"value": 3}),
        _data({"value": True}, {"value": 2}),
        {"data": None},
        {"errors": [{"message": "No."}], **_data({"value": 1}, {"value": 2})},
        "no answer",
    ],
)
def test_another_answer_or_an_error_is_not_the_same(theirs: Any):
    ours = _data({"value": 1}, {"value": 2})
    assert not is_same(ours, theirs, is_ordered=False)
    assert difference(ours, theirs)


def test_a_difference_says_where_it_is():
    assert difference(_data({"value": 1}), _data({"value": 2})) == "figures[0].value: 1.0, 2.0"


def test_a_wrong_answer_disqualifies_its_peer_at_that_shape_alone():
    assert disqualified([Comparison(PRACTICE, 9, {"Mercurius": "the order"}), Comparison(PAGE, 9, {})]) == {
        ("Mercurius", "a")
    }


def measurement(
    peer: Peer, rate: float, *, number: int = 1, shape: Shape = PRACTICE, worked: float = 0.5
) -> Measurement:
    requests = int(rate)
    return Measurement(number, 8, shape.key, peer.name, requests, 0, rate, 2.0, 9.0, 0.5, 1.5, worked)


def test_answers_for_each_core_second_count_the_server_and_postgresql():
    assert measurement(COLD, 100).per_core_second == 50


def test_a_ratio_is_taken_within_each_round():
    found = Found(
        measurement(peer, rate, number=number)
        for peer, rates in ((COLD, (10, 40)), (POSTGRAPHILE, (5, 10)))
        for number, rate in enumerate(rates, 1)
    )
    assert found.ratios(PRACTICE, COLD, POSTGRAPHILE, 8) == [2, 4]
    assert found.ratios(PAGE, COLD, POSTGRAPHILE, 8) == []


def test_a_round_in_which_a_peer_answers_nothing_gives_no_ratio():
    found = Found([measurement(COLD, 10), measurement(STOCK, 0)])
    assert found.ratios(PRACTICE, COLD, STOCK, 8) == []


def test_the_goals_compare_with_postgraphile_the_fastest_rival_and_sql_by_hand():
    rates = ((COLD, 500), (WARM, 1_900), (POSTGRAPHILE, 100), (MERCURIUS, 520), (BY_HAND, 580))
    found = Found(measurement(peer, rate) for peer, rate in rates)
    assert [(goal.asked, goal.verdict) for goal in goals.of_rates(found, 8)] == [
        ("a: cold ≥ 5 × PostGraphile, 8 connections", "met"),
        ("a: cold ≥ 1 × the fastest rival, Mercurius, 8 connections", "missed"),
        ("a: warm ≥ 20 × PostGraphile, 8 connections", "missed"),
        ("a: cold ≥ 0.85 × SQL by hand, 8 connections", "met"),
    ]


def test_a_rate_that_the_end_that_asks_limits_has_an_asterisk():
    lines = "\n".join(report.tables(Found([measurement(COLD, 100), measurement(WARM, 900, worked=0.95)])))
    assert "| 100 (100 – 100) | 900 (900 – 900) * |" in lines


def test_a_peer_that_is_not_measured_at_a_shape_has_a_dash_there():
    found = Found([measurement(COLD, 100), measurement(WARM, 900, shape=PAGE)])
    assert "| a | 100 (100 – 100) | – |" in "\n".join(report.tables(found))


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23")])
def test_a_number_has_as_many_digits_as_say_something(value: float, text: str):
    assert report.number(value) == text


def test_a_goal_is_met_at_its_limit():
    assert [report.at_least("a", 5, 5).is_met, report.at_most("b", 5, 5).is_met] == [True, True]
    assert [report.at_least("a", 4.9, 5).is_met, report.at_most("b", 5.1, 5).is_met] == [False, False]


def test_the_results_say_first_where_we_are_behind():
    sections = [
        Section("Speed", ["| a |"], [Goal("a: fast", "2 ×", is_met=False), Goal("b: fast", "9 ×", is_met=True)])
    ]
    lines = list(results.behind(sections))
    assert lines[2] == "1 of 2 goals are met. These are not:"
    assert lines[-1] == "- a: fast: 2 ×"


def test_the_results_say_what_was_not_measured():
    assert left_out(set(PARTS), (0.17, 1.5)) == ["10 million figures"]
    stopped = left_out(set(PARTS) - {"day", "growth"}, (0.17, 1.5))
    assert stopped == ["a working day", "growth", "1.5 million figures", "10 million figures"]


def test_the_seconds_of_a_server_and_postgresql_are_those_between():
    assert CoreSeconds(3, 5) - CoreSeconds(1, 2) == CoreSeconds(2, 3)
    assert CoreSeconds(2, 3).both == 5


def test_what_is_spent_counts_the_work_of_children_also_when_they_have_ended():
    this = os.getpid()
    before = spent(this, this)
    with subprocess.Popen([sys.executable, "-c", "while True: sum(range(1000))"]) as process:
        while sum(psutil.Process(process.pid).cpu_times()[:2]) < 0.2:
            time.sleep(0.02)
        while_it_runs = spent(this, this) - before
        process.kill()
    assert while_it_runs.postgres >= 0.2
    assert (spent(this, this) - before).postgres >= 0.2


def test_what_a_server_itself_works_is_counted():
    this = os.getpid()
    before = spent(this, this)
    until = time.process_time() + 0.1
    while time.process_time() < until:
        sum(range(1000))
    assert (spent(this, this) - before).server >= 0.09


def test_what_was_never_answered_counts_as_late_and_not_as_an_answer():
    found = Latencies(2.0, [1, 2, 3, 5_000], unanswered=1, worked=1.9)
    assert (found.answered, found.rate, found.at(99), found.share_worked) == (3, 1.5, 5_000, 0.95)


def test_an_unseen_document_is_another_each_time_and_still_valid():
    for shape in SHAPES:
        found = {documents.unseen(shape.query) for _ in range(3)}
        assert len(found) == 3
        assert [error for query in found for error in validate(graph._schema, parse(query))] == []


def test_an_unseen_document_of_postgraphile_has_one_name_for_its_first_field():
    query = documents.unseen("query Name($code: String!) { practice: practiceByCode(code: $code) { name } }")
    assert query.startswith("query Name($code: String!) { n")
    assert query.endswith(": practiceByCode(code: $code) { name } }")
    parse(query)


def test_the_working_day_is_the_same_each_time():
    codes = [f"G{number:05}" for number in range(30)]
    bodies = requests_of_the_day(codes)
    assert bodies == requests_of_the_day(codes)
    assert len(bodies) > SCREENS * REFRESHES


def test_more_figures_than_the_real_practices_have_come_from_more_practices():
    assert practices_for(0.17) is None
    assert practices_for(1.5) == 1_888
    assert practices_for(10) == 12_842
