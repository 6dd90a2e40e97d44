"""A figure that somebody sends in place of a calculated one: asked about, kept, and listed among the paper's doubts."""

from typing import Any

import orjson
import pytest

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from tests.service.writes.submitting import ADA, ROOT, codes, figure, update
from tests.service.writes.test_derived import DECLARED, SHARE, declared, networks, now

DOUBTS = '{ briefing(board: "QKS") { doubts { code message } } }'
RISE, GAP = "appointments_increase_on_year", "self_referral_rate_difference_to_region"
Q1: dict[str, Any] = {"quarter": "2025-26-Q1"}
ON_PAPER: dict[str, Any] = {"reason": "Counted on paper."}


async def doubts(database: Database, name: str) -> list[str]:
    """What the paper doubts about what was sent for a metric."""
    data = await Executor(graph._schema, database).data(GraphQLRequest(DOUBTS), Caller(ADA), may_write=False)
    found: list[dict[str, Any]] = orjson.loads(data)["briefing"]["doubts"]
    calculated = ("doubt/members-differ", "doubt/stated-change")
    return [each["message"] for each in found if each["code"] in calculated and each["message"].startswith(name)]


async def with_appointments(database: Database) -> None:
    """Publish two quarters, a year apart: 40,120 more appointments."""
    earlier = figure(2_800_000, "appointments", reason="Sent late.")
    assert codes(await update(database, earlier, quarter="2024-25-Q1")) == []
    assert codes(await update(database, figure(2_840_120, "appointments"), **Q1)) == []


async def test_an_increase_that_differs_needs_a_reason_and_then_both_are_kept(writable):
    await with_appointments(writable)
    by_hand = figure(50_000, RISE)
    asked = ["validation/no-reason", "validation/calculation-differs"]
    refused = await update(writable, by_hand, **Q1)
    assert codes(refused) == asked
    assert "50,000, but 2,840,120 less 2,800,000 is 40,120." in refused["problems"][1]["message"]
    assert codes(await update(writable, {**by_hand, **ON_PAPER}, **Q1)) == []
    made = await now(writable, RISE, period="2025-26-Q1")
    assert made is not None
    assert (made["value"], made["origin"], made["revision"]) == (50_000, "SENT", 2)
    [doubt] = await doubts(writable, "More appointments than a year earlier")
    assert doubt.endswith("but 2,840,120 less 2,800,000 is 40,120. The figure that was sent counts.")


async def test_the_same_increase_is_asked_nothing_and_doubted_by_nobody(writable):
    await with_appointments(writable)
    assert codes(await update(writable, figure(40_120, RISE), **Q1)) == []
    assert await doubts(writable, "More appointments than a year earlier") == []


async def test_a_difference_to_the_region_that_differs_needs_a_reason(writable):
    region = {"metric": "self_referral_rate", "organisation": "Y59", "value": 620, "reason": "First of the year."}
    assert codes(await update(writable, region, organisation="Y59", by=ROOT)) == []
    rate = figure(600.5, "self_referral_rate", reason="First of the year.")
    assert codes(await update(writable, rate, figure(-19.5, GAP))) == []
    assert "validation/calculation-differs" in codes(await update(writable, figure(-21, GAP)))


@pytest.mark.parametrize(("share", "doubted"), [(50, []), (80, ["make 50%. The figure that was sent counts."])])
async def test_a_share_that_is_not_what_members_make_is_a_doubt_of_the_paper(writable, share, doubted):
    one, two, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    assert codes(await update(writable, figure(share, SHARE, **ON_PAPER))) == []
    found = await doubts(writable, "Networks that declared capacity and access")
    assert [each[-len(end) :] for each, end in zip(found, doubted, strict=True)] == doubted


async def test_when_a_member_answers_the_calculated_share_counts_and_the_doubt_is_gone(writable):
    one, two, three, *_ = await networks(writable)
    await update(writable, *declared({one: 1, two: 0}))
    await update(writable, figure(80, SHARE, **ON_PAPER))
    await update(writable, figure(1, DECLARED, organisation=three, reason="As declared."))
    assert await doubts(writable, "Networks that declared capacity and access") == []


@pytest.mark.parametrize(
    ("sent", "origin"),
    [
        ({"numerator": 1, "denominator": 2}, "SENT"),
        # The same share of other counts, or without any, is another figure.
        ({"numerator": 2, "denominator": 4}, "DERIVED"),
        ({}, "DERIVED"),
    ],
)
async def test_a_share_that_says_already_what_members_make_is_not_published_again(writable, sent, origin):
    one, two, *_ = await networks(writable)
    assert codes(await update(writable, figure(50, SHARE, **ON_PAPER, **sent))) == []
    assert codes(await update(writable, *declared({one: 1, two: 0}))) == []
    made = await now(writable)
    assert made is not None
    assert (made["value"], made["origin"], made["revision"]) == (50, origin, 1 if origin == "SENT" else 2)
