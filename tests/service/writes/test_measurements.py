"""A figure is carried whole, from what was sent to its revision: whatever columns people can send."""

from decimal import Decimal
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from schema.tables import NUMBERS, SENT
from tests.service.writes.submitting import BOB, amend, drafted, published, step

# Another value for each column that people can send; any other text is its own name.
NUMBER = {"value": Decimal("92.09"), "numerator": Decimal(163), "denominator": Decimal(177)}
WHOLE: dict[str, Any] = {name: NUMBER.get(name, f"A {name}.") for name in SENT}
COLUMNS = ", ".join(SENT)


def sent(**other: Any) -> dict[str, Any]:
    """A figure with every column that people can send."""
    columns = {to_camel_case(name): float(value) if name in NUMBERS else value for name, value in WHOLE.items()}
    return {"metric": "call_back_percent", "organisation": "QKS", **columns, **other}


def test_every_number_that_people_send_has_a_value_here():
    assert set(NUMBER) == {name for name in SENT if name in NUMBERS}


async def test_a_figure_and_its_revision_have_what_was_sent(writable):
    made = await published(writable, sent())
    for row in ("figure", "revision"):
        columns = ", ".join(f"{row}.{name}" for name in SENT)
        rows = await writable.reading.fetch(
            f"SELECT {columns} FROM figure JOIN figure_revision revision ON revision.figure_id = figure.id "
            "WHERE revision.submission_id = $1",
            made,
        )
        assert [dict(row) for row in rows] == [WHOLE]


async def test_an_audit_event_records_what_was_sent(writable):
    made = await drafted(writable, sent())
    figures = "SELECT detail->'figures'->0 FROM audit_event WHERE submission_id = $1"
    detail = await writable.reading.fetchval(figures, made)
    assert all(f'"{to_camel_case(name)}": "{value}"' in detail for name, value in WHOLE.items())


async def test_an_amendment_starts_from_what_was_sent(writable):
    queue = {"metric": "call_queuing_percent", "organisation": "QKS", "value": 100}
    await published(writable, sent(), queue)
    amendment = (await amend(writable, {**queue, "value": 99.44, "reason": "One is being repaired."}))["submission_id"]
    rows = await writable.reading.fetch(
        f"SELECT {COLUMNS} FROM submission_entry WHERE submission_id = $1 AND metric_code = 'call_back_percent'",
        amendment,
    )
    assert [dict(row) for row in rows] == [WHOLE]
    assert (await step(writable, "submit", amendment, by=BOB))["problems"] == []


@pytest.mark.parametrize("name", SENT)
async def test_another_value_in_any_column_is_a_change(writable, name):
    await published(writable, sent())
    # A changed number alone would contradict the others: value and counts change together.
    other: dict[str, Any] = {"value": 91.53, "numerator": 162} if name in NUMBERS else {to_camel_case(name): "Another."}
    await published(writable, sent(**other, reason="Counted again."))
    count = "SELECT count(*) FROM figure_revision WHERE reason = 'Counted again.'"
    assert await writable.reading.fetchval(count) == 1
