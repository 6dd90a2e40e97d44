"""A figure is carried whole, from what was sent to its revision: whatever columns people can send."""

import json
from decimal import Decimal
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from schema import ids
from schema.tables import NUMBERS, SENT
from service.database import Database
from tests.service.writes.submitting import ADA, BOB, amend, drafted, figure, published, save, step, update

# Another value for each column that people can send; any other text is its own name.
NUMBER = {
    "value": Decimal("92.09"),
    "numerator": Decimal(163),
    "denominator": Decimal(177),
    "lower_confidence_limit": Decimal("87.1"),
    "upper_confidence_limit": Decimal("95.3"),
}
WHOLE: dict[str, Any] = {name: NUMBER.get(name, f"A {name}.") for name in SENT} | {"qualifier": "MORE_THAN"}
# What else than its columns is sent with a figure.
SOURCE = {"title": "Primary care bulletin", "reference": "Table 2"}
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
    other: dict[str, Any] = {to_camel_case(name): "Another."}
    if name in ("value", "numerator", "denominator"):
        other = {"value": 91.53, "numerator": 162}
    elif name in NUMBERS:
        other = {to_camel_case(name): float(NUMBER[name]) + (0.1 if name.startswith("upper") else -0.1)}
    elif name == "qualifier":
        other = {name: "LESS_THAN"}
    await published(writable, sent(**other, reason="Counted again."))
    count = "SELECT count(*) FROM figure_revision WHERE reason = 'Counted again.'"
    assert await writable.reading.fetchval(count) == 1


async def shown(database: Database) -> dict[str, Any]:
    """What readers see of the figure: its qualifier, limits, status and source."""
    row = await database.reading.fetchrow(
        "SELECT value, qualifier, lower_confidence_limit lower, upper_confidence_limit upper, status, title, reference "
        "FROM figure JOIN source ON source.id = source_id JOIN metric ON metric.id = metric_id "
        "JOIN period ON period.id = period_id "
        "WHERE metric.code = 'call_back_percent' AND period.code = '2024-25-Q4'"
    )
    assert row is not None
    return dict(row)


async def test_a_provisional_figure_with_a_source_is_published_as_it_was_sent(writable):
    await published(writable, sent(isProvisional=True, source=SOURCE))
    assert await shown(writable) == {
        "value": Decimal("92.09"),
        "qualifier": "MORE_THAN",
        "lower": Decimal("87.1"),
        "upper": Decimal("95.3"),
        "status": "PROVISIONAL",
        "title": "Primary care bulletin",
        "reference": "Table 2",
    }


async def test_a_source_that_is_cited_again_is_the_same_source(writable):
    queue = {"metric": "call_queuing_percent", "organisation": "QKS", "value": 100, "source": SOURCE}
    await published(writable, sent(source=SOURCE), queue)
    assert await writable.reading.fetchval("SELECT count(*) FROM source WHERE title = $1", SOURCE["title"]) == 1


async def test_a_figure_without_a_source_comes_from_the_return(writable):
    await published(writable, sent())
    at = await shown(writable)
    assert (at["title"], at["reference"]) == ("Quarterly return to the primary care tracker", "Q4 2024/25")


@pytest.mark.parametrize(
    "other",
    [{"isProvisional": False}, {"source": {"title": "Another bulletin"}}, {"source": {"title": SOURCE["title"]}}],
    ids=str,
)
async def test_another_status_or_source_is_a_change(writable, other):
    await published(writable, sent(isProvisional=True, source=SOURCE))
    outcome = await update(writable, sent(**{"isProvisional": True, "reason": "Final.", **other}))
    assert (outcome["problems"], outcome["updated"]) == ([], 1)


@pytest.mark.parametrize("again", [{"source": SOURCE}, {}], ids=str)
async def test_what_is_sent_again_is_unchanged_with_its_source_or_without(writable, again):
    await published(writable, sent(source=SOURCE))
    assert (await update(writable, sent(**again)))["unchanged"] == 1


async def test_an_unchanged_value_keeps_the_limits_that_were_printed_with_it(writable):
    await published(writable, sent())
    bare = sent(lowerConfidenceLimit=None, upperConfidenceLimit=None)
    assert (await update(writable, bare))["unchanged"] == 1
    await update(writable, {**bare, "note": "Another note.", "reason": "Noted."})
    assert (await shown(writable))["lower"] == Decimal("87.1")


async def test_another_value_does_not_keep_the_limits_of_the_one_before(writable):
    await published(writable, sent())
    bare = sent(value=91.53, numerator=162, lowerConfidenceLimit=None, upperConfidenceLimit=None)
    await update(writable, {**bare, "reason": "Counted again."})
    assert (await shown(writable))["lower"] is None


async def test_an_amendment_starts_from_the_status_and_the_source(writable):
    queue = {"metric": "call_queuing_percent", "organisation": "QKS", "value": 100}
    await published(writable, sent(isProvisional=True, source=SOURCE), queue)
    amendment = (await amend(writable, {**queue, "value": 99.44, "reason": "One is being repaired."}))["submission_id"]
    row = await writable.reading.fetchrow(
        "SELECT is_provisional, source_title, source_reference FROM submission_entry "
        "WHERE submission_id = $1 AND metric_code = 'call_back_percent'",
        amendment,
    )
    assert tuple(row) == (True, SOURCE["title"], SOURCE["reference"])
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert (await step(writable, name, amendment, by=by))["problems"] == []
    assert (await shown(writable))["status"] == "PROVISIONAL"


async def test_an_amendment_keeps_the_status_that_somebody_else_published_since(writable):
    queue = {"metric": "call_queuing_percent", "organisation": "QKS", "value": 100}
    await published(writable, sent(), queue)
    await update(writable, sent(isProvisional=True, reason="Being checked."))
    amendment = (await amend(writable, {**queue, "value": 99.44, "reason": "One is being repaired."}))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert (await step(writable, name, amendment, by=by))["problems"] == []
    assert (await shown(writable))["status"] == "PROVISIONAL"


@pytest.mark.parametrize("other", [{"isProvisional": True}, {"source": SOURCE}], ids=str)
async def test_an_edit_of_the_status_or_the_source_is_based_on_what_is_published_now(writable, other):
    made = await drafted(writable, sent(reason="r"))
    await update(writable, figure(88.7))
    given = {"id": ids.made("Submission", made), "expectedVersion": 1}
    await save(writable, sent(reason="r", **other), by=BOB, **given)
    found = await writable.reading.fetch("SELECT code FROM submission_finding WHERE submission_id = $1", made)
    assert "validation/published-since" not in {row["code"] for row in found}


async def test_an_audit_event_says_what_changes_next_to_the_value(writable):
    await published(writable, sent(source=SOURCE))
    made = await published(
        writable,
        sent(
            qualifier="EXACT",
            upperConfidenceLimit=96,
            isProvisional=True,
            source={"title": "Another bulletin"},
            reason="Revised.",
        ),
    )
    detail = await writable.reading.fetchval(
        "SELECT detail->'changes'->0->'also' FROM audit_event WHERE submission_id = $1 AND action = $2",
        made,
        "submission.publish",
    )
    assert json.loads(detail) == {
        "qualifier": ["MORE_THAN", "EXACT"],
        "upperConfidenceLimit": ["95.3", "96"],
        "status": ["PUBLISHED", "PROVISIONAL"],
        "source": ["Primary care bulletin", "Another bulletin"],
    }


async def test_an_audit_event_records_the_status_and_the_source_that_were_sent(writable):
    made = await drafted(writable, sent(isProvisional=True, source=SOURCE))
    detail = await writable.reading.fetchval(
        "SELECT detail->'figures'->0 FROM audit_event WHERE submission_id = $1", made
    )
    said = json.loads(detail)
    assert (said["isProvisional"], said["sourceTitle"], said["sourceReference"]) == (True, *SOURCE.values())
