"""List sizes, practices that are like another, and figures compared with theirs: the answers of the reference."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from schema.errors import Refusal
from schema.graph import graph
from service.answers.executor import Executor
from service.reads import reader
from tests.databases import Server
from tests.service.reads.both import Both
from tests.service.reads.corners import cornered
from tests.service.reads.documents.walk import Written
from tests.service.reads.reference import tables

SIZES = """
query($filter: PracticeFilter, $order: [PracticeOrder!], $on: Date) {
  practices(filter: $filter, orderBy: $order, on: $on, first: 300) {
    totalCount nodes { code listSize { value period { code } metric { populationTrait } } } } }
"""
SIMILAR = """
query($code: OdsCode!, $on: Date, $first: Int = 20) { practice(code: $code) { similar(on: $on, first: $first) {
  totalCount nodes { distance practice { code closedOn }
    traits { trait metric { code } value ownValue standardDeviation apart } } } } }
"""
COMPARED = """
query($with: ComparedWith!) { figures(filter: {metric: {code: {eq: "registered_patients"}}}, first: 12) {
  nodes { value compared(with: $with) { value difference basis restsOn of organisation { code } } } } }
"""


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"on": "2026-03-31"},
        {"order": [{"listSize": "DESC"}]},
        {"order": [{"listSize": "ASC_NULLS_FIRST"}, {"code": "DESC"}], "on": "2026-04-30"},
        {"filter": {"listSize": {"value": {"gte": 10000}}}},
        {"filter": {"not": {"listSize": {"value": {"lt": 10000}}}}},
        {"filter": {"listSize": {"period": {"end": {"lt": "2026-01-01"}}}}},
    ],
)
async def test_the_list_size_is_the_latest_figure_of_the_metric_that_says_it(both: Both, given: dict[str, Any]) -> None:
    assert await both.verdict(Written(SIZES, given)) is None


async def test_a_filter_asks_about_the_latest_list_size_alone(both: Both) -> None:
    found = (await both.served(SIZES, {"filter": {"listSize": {"value": {"gte": 10000}}}}))["practices"]["nodes"]
    assert found
    assert min(each["listSize"]["value"] for each in found) >= 10000


async def test_bands_are_of_list_sizes_unless_a_metric_is_named(both: Both) -> None:
    text = "query($metric: String) { practicesByValue(bounds: [5000, 10000], metric: $metric) { atLeast count } }"
    assert await both.served(text, {}) == await both.served(text, {"metric": "registered_patients"})
    assert await both.verdict(Written(text, {})) is None


@pytest.mark.parametrize("code", ["G82002", "G82117", "G82064", "Z90001"])
@pytest.mark.parametrize("on", [None, "2026-04-15"])
async def test_similar_practices_are_those_of_the_reference(both: Both, code: str, on: str | None) -> None:
    assert await both.verdict(Written(SIMILAR, {"code": code, "on": on})) is None


async def test_the_nearest_list_sizes_come_first_without_itself_and_the_closed(both: Both) -> None:
    found = (await both.served(SIMILAR, {"code": "G82002", "first": 500}))["practice"]["similar"]
    sizes = {each["code"]: each["listSize"] for each in (await both.served(SIZES, {}))["practices"]["nodes"]}
    own = sizes["G82002"]["value"]
    others = sorted(abs(each["value"] - own) for code, each in sizes.items() if each and code != "G82002")
    assert [abs(each["traits"][0]["value"] - own) for each in found["nodes"]] == others
    assert found["totalCount"] == len(others)


async def test_before_any_list_size_nothing_is_similar(both: Both) -> None:
    found = await both.served(SIMILAR, {"code": "G82002", "on": "2026-03-31"})
    assert found["practice"]["similar"] == {"totalCount": 0, "nodes": []}


@pytest.mark.parametrize("count", [5, 10, 50])
async def test_a_figure_is_compared_with_the_median_of_the_most_similar(both: Both, count: int) -> None:
    assert await both.verdict(Written(COMPARED, {"with": {"similar": count}})) is None
    found = (await both.served(COMPARED, {"with": {"similar": count}}))["figures"]["nodes"]
    assert {each["compared"]["of"] for each in found if each["compared"]} == {count}


@pytest.mark.parametrize("count", [4, 51, -1])
async def test_another_number_of_similar_practices_is_refused(both: Both, count: int) -> None:
    with pytest.raises(Refusal, match="It must be 5 to 50") as refused:
        await both.served(COMPARED, {"with": {"similar": count}})
    assert refused.value.code == "plan/unusable-value"


@pytest.fixture(scope="module")
async def deprived(server: Server, seeded: str) -> AsyncIterator[Both]:
    """A database in which most practices have a score of deprivation too."""
    async with cornered(server, seeded) as corners:
        yield await _with_scores(corners)


async def _with_scores(corners: Any) -> Both:
    async with corners.command() as session:
        connection = await session.connection()
        for statement in _SCORES:
            await connection.exec_driver_sql(statement)
    loaded = await tables.loaded(corners.reading, today=reader.today())
    return Both(Executor(graph._schema, corners), loaded)


_SCORES = (
    """
    INSERT INTO metric (code, name, description, theme_id, unit, direction, counts, decimals, collected_from, roll_up,
                        population_trait)
    SELECT 'deprivation_score', 'Deprivation score', 'A made-up score.', theme_id, 'SCORE', 'NEUTRAL', 'AT_DATE', 1,
           collected_from, 'NONE', 'DEPRIVATION' FROM metric WHERE code = 'registered_patients'
    """,
    """
    WITH added AS (
        INSERT INTO figure (metric_id, unit, organisation_id, period_id, period_ends, value, qualifier, status,
                            revision, source_id, published_at)
        SELECT score.id, 'SCORE', organisation_id, period_id, period_ends, 10 + organisation_id % 17 + value % 7 / 10,
               qualifier, status, revision, figure.source_id, published_at
        FROM figure JOIN metric ON metric.id = metric_id AND metric.code = 'registered_patients'
        JOIN metric AS score ON score.code = 'deprivation_score' WHERE organisation_id % 5 > 0 RETURNING *
    )
    INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at)
    SELECT id, revision, unit, value, qualifier, status, source_id, published_at FROM added
    """,
)


async def test_with_scores_practices_are_similar_by_both_traits(deprived: Both) -> None:
    codes = [each["code"] for each in (await deprived.served(SIZES, {}))["practices"]["nodes"][:25]]
    counts = set()
    for code in codes:
        assert await deprived.verdict(Written(SIMILAR, {"code": code, "first": 40})) is None
        found = (await deprived.served(SIMILAR, {"code": code}))["practice"]["similar"]
        counts |= {len(each["traits"]) for each in found["nodes"]}
    # A practice without a score is compared by list size alone, and with everybody.
    assert counts == {1, 2}
