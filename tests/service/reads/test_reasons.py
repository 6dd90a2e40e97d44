"""Every statistic that is null, empty or NOT_ASSESSABLE has its reason, and it equals that of GraphQL's execution."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.reads.both import Both
from tests.service.reads.corners.series import KINDS
from tests.service.reads.documents.walk import Written
from tests.service.reads.test_series_equal_graphql import CODES, ORGANISATIONS

WHY = "notCalculated { field code sentence }"
METRICS = [*CODES, *(each.split()[0] for each in KINDS)]
SERIES = f"""query($code: String!, $organisation: OdsCode!) {{ metric(code: $code) {{
    series(organisation: $organisation) {{ frequency processLimits {{ mean }} suggestedRecalculation {{ starts }}
    variation assurance trend countChart {{ mean }} drift {{ since }} growth {{ progress }} forecast {{ value }} {WHY}
    points {{ target isMet expected {WHY} }} }} }} }}"""
FIGURES = f"""query($code: String!, $with: ComparedWith) {{ metric(code: $code) {{
    figures(first: 40, includeSynthetic: true) {{ nodes {{ confidenceInterval {{ lower }} change changeOnYear isMet
    variation trend {WHY} compared: notCalculated(with: $with) {{ field code sentence }} }} }} }} }}"""
TARGETS = """{ targets(first: 200, includeSynthetic: true) { nodes { current { {0} } progress { {0} } } } }
    """.replace(
    "{0}",
    f"""isMet gap gapPercent percentOfTarget gapClosedPercent expected requiredPerQuarter observedPerQuarter
    projectedValue projectedMetOn {WHY}""",
)
SPREADS = f"""{{ metrics(first: 200, includeSynthetic: true) {{ nodes {{
    practices: notCalculated(kind: PRACTICE) {{ field code }} distribution(kind: PRACTICE) {{ count }}
    funnel(kind: PRACTICE) {{ dispersion {WHY} points {{ lower95 }} }}
    rolledUp(organisation: "QKS", period: "2024-25-Q3") {{ value reasonCode }}
    early: rolledUp(organisation: "QKS", period: "2019-20-Q3") {{ value reasonCode }} }} }} }}"""
MATRIX = f"""query($codes: [String!]!) {{ matrix(metrics: $codes, kind: PRACTICE, first: 40, includeSynthetic: true) {{
    nodes {{ cells {{ value status variation {WHY} }} }} }} }}"""
COMPARED = """query($code: String!, $with: ComparedWith!) { metric(code: $code) { figures(
    first: 40, includeSynthetic: true) { nodes { compared(with: $with) { reason reasonCode } } } } }"""


@pytest.mark.parametrize("code", METRICS)
async def test_the_reasons_of_a_series_have_the_answer_of_graphql(both: Both, code: str) -> None:
    for organisation in ORGANISATIONS:
        assert await both.verdict(Written(SERIES, {"code": code, "organisation": organisation})) is None


@pytest.mark.parametrize("code", METRICS)
async def test_the_reasons_of_a_figure_have_the_answer_of_graphql(both: Both, code: str) -> None:
    for asked in (
        {"code": "QKS"},
        {"kind": "PRIMARY_CARE_NETWORK"},
        {"peers": "INTEGRATED_CARE_BOARD"},
        {"similar": 6},
    ):
        assert await both.verdict(Written(FIGURES, {"code": code, "with": asked})) is None
        assert await both.verdict(Written(COMPARED, {"code": code, "with": asked})) is None


async def test_the_reasons_of_targets_and_of_many_organisations_have_the_answer_of_graphql(both: Both) -> None:
    assert await both.verdict(Written(TARGETS, {})) is None
    assert await both.verdict(Written(SPREADS, {})) is None
    assert await both.verdict(Written(MATRIX, {"codes": METRICS[:8]})) is None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of an answer, at any depth."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _is_missing(value: Any) -> bool:
    return value is None or value == [] or value == "NOT_ASSESSABLE"


async def test_what_is_missing_has_a_reason_and_nothing_else_has(both: Both) -> None:
    """Of each object, the fields without a value are those that are listed, in whatever order."""
    documents: list[tuple[str, dict[str, Any]]] = [(TARGETS, {}), (MATRIX, {"codes": METRICS[:8]})]
    documents += [(SERIES, {"code": code, "organisation": one}) for code in METRICS for one in ORGANISATIONS[:3]]
    documents += [(FIGURES, {"code": code}) for code in METRICS[:6]]
    seen = 0
    for text, variables in documents:
        for each in _objects(await both.served(text, variables)):
            if "notCalculated" in each:
                rest = {name: value for name, value in each.items() if name not in {"points", "compared"}}
                missing = {name for name, value in rest.items() if name != "notCalculated" and _is_missing(value)}
                assert missing == {one["field"] for one in each["notCalculated"] if "." not in one["field"]}, each
                seen += 1
    assert seen > 500
