"""The orders that random documents ask for, and cursors that the service gave in each of them."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

Order = list[dict[str, Any]] | None
Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]

ORDERS: dict[str, list[Order]] = {
    "PracticeOrder": [
        None,
        [],
        *([{name: way}] for name in ("code", "name", "postcode", "closedOn", "cqcRating") for way in ("ASC", "DESC")),
        [{"listSize": "DESC"}],
        [{"listSize": "ASC_NULLS_FIRST"}, {"name": "DESC"}],
        [{"cqcRating": "DESC"}, {"postcode": "ASC"}],
        [{"closedOn": "ASC"}, {"openedOn": "DESC"}, {"name": "ASC"}],
        [{"name": "DESC"}, {"code": "DESC"}],
        [{"postcode": "DESC_NULLS_FIRST"}, {"closedOn": "ASC_NULLS_FIRST"}],
        [{"figure": {"metric": "registered_patients", "direction": "DESC"}}],
        [{"figure": {"metric": "registered_patients", "period": "2026-04-01", "direction": "ASC_NULLS_FIRST"}}],
    ],
    "OrganisationOrder": [
        None,
        *([{name: way}] for name in ("kind", "openedOn", "name") for way in ("ASC", "DESC")),
        [{"kind": "DESC"}, {"name": "ASC"}],
        [{"listSize": "DESC"}],
        [{"openedOn": "ASC_NULLS_FIRST"}, {"figure": {"metric": "practices", "direction": "DESC"}}],
        [{"closedOn": "DESC"}, {"kind": "ASC"}, {"code": "DESC"}],
    ],
    "FigureOrder": [
        None,
        *([{name: way}] for name in ("value", "periodEnd", "publishedAt", "metricCode") for way in ("ASC", "DESC")),
        [{"organisationName": "DESC"}, {"periodEnd": "ASC"}],
        *([{"change": way}] for way in ("ASC", "DESC", "DESC_NULLS_FIRST")),
        [{"changeOnYear": "ASC"}, {"value": "DESC"}],
        [{"metricCode": "ASC"}, {"organisationCode": "DESC"}, {"value": "ASC"}],
    ],
    "TargetOrder": [
        None,
        *([{name: way}] for name in ("due", "value", "status", "metricCode") for way in ("ASC", "DESC")),
        *([{name: way}] for name in ("gap", "gapPercent") for way in ("ASC", "DESC", "ASC_NULLS_FIRST")),
        [{"status": "DESC"}, {"due": "ASC"}, {"organisationName": "ASC"}],
        [{"organisationCode": "DESC"}, {"due": "DESC"}],
        [{"due": "DESC_NULLS_FIRST"}],
    ],
    "MetricOrder": [None, *([{name: way}] for name in ("code", "name", "theme") for way in ("ASC", "DESC"))],
    "SubmissionOrder": [
        None,
        *([{name: "ASC"}] for name in ("createdAt", "submittedAt", "quarter", "organisationName")),
        [{"publishedAt": "ASC_NULLS_FIRST"}, {"quarter": "DESC"}],
    ],
    "MatrixOrder": [
        None,
        *([{name: way}] for name in ("code", "name", "listSize") for way in ("ASC", "DESC")),
        [{"figure": {"metric": "registered_patients", "direction": "DESC"}}],
        [{"listSize": "ASC_NULLS_FIRST"}, {"name": "DESC"}],
    ],
    "ScoreOrder": [
        None,
        *([{"rank": way}] for way in ("ASC", "DESC", "DESC_NULLS_FIRST")),
        [{"organisationName": "DESC"}],
        [{"organisationCode": "ASC"}],
    ],
    "PeriodOrder": [None, *([{name: way}] for name in ("end", "start") for way in ("ASC", "DESC"))],
    "TargetMoveOrder": [
        None,
        [{"direction": "DESC"}, {"organisationName": "ASC"}],
        [{"metricCode": "ASC"}, {"organisationCode": "DESC"}],
    ],
    "DataQualityIssueOrder": [
        None,
        [{"foundAt": "DESC"}],
        [{"organisationName": "ASC"}, {"metricCode": "DESC"}],
        [{"organisationCode": "DESC"}, {"foundAt": "ASC"}],
    ],
    "RequestOrder": [
        None,
        *([{"dueOn": way}] for way in ("ASC", "DESC_NULLS_FIRST")),
        [{"metricCode": "DESC"}, {"organisationName": "ASC"}],
        [{"organisationCode": "ASC"}],
    ],
    "SubmissionEntryOrder": [
        None,
        [{"row": "DESC"}],
        [{"organisationName": "ASC"}, {"metricCode": "DESC"}],
        [{"organisationCode": "DESC"}],
    ],
    "AuditOrder": [None, [{"position": "ASC"}], [{"position": "DESC"}]],
}

# The root field that lists a type's rows, and the type of its orders.
_ROOTS = {
    "Practice": ("practices", "PracticeOrder"),
    "Organisation": ("organisations", "OrganisationOrder"),
    "PrimaryCareNetwork": ("primaryCareNetworks", "OrganisationOrder"),
    "Figure": ("figures", "FigureOrder"),
    "Metric": ("metrics", "MetricOrder"),
    "Target": ("targets", "TargetOrder"),
    "Submission": ("submissions", "SubmissionOrder"),
    "AuditEvent": ("auditEvents", "AuditOrder"),
}
_ENTRIES = "{ submissions(first: 400) { nodes { entries(first: 400) { edges { cursor } } } } }"


class Cursors:
    """Cursors by the type of the rows and their order."""

    def __init__(self) -> None:
        self._given: dict[str, list[str]] = {}

    async def collect(self, ask: Ask) -> None:
        """Ask for the cursors of every order."""
        for kind, (field, orders) in _ROOTS.items():
            for order in ORDERS[orders] if orders else [None]:
                sort = f"$order: [{orders}!], " if orders else ""
                by = "orderBy: $order, " if orders else ""
                text = f"query({sort}$first: Int) {{ {field}({by}first: $first) {{ edges {{ cursor }} }} }}"
                answer = await ask(text, {"first": 400, **({"order": order} if orders else {})})
                self._given[_key(kind, order)] = _cursors(answer[field])
        submissions = (await ask(_ENTRIES, {}))["submissions"]["nodes"]
        self._given[_key("SubmissionEntry", None)] = [one for row in submissions for one in _cursors(row["entries"])]

    def of(self, kind: str, order: Order) -> list[str]:
        """The cursors of rows of a type in an order; none when that order was not collected."""
        return self._given.get(_key(kind, order), [])


def _cursors(page: Any) -> list[str]:
    return [edge["cursor"] for edge in page["edges"]]


def _key(kind: str, order: Order) -> str:
    return f"{kind} {json.dumps(order)}"
