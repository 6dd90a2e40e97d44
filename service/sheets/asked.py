"""What a quarter asks for becomes questions, each with the last answer that is published."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import orjson

from schema.enumerations import OrganisationKind, Qualifier, RequestState, Unit
from schema.errors import Refusal
from schema.periods import Period, quarter_named
from service.answers.request import GraphQLRequest

# Answers a document with the JSON of its data, as whoever asks may see it.
Read: TypeAlias = Callable[[GraphQLRequest], Awaitable[bytes]]

_REQUESTS = """
query Requests($quarter: String!, $organisation: OdsCode, $after: String) {
  completeness(quarter: $quarter, organisation: $organisation) {
    softDeadline
    requests(first: 500, after: $after) {
      nodes {
        state
        metric { code name description unit minimum maximum }
        organisation { code name kind }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_LAST = """
query LastAnswers($codes: [OdsCode!]!, $metrics: [String!]!, $to: Date!) {
  organisations(filter: {code: {in: $codes}}, includeClosed: true, first: 500) {
    nodes {
      code
      figures(metrics: $metrics, to: $to, latestOnly: true, first: 100) {
        nodes { metric { code } value qualifier period { label } }
      }
    }
  }
}
"""
# As many organisations as a page has, and as many of their figures.
_ORGANISATIONS, _METRICS = 500, 100


@dataclass(frozen=True)
class Measure:
    """What a question asks for."""

    code: str
    name: str
    description: str
    unit: Unit
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Asked:
    """The organisation that a question is for."""

    code: str
    name: str
    kind: OrganisationKind


class Last(NamedTuple):
    """The latest published value until the quarter's end, its period in words, and how exact it is."""

    value: float
    period: str
    qualifier: Qualifier


@dataclass(frozen=True)
class Question:
    """One figure that is asked for, with its last answer."""

    measure: Measure
    organisation: Asked
    state: RequestState
    last: Last | None = None


@dataclass(frozen=True)
class Questions:
    """All that a quarter asks for, by organisation and measure; without those who are exempt."""

    quarter: Period
    due_on: str | None
    listed: Sequence[Question]


async def questions(read: Read, quarter: str, organisation: str | None = None) -> Questions:
    """The questions of a quarter, to an organisation and its members or to all.

    Refusals: `page/unknown`, where the quarter asks for nothing.
    """
    named = quarter_named(quarter)
    if named is None:
        raise Refusal("page/unknown", f"{quarter[:40]!r} is not a quarter.")
    due_on, nodes = await _requests(read, quarter, organisation)
    nodes = [node for node in nodes if node["state"] != RequestState.EXEMPT]
    if not nodes:
        raise Refusal("page/unknown", f"Nothing is asked for in {named.label}.")
    last = await _last_answers(read, nodes, named)
    return Questions(named, due_on, [_question(node, last) for node in nodes])


async def _requests(read: Read, quarter: str, organisation: str | None) -> tuple[str | None, list[Any]]:
    nodes: list[Any] = []
    variables = {"quarter": quarter, **({"organisation": organisation} if organisation else {})}
    while True:
        answer = await _data(read, _REQUESTS, variables)
        page = answer["completeness"]["requests"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return answer["completeness"]["softDeadline"], nodes
        variables = {**variables, "after": page["pageInfo"]["endCursor"]}


async def _last_answers(read: Read, nodes: Sequence[Any], quarter: Period) -> Mapping[tuple[str, str], Last]:
    """The last answers, by the codes of measure and organisation."""
    codes = sorted({node["organisation"]["code"] for node in nodes})
    metrics = sorted({node["metric"]["code"] for node in nodes})
    found = {}
    for first in range(0, len(codes), _ORGANISATIONS):
        for from_ in range(0, len(metrics), _METRICS):
            asked = {"codes": codes[first : first + _ORGANISATIONS], "metrics": metrics[from_ : from_ + _METRICS]}
            answer = await _data(read, _LAST, {**asked, "to": quarter.ends.isoformat()})
            for each in answer["organisations"]["nodes"]:
                for figure in each["figures"]["nodes"]:
                    value, period = float(figure["value"]), str(figure["period"]["label"])
                    found[figure["metric"]["code"], each["code"]] = Last(value, period, Qualifier(figure["qualifier"]))
    return found


async def _data(read: Read, document: str, variables: Mapping[str, Any]) -> Any:
    return orjson.loads(await read(GraphQLRequest(document, dict(variables))))


def _question(node: Any, last: Mapping[tuple[str, str], Last]) -> Question:
    metric, organisation = node["metric"], node["organisation"]
    measure = Measure(**{**metric, "unit": Unit(metric["unit"])})
    asked = Asked(**{**organisation, "kind": OrganisationKind(organisation["kind"])})
    return Question(measure, asked, RequestState(node["state"]), last.get((measure.code, asked.code)))
