"""The whole paper of many days equals what the reference makes of the rows."""

import pytest

from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

DOCUMENT = """query($day: Date, $quarter: String) { briefing(asOf: $day, quarter: $quarter) { asOf title
    targets { metricCode metricName organisationCode organisationName status reason restsOn of }
    sections { heading sentences tables { caption columns rows __typename }
        charts { metricCode title description svg }
        numbers { text sentence table row column start end figure { id value revision metric { code } } }
        figures { ...Figure } __typename }
    doubts { code message figure { ...Figure } __typename } } }
    fragment Figure on Figure { id value revision note status publishedAt organisation { code name }
        period { code label } source { title } confidenceInterval { lower upper method }
        revisions { revision value } }"""


@pytest.mark.parametrize(
    "day",
    [
        None,
        "2025-01-31",
        "2025-01-30",
        "2024-01-31",
        "2025-03-31",
        "2025-06-30",
        "2026-05-01",
        "0001-01-01",
        "9999-12-31",
    ],
)
async def test_a_paper_has_the_answer_of_graphql(both: Both, day: str | None) -> None:
    assert await both.verdict(Written(DOCUMENT, {"day": day})) is None


@pytest.mark.parametrize("quarter", ["2024-25-Q4", "2024-25-Q3", "2023-24-Q1", "2031-32-Q1"])
@pytest.mark.parametrize("day", [None, "2025-02-28"])
async def test_the_paper_of_a_quarter_has_the_answer_of_graphql(both: Both, quarter: str, day: str | None) -> None:
    assert await both.verdict(Written(DOCUMENT, {"day": day, "quarter": quarter})) is None


@pytest.mark.parametrize(
    "text",
    [
        """{ briefing(asOf: "2025-01-31") { again: sections {
        all: figures { key: id } same: figures { value __typename }
        numbers { of: figure { id } to: figure { previous { id } } } } } }""",
        """{ briefing(asOf: "2025-01-31") { title asOf } other: briefing(asOf: "2025-03-31") { title asOf } }""",
        """{ other: briefing(asOf: "2025-03-31") { doubts { figure { metric { code } } }
        sections { figures { id } } } }""",
    ],
)
async def test_a_paper_next_to_itself_under_other_keys_has_the_answer_of_graphql(both: Both, text: str) -> None:
    assert await both.verdict(Written(text, {})) is None
