"""Which targets have moved since a day: the answers of the reference, in pages, and counts that add up."""

from typing import Any

import pytest

from schema.errors import Refusal
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

MOVES = """
query($since: Date!, $then: Boolean, $directions: [TargetDirection!], $organisation: OdsCode, $kind: OrganisationKind,
      $asOf: Date, $synthetic: Boolean, $first: Int = 500, $after: String) {
  targetMoves(since: $since, asKnownThen: $then, directions: $directions, organisation: $organisation, kind: $kind,
              asOf: $asOf, includeSynthetic: $synthetic, first: $first, after: $after) {
    totalCount nodes { before after direction target { id } } pageInfo { hasNextPage endCursor } }
  targetMoveCounts(since: $since, asKnownThen: $then, organisation: $organisation, kind: $kind, asOf: $asOf,
                   includeSynthetic: $synthetic) { direction count }
}
"""
SINCE: dict[str, Any] = {"since": "2024-10-15", "synthetic": True}
ALL = ["WORSE", "BETTER", "OTHER", "NEW", "SAME"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"then": True},
        {"since": "2025-03-31", "asOf": "2025-09-30"},
        {"since": "2025-03-31", "asOf": "2025-09-30", "then": True, "kind": "PRACTICE"},
        {"organisation": "HCP-EAST-KENT", "directions": ["NEW", "WORSE"]},
        {"directions": []},
        {"synthetic": False},
    ],
)
async def test_moves_are_those_of_the_reference(both: Both, more: dict[str, Any]) -> None:
    assert await both.verdict(Written(MOVES, {**SINCE, **more})) is None


@pytest.mark.parametrize("days", [{"since": "2025-09-30", "asOf": "2025-03-31"}, {"since": "2999-01-01"}])
async def test_the_earlier_day_is_not_the_later_one(both: Both, days: dict[str, str]) -> None:
    for then in (False, True):
        with pytest.raises(Refusal, match=r"The argument `since` is .*, which is after") as refused:
            await both.served(MOVES, {**SINCE, "then": then, **days})
        assert refused.value.code == "plan/unusable-value"


async def test_there_are_moves_in_every_direction(both: Both) -> None:
    found: set[str] = set()
    for since in ("2024-10-15", "2025-01-15", "2025-06-30"):
        answer = await both.served(MOVES, {**SINCE, "since": since, "then": True})
        found |= {each["direction"] for each in answer["targetMoveCounts"]}
    assert found == set(ALL)


async def test_counts_are_the_counts_of_the_lists_and_add_up_to_the_summary(both: Both) -> None:
    counted = (await both.served(MOVES, SINCE))["targetMoveCounts"]
    for each in counted:
        answer = await both.served(MOVES, {**SINCE, "directions": [each["direction"]]})
        assert answer["targetMoves"]["totalCount"] == each["count"]
    summary = (await both.served("{ targetSummary(includeSynthetic: true) { count } }", {}))["targetSummary"]
    assert sum(each["count"] for each in counted) == sum(each["count"] for each in summary) > 0


async def test_pages_of_moves_hold_what_one_page_holds(both: Both) -> None:
    whole = (await both.served(MOVES, {**SINCE, "directions": ALL}))["targetMoves"]
    found: list[Any] = []
    place = None
    while True:
        answer = await both.served(MOVES, {**SINCE, "directions": ALL, "first": 25, "after": place})
        found += answer["targetMoves"]["nodes"]
        if not answer["targetMoves"]["pageInfo"]["hasNextPage"]:
            break
        place = answer["targetMoves"]["pageInfo"]["endCursor"]
    assert found == whole["nodes"]
    assert len(found) == whole["totalCount"] > 25
