"""Faults of process charts that others reported: none of them may happen here."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from tests.reports.desk import ICB, PERCENTAGE, Desk

_SERIES = """query($metric: String!) {
  metric(code: $metric) { series(organisation: "QKS") { variation assurance points { specialCauses } } }
}"""
STEP = [60, 62, 58, 61, 63, 59, 60, 62, 58, 61, 60, 62, 92, 88, 94, 87, 93, 89, 95, 88, 92, 91, 89, 93]


async def series(desk: Desk, metric: str) -> Any:
    return (await desk.ask(_SERIES, metric=metric))["metric"]["series"]


async def causes(desk: Desk, values: Sequence[float]) -> list[list[str]]:
    """The special causes of each figure of a new series."""
    points = (await series(desk, await desk.series(values)))["points"]
    return [point["specialCauses"] for point in points]


async def test_two_figures_near_opposite_limits_are_not_two_of_three(desk: Desk):
    """NHSRplotthedots issue 143."""
    values = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50, 55.4, 44.6, 55.4, 50]
    assert not any(await causes(desk, values))


async def test_a_figure_near_the_limit_counts_with_two_beyond_it(desk: Desk):
    """NHSRplotthedots issues 153 and 194."""
    values = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50, 50, 58, 58.2, 54.6]
    assert (await causes(desk, values))[17] == ["TWO_OF_THREE_HIGH"]


async def test_no_latest_figure_makes_no_cause_special(desk: Desk):
    """NHSRplotthedots issue 156."""
    metric = await desk.series([50, 52, 49, 51, 48, 51, 50, 52, 49, 50, 51, 49, 50, 52])
    await desk.update("2021-22-Q3", {"metric": metric, "isNilReturn": True})
    assert not any(point["specialCauses"] for point in (await series(desk, metric))["points"])


async def test_seven_falling_figures_are_a_trend(desk: Desk):
    """NHSRplotthedots issue 167."""
    values = [50, 51, 49, 50, 52, 48, 51, 50, 49, 51, 60, 58, 56, 54, 52, 50, 48, 46]
    assert (await causes(desk, values))[16] == ["TREND_DOWN"]


async def test_an_equal_figure_breaks_a_trend(desk: Desk):
    """NHSRplotthedots pull request 24."""
    values = [50, 51, 49, 50, 52, 48, 51, 50, 49, 51, 50, 49.5, 49, 48.5, 48.5, 48, 47.5, 47]
    assert not any(await causes(desk, values))


async def test_a_fall_that_stays_above_the_mean_is_a_concern_where_higher_is_better(desk: Desk):
    """NHSRplotthedots issue 171."""
    values = [40, 50, 42, 52, 41, 51, 43, 53, 40, 50, 42, 52, 41, 51, 52.5, 52, 51.5, 51, 50.5, 50, 49.5]
    assert (await series(desk, await desk.series(values)))["variation"] == "CONCERN"


async def test_assurance_uses_the_recalculated_limits(desk: Desk):
    """NHSRplotthedots issue 172."""
    metric = await desk.series(STEP, **PERCENTAGE)
    await desk.recalculate(metric, "2021-04-01")
    await desk.target(metric, 90)
    assert (await series(desk, metric))["assurance"] == "INCONSISTENT"


async def test_the_status_of_a_target_uses_the_recalculated_limits(desk: Desk):
    """The fault of NHSRplotthedots issue 172, in a status."""
    metric = await desk.series(STEP, **PERCENTAGE)
    await desk.recalculate(metric, "2021-04-01")
    assert (await desk.target(metric, 75))["target"]["current"]["status"] == "MET"


async def test_a_series_at_100_percent_passes_a_target_of_100_percent(desk: Desk):
    """PowerBI-SPC issue 463."""
    metric = await desk.series([100] * 16, **PERCENTAGE)
    await desk.target(metric, 100)
    assert (await series(desk, metric))["assurance"] == "CONSISTENTLY_PASS"


async def test_assurance_follows_the_latest_target(desk: Desk):
    """PowerBI-SPC issue 257."""
    metric = await desk.series([78, 82, 76, 84, 79, 81, 77, 83, 80, 78, 82, 79, 81, 80], **PERCENTAGE)
    target = (await desk.target(metric, 75))["target"]["id"]
    await desk.target(metric, 50, id=target, reason="Lowered.")
    assert (await series(desk, metric))["assurance"] == "CONSISTENTLY_PASS"


async def test_a_chart_shows_missing_quarters_as_a_gap(desk: Desk):
    """PowerBI-SPC issue 311, Open SDG issue 1154, NHSRplotthedots issue 138."""
    metric = await desk.series([50, 52, 49, 51, None, 48, 51, 50, None, None, 50, 51, 49, 50, 52, 49, 50, 51])
    drawn = (await desk.client.get(f"/charts/{metric}/{ICB}.svg")).text
    at = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    quarter, gap = at[1] - at[0], at[4] - at[3]
    assert gap == pytest.approx(2 * quarter, rel=0.05)
