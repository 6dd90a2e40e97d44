"""What a series says about a figure, and filters by it, equal GraphQL's own execution."""

import pytest
from sqlalchemy import select, text

from schema.enumerations import OrganisationKind, TrendDirection, Variation
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.errors import failure
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.judging.touched import _TAKE_TURN_OF_SERIES
from tests.service.reads.both import Both
from tests.service.reads.corners.series import KINDS
from tests.service.reads.documents.walk import Written
from tests.service.reads.test_series_equal_graphql import CODES

OF_METRIC = """query($code: String!, $at: DateTime, $on: Date) { metric(code: $code) {
    figures(first: 500, includeSynthetic: true, asKnownAt: $at, to: $on) { nodes { id isMet variation trend } } } }"""
ALL_CODES = [*CODES, *(each.split()[0] for each in KINDS), "gp_fte", "call_back_percent", "sandbox_complete_percent"]


@pytest.mark.parametrize("code", ALL_CODES)
async def test_what_is_said_of_a_figure_has_the_answer_of_graphql(both: Both, code: str) -> None:
    for given in ({}, {"at": "2024-12-01T00:00:00Z"}, {"on": "2024-12-31"}):
        assert await both.verdict(Written(OF_METRIC, {"code": code, **given})) is None


FILTERED = """query($filter: FigureFilter!, $first: Int, $order: [FigureOrder!]) {
    figures(filter: $filter, first: $first, orderBy: $order, includeSynthetic: true) {
        totalCount pageInfo { hasNextPage } nodes { id isMet variation trend } } }"""
FILTERS = [
    *({"isMet": {operator: value}} for operator in ("eq", "ne") for value in (True, False)),
    *({"variation": {"eq": each.value}} for each in Variation),
    *({"trend": {"eq": each.value}} for each in TrendDirection),
    {"variation": {"in": ["CONCERN", "NEUTRAL_LOW"]}, "trend": {"ne": "NOT_ASSESSABLE"}},
    {"variation": {"notIn": ["NOT_ASSESSABLE", "COMMON_CAUSE"]}},
    {"or": [{"isMet": {"eq": False}}, {"not": {"trend": {"in": ["NOT_ASSESSABLE"]}}}]},
    {"variation": {"isNull": True}},
    {"status": {"in": ["WITHDRAWN", "PUBLISHED"]}, "variation": {"eq": "NOT_ASSESSABLE"}},
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
async def test_a_filter_by_what_is_said_of_figures_has_the_answer_of_graphql(both: Both, number: int) -> None:
    for page in ({"first": 500}, {"first": 3, "order": [{"value": "DESC"}, {"metricCode": "ASC"}]}):
        assert await both.verdict(Written(FILTERED, {"filter": FILTERS[number], **page})) is None


COMPARED = """query($code: String!, $filter: FigureFilter!) { figures(first: 500, includeSynthetic: true, filter:
    {and: [{metric: {code: {eq: $code}}}, $filter]}) { totalCount nodes { id } } }"""
WITH = [
    *({"code": code} for code in ("QKS", "Z90001", "Z90007")),
    *({kind: group} for kind in ("kind", "peers") for group in OrganisationKind),
]
CONDITIONS: list[dict[str, object]] = [
    {},
    {"judgement": {"eq": "WORSE"}},
    {"significance": {"in": ["HIGHER", "LOWER"]}, "judgement": {"ne": "BETTER"}},
    {"significance": {"eq": "NOT_COMPARED"}},
    {"significance": {"isNull": True}},
]


@pytest.mark.parametrize("code", ["corner_share", "corner_rate", "self_referral_rate"])
async def test_a_filter_by_a_comparison_has_the_answer_of_graphql(both: Both, code: str) -> None:
    for number, asked in enumerate(WITH):
        given = {"comparison": {"with": asked, **CONDITIONS[number % len(CONDITIONS)]}}
        assert await both.verdict(Written(COMPARED, {"code": code, "filter": given})) is None


OF_ORGANISATIONS = """query($figures: FiguresFilter!, $on: Date) { organisation(code: "QKS") { members(
    on: $on, first: 200, includeSynthetic: true, filter: {figures: $figures}) { totalCount nodes { code } } } }"""


@pytest.mark.parametrize("quantifier", ["some", "none", "every"])
async def test_organisations_are_found_by_what_is_said_of_their_figures(both: Both, quantifier: str) -> None:
    for condition in ({"isMet": {"eq": True}}, {"trend": {"eq": "INCREASING"}}):
        for on in (None, "2025-01-31"):
            given = {"figures": {quantifier: condition}, "on": on}
            assert await both.verdict(Written(OF_ORGANISATIONS, given)) is None


async def _refused(both: Both, text: str, **variables: object) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (its code is looked at)
        await both.served(text, variables)
    code: str = failure(caught.value).errors[0]["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    "condition",
    [
        "isMet: {eq: true}",
        "variation: {eq: CONCERN}",
        "not: {trend: {eq: INCREASING}}",
        'comparison: {with: {code: "QKS"}}',
    ],
)
async def test_figures_of_the_past_are_not_filtered_by_what_is_kept_of_now(both: Both, condition: str) -> None:
    text = f'{{ figures(asKnownAt: "2024-12-01T00:00:00Z", filter: {{{condition}}}) {{ totalCount }} }}'
    assert await _refused(both, text) == "plan/filter-of-the-past"


@pytest.mark.parametrize("given", ["judgement: null", "judgement: {eq: null}"])
async def test_a_null_in_a_comparison_is_refused(both: Both, given: str) -> None:
    text = f'{{ figures(filter: {{comparison: {{with: {{code: "QKS"}}, {given}}}}}) {{ totalCount }} }}'
    assert await _refused(both, text) == "plan/null-operand"


async def test_a_comparison_with_two_things_is_refused(both: Both) -> None:
    text = "query($with: ComparedWith!) { figures(filter: {comparison: {with: $with}}) { totalCount } }"
    assert await _refused(both, text, **{"with": {"code": "QKS", "kind": "PRACTICE"}}) in {
        "plan/one-field",
        "document/variables",
    }


@pytest.mark.parametrize(
    "condition",
    [
        '{comparison: {with: {code: "QKS"}}}',
        '{or: [{metric: {code: {eq: "corner_share"}}}, {comparison: {with: {code: "QKS"}}}]}',
        '{not: {comparison: {with: {code: "QKS"}}}}',
    ],
)
async def test_more_than_a_thousand_figures_are_not_compared(both: Both, condition: str) -> None:
    text = f"{{ figures(filter: {condition}, includeSynthetic: true) {{ totalCount }} }}"
    assert await _refused(both, text) == "plan/too-many-to-compare"


async def test_the_figures_of_other_lists_are_not_compared(both: Both) -> None:
    condition = '{not: {figures: {some: {or: [{comparison: {with: {code: "QKS"}}}]}}}}'
    text = f"{{ practices(filter: {condition}) {{ totalCount }} }}"
    assert await _refused(both, text) == "plan/too-many-to-compare"


ONE = "{ figures(first: 1) { nodes { variation } } }"
NOTED = """INSERT INTO unjudged_series (metric_id, organisation_id, since)
    SELECT metric_id, organisation_id, date '-infinity' FROM figure LIMIT 1 ON CONFLICT DO NOTHING"""


async def test_nobody_waits_for_ever_for_figures_to_be_judged(writable: Database, monkeypatch) -> None:
    monkeypatch.setattr("service.reads.answering.MOST_SECONDS_TO_JUDGE", 0.2)
    executor, request = Executor(graph._schema, writable), GraphQLRequest(ONE)
    async with writable.command(scope=0) as session:
        await (await session.connection()).execute(text(NOTED))
    # Another process judges, for a long time.
    async with writable.command(scope=0) as session:
        await (await session.connection()).execute(select(_TAKE_TURN_OF_SERIES))
        with pytest.raises(Refusal, match="still being calculated") as refused:
            await executor.data(request, Caller(None), may_write=False)
    assert refused.value.code == "database/unavailable"
    monkeypatch.undo()
    assert b"variation" in await executor.data(request, Caller(None), may_write=False)
    await executor.answering.judging.end()


async def test_an_unknown_code_in_a_comparison_is_refused(both: Both) -> None:
    text = '{ figures(filter: {comparison: {with: {code: "ZZZZZ"}}}) { totalCount } }'
    assert await _refused(both, text) == "plan/unknown-code"
