"""A desk in the primary care team: makes metrics, publishes figures, sets targets and asks, over HTTP."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from schema.enumerations import Role
from schema.periods import parsed, quarter_of

_SAVE = "mutation($input: SaveMetricInput!) { saveMetric(input: $input) { problems { code } } }"
_UPDATE = """mutation($input: UpdateQuarterlyFiguresInput!) {
  updateQuarterlyFigures(input: $input) { created updated unchanged problems { code severity message row } }
}"""
_TARGET = """mutation($input: SetTargetInput!) {
  setTarget(input: $input) { target { id current { status reason isMet } } problems { code } }
}"""
_RECALCULATE = "mutation($input: RecalculateLimitsInput!) { recalculateLimits(input: $input) { problems { code } } }"

PERCENTAGE: dict[str, Any] = {
    "unit": "PERCENT",
    "minimum": 0,
    "maximum": 100,
    "numeratorLabel": "Yes",
    "denominatorLabel": "All",
}
ICB = "QKS"


@dataclass
class Desk:
    """An administrator's and an approver's keys, and a client."""

    client: httpx.AsyncClient
    keys: dict[Role, str]
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def metric(self, **changes: Any) -> str:
        """The code of a new metric: a count with two decimals, unless changed."""
        code = f"reported_{next(self._numbers)}"
        given = {
            "code": code,
            "name": f"Reported {code}",
            "description": "Made for a test.",
            "theme": "workforce",
            "unit": "COUNT",
            "direction": "HIGHER_IS_BETTER",
            "decimals": 2,
            "collectedFrom": ["INTEGRATED_CARE_BOARD"],
            "rollUp": "NONE",
        }
        payload = await self.send(_SAVE, Role.ADMINISTRATOR, given | changes)
        assert payload["problems"] == []
        return code

    async def update(self, quarter: str, *figures: dict[str, Any], by: str = ICB, **more: Any) -> dict[str, Any]:
        """What `updateQuarterlyFigures` says; a figure is the ICB's unless it names another organisation."""
        rows = [{"organisation": ICB, **figure} for figure in figures]
        return await self.send(
            _UPDATE, Role.APPROVER, {"quarter": quarter, "organisation": by, "figures": rows, **more}
        )

    async def publish(self, quarter: str, *figures: dict[str, Any], by: str = ICB) -> None:
        """Publish figures, each with a reason, so that no question is open."""
        payload = await self.update(quarter, *({"reason": "Checked.", **figure} for figure in figures), by=by)
        assert payload["created"] + payload["updated"] == len(figures), payload

    async def series(self, values: Sequence[float | None], *, first: str = "2018-19-Q1", **changes: Any) -> str:
        """The code of a new metric with the ICB's figures of quarters in a row; None leaves a quarter out."""
        code, quarter = await self.metric(**changes), parsed(first)
        for value in values:
            if value is not None:
                await self.publish(quarter.code, {"metric": code, "value": value})
            quarter = parsed(quarter_of(quarter.ends + dt.timedelta(days=1)))
        return code

    async def target(self, metric: str, value: float, **more: Any) -> dict[str, Any]:
        """What `setTarget` answers for a target of the ICB by 31 March 2027, "at least" unless changed."""
        given = {
            "metric": metric,
            "organisation": ICB,
            "comparator": "AT_LEAST",
            "value": value,
            "due": "2027-03-31",
            "reason": "Agreed.",
        }
        return await self.send(_TARGET, Role.ADMINISTRATOR, given | more)

    async def recalculate(self, metric: str, starts: str) -> None:
        """Limits of the ICB's series that start again from a day."""
        given = {"metric": metric, "organisation": ICB, "starts": starts, "reason": "New telephony."}
        assert (await self.send(_RECALCULATE, Role.ADMINISTRATOR, given))["problems"] == []

    async def send(self, document: str, role: Role, given: dict[str, Any]) -> dict[str, Any]:
        """The payload of a mutation."""
        (payload,) = (await self.ask(document, role=role, input=given)).values()
        return dict(payload)

    async def ask(self, document: str, *, role: Role | None = None, **variables: Any) -> dict[str, Any]:
        """The data of a document that succeeds."""
        answer = await self.answer(document, role=role, **variables)
        assert "errors" not in answer, answer
        return dict(answer["data"])

    async def answer(self, document: str, *, role: Role | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer to a document."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.keys[role]}"}
        body = {"query": document, "variables": variables}
        return dict((await self.client.post("/graphql", json=body, headers=headers)).json())


def codes(payload: dict[str, Any]) -> set[str]:
    """The codes of the problems in a payload."""
    return {problem["code"] for problem in payload["problems"]}


def severities(payload: dict[str, Any]) -> set[str]:
    """The severities of the problems in a payload."""
    return {problem["severity"] for problem in payload["problems"]}
