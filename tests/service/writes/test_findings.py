"""Findings are open until they are corrected or answered; what is for information is counted."""

from typing import Any

import orjson
import pytest
from sqlalchemy import text

from schema import ids
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from tests.service.writes.submitting import ADA, BOB, codes, drafted, figure, published, save, step, update

LISTS = """{ submissions { nodes {
    findings { code } answeredFindings { code acceptedReason } informationCount
    all: findings(includeInformation: true) { code }
} } }"""
# 69.57% on 31 January 2025, with a tolerance of 25 points.
JUMP = figure(30, numerator=None, reason="The telephones were out of order.")


async def lists(database: Database) -> dict[str, Any]:
    """What the newest submission lists."""
    data = await Executor(graph._schema, database).data(GraphQLRequest(LISTS), Caller(ADA), may_write=False)
    newest: dict[str, Any] = orjson.loads(data)["submissions"]["nodes"][0]
    return newest


async def test_a_finding_without_a_reason_is_open(writable):
    await drafted(writable, figure(30))
    found = await lists(writable)
    assert [each["code"] for each in found["findings"]] == ["validation/jump"]
    assert found["answeredFindings"] == []


async def test_a_reason_answers_its_finding_at_every_step(writable):
    made = await drafted(writable, JUMP)
    seen = [await lists(writable)]
    for name, by in (("validate", BOB), ("submit", BOB), ("validate", ADA), ("approve", ADA), ("publish", ADA)):
        assert codes(await step(writable, name, made, by=by)) == []
        seen.append(await lists(writable))
    answered = [{"code": "validation/jump", "acceptedReason": "The telephones were out of order."}]
    assert [(each["findings"], each["answeredFindings"]) for each in seen] == [([], answered)] * 6


async def test_a_finding_is_open_again_when_its_reason_goes(writable):
    made = await drafted(writable, JUMP)
    await save(writable, figure(30), id=ids.made("Submission", made), expectedVersion=1)
    found = await lists(writable)
    assert [each["code"] for each in found["findings"]] == ["validation/jump"]


async def test_what_is_for_information_is_counted_and_listed_when_asked_for(writable):
    await published(writable, figure(70.06))
    await drafted(writable, figure(70.06), figure(52, "active_mentors", period="2025-02"))
    found = await lists(writable)
    assert (found["findings"], found["answeredFindings"]) == ([], [])
    assert found["informationCount"] == len(found["all"]) > 0
    assert {"code": "validation/unchanged"} in found["all"]


async def test_a_full_file_sent_again_is_unchanged_and_says_so_by_a_count(writable):
    file = [figure(70.06), figure(100, "call_queuing_percent")]
    await update(writable, *file)
    again = await update(writable, *file)
    assert (again["problems"], again["unchanged"], again["information_count"]) == ([], 2, 2)


@pytest.mark.parametrize("validate_only", [True, False])
async def test_an_update_lists_what_is_for_information_when_it_is_asked_to(writable, validate_only):
    await update(writable, figure(70.06))
    again = await update(writable, figure(70.06), includeInformation=True, validateOnly=validate_only)
    assert [(each["code"], each["severity"]) for each in again["problems"]] == [("validation/unchanged", "INFO")]
    assert again["unchanged"] == 1


async def test_a_refused_update_lists_what_is_for_information_after_what_is_wrong(writable):
    await update(writable, figure(70.06))
    wrong = figure(101, "call_queuing_percent")
    refused = await update(writable, figure(70.06), wrong, includeInformation=True)
    assert codes(refused) == ["validation/out-of-range", "validation/unchanged"]
    assert codes(await update(writable, figure(70.06), wrong)) == ["validation/out-of-range"]


async def test_an_answer_that_an_earlier_version_kept_has_what_was_added_since(writable):
    given: dict[str, Any] = {"idempotencyKey": "k"}
    await update(writable, figure(70.06), **given)
    async with writable.command() as session:
        await session.exec(text("UPDATE idempotent_answer SET answer = answer - 'information_count'"))
    again = await update(writable, figure(70.06), **given)
    assert (again["created"], again["information_count"]) == (1, 0)
