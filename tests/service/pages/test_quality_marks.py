"""What the four marks say about a measure: from which share on it is sufficient, and when nobody can say."""

from collections.abc import Mapping
from typing import Any

import pytest

from schema.periods import parsed
from service.pages.quality_marks import Level, Mark, marks

QUARTER = parsed("2024-25-Q4")
METRIC: Mapping[str, Any] = {
    "code": "calls",
    "collectedFrom": ["INTEGRATED_CARE_BOARD", "PRACTICE"],
    "derivedFrom": None,
}
NONE = dict.fromkeys(("notStarted", "draft", "submitted", "returned", "published", "nilReturns", "late"), 0)
DUE, AFTER = "2025-04-15", "2025-05-01"


def said(
    metric: Mapping[str, Any] = METRIC,
    *,
    due: str | None = DUE,
    today: str = AFTER,
    issues: int = 0,
    sees_all: bool = True,
    **counts: int,
) -> dict[str, Mark]:
    found = {
        "completeness": {"softDeadline": due, "byMetric": [{"metric": {"code": "calls"}, **NONE, **counts}]},
        "dataQualityIssues": {"totalCount": issues},
    }
    return {each.name: each for each in marks(metric, QUARTER, found, today, sees_all=sees_all)}


def test_the_four_are_in_the_usual_order():
    assert list(said(published=1)) == ["Timely", "Complete", "Validated", "Granular"]


@pytest.mark.parametrize(
    ("counts", "level", "reason"),
    [
        ({"published": 19, "notStarted": 1}, Level.SUFFICIENT, "19 of 20"),
        ({"published": 18, "nilReturns": 1, "draft": 1}, Level.SUFFICIENT, "19 of 20"),
        ({"published": 18, "submitted": 1, "returned": 1}, Level.INSUFFICIENT, "18 of 20"),
        ({"notStarted": 3}, Level.INSUFFICIENT, "0 of 3"),
    ],
)
def test_complete_is_95_percent_of_the_answers_published(counts, level, reason):
    assert said(**counts)["Complete"].level is level
    assert said(**counts)["Complete"].reason == f"{reason} answers for Q4 2024/25 are published."


@pytest.mark.parametrize(("late", "level"), [(0, Level.SUFFICIENT), (1, Level.SUFFICIENT), (2, Level.INSUFFICIENT)])
def test_timely_is_95_percent_of_the_answers_not_late(late, level):
    mark = said(published=20, late=late)["Timely"]
    assert (mark.level, mark.reason) == (level, f"{20 - late} of 20 answers are not late.")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"due": None}, "No day is set by which answers are due."),
        ({"today": DUE}, "Answers are not due yet."),
        ({"sees_all": False}, "When answers were sent is shown to those who act for all organisations."),
    ],
)
def test_nobody_can_say_whether_it_is_timely(given, reason):
    mark = said(published=20, **given)["Timely"]
    assert (mark.level, mark.reason) == (Level.NOT_ASSESSED, reason)


def test_a_due_day_of_its_own_counts_where_the_quarter_has_none():
    assert said(published=20, late=20, due=None)["Timely"].level is Level.INSUFFICIENT


def test_what_nobody_is_asked_for_is_neither_timely_nor_complete():
    assert {each.level for name, each in said().items() if name in {"Timely", "Complete"}} == {Level.NOT_ASSESSED}
    other = said({**METRIC, "code": "other"}, published=1)
    assert other["Complete"].reason == "Nobody is asked for it in Q4 2024/25."


@pytest.mark.parametrize(
    ("issues", "level", "reason"),
    [
        (0, Level.SUFFICIENT, "Every figure was checked when it was sent, and no issue is open."),
        (1, Level.INSUFFICIENT, "1 data quality issue is open."),
        (2, Level.INSUFFICIENT, "2 data quality issues are open."),
    ],
)
def test_validated_is_without_an_open_issue(issues, level, reason):
    mark = said(published=1, issues=issues)["Validated"]
    assert (mark.level, mark.reason) == (level, reason)


@pytest.mark.parametrize(
    ("metric", "level", "reason"),
    [
        (METRIC, Level.SUFFICIENT, "It is collected from practices."),
        (
            {**METRIC, "collectedFrom": ["PRIMARY_CARE_NETWORK"]},
            Level.SUFFICIENT,
            "It is collected from primary care networks.",
        ),
        ({**METRIC, "collectedFrom": ["TRUST"]}, Level.INSUFFICIENT, "It is not collected from practices or networks."),
        (
            {"code": "calls", "collectedFrom": ["INTEGRATED_CARE_BOARD"], "derivedFrom": METRIC},
            Level.SUFFICIENT,
            "It is collected from practices.",
        ),
    ],
)
def test_granular_is_collected_below_the_icb(metric, level, reason):
    mark = said(metric, published=1)["Granular"]
    assert (mark.level, mark.reason) == (level, reason)


async def test_the_page_of_a_measure_has_the_marks_of_the_quarter_that_ended_last(client):
    page = (await client.get("/measures/call_back_percent")).text
    assert page.index("Quality of the data") < page.index("Timely") < page.index("Granular")
    assert "It is collected from practices." in page
