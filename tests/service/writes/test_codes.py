"""Codes that nothing else in these tests asserts."""

import datetime as dt

import pytest

from tests.service.writes.submitting import ROOT, codes, drafted, figure, give

FINDINGS = "SELECT code, severity FROM submission_finding WHERE submission_id = $1"


@pytest.mark.parametrize("day", [dt.date(1947, 12, 31), dt.date(2100, 1, 1)])
async def test_a_deadline_in_another_century_is_refused(writable, day):
    quarter = {"quarter": "2024-25-Q4", "softDeadline": day, "reason": "Agreed."}
    assert codes(await give(writable, "setQuarter", quarter, by=ROOT)) == ["quarter/malformed"]


async def test_the_first_figure_of_a_series_is_noted(writable):
    made = await drafted(writable, figure(50, "capacity_and_access_declarations_percent"))
    found = [tuple(row) for row in await writable.reading.fetch(FINDINGS, made)]
    assert ("validation/first-figure", "INFO") in found
