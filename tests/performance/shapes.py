"""The documents that are measured, from nothing at all to the widest page that the team asks for."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from seeds.sandbox_metrics import sandbox_metrics


@dataclass(frozen=True, eq=False)
class Shape:
    """One document with its variables; `rows` names what it brings, for the report. It is equal to itself alone."""

    key: str
    rows: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    # Whether the order of its lists is asked for, and so is a part of the answer.
    is_ordered: bool = False

    @property
    def body(self) -> bytes:
        """The body of its HTTP request."""
        return body(self.query, self.variables)


def body(query: str, variables: dict[str, Any]) -> bytes:
    """The body of an HTTP request."""
    return orjson.dumps({"query": query, "variables": variables})


_PRACTICE = """
    query Practice($code: OdsCode!) {
      practice(code: $code) {
        code name postcode
        figures(latestOnly: true, includeSynthetic: true, first: 100) {
          nodes {
            value numerator denominator status
            metric { code name unit direction decimals }
            period { label end }
          }
        }
        targets(includeSynthetic: true) { comparator value upperValue due metric { code } }
      }
    }
"""
_PRACTICES = """
    query Practices {
      practices(first: 200, includeClosed: true) {
        nodes {
          code name postcode
          primaryCareNetwork { code name }
          healthAndCarePartnership { code name }
        }
      }
    }
"""
_NETWORKS = """
    query Networks($metric: String!) {
      primaryCareNetworks(first: 50, includeClosed: true) {
        nodes {
          code name
          practices(first: 50) {
            nodes {
              code name
              figures(metrics: [$metric], includeSynthetic: true, first: 20) {
                nodes { value numerator denominator period { label end } }
              }
            }
          }
        }
      }
    }
"""
_PAGE = """
    query Page($metric: String!, $over: Float!) {
      figures(
        filter: {metric: {code: {eq: $metric}}, organisation: {kind: {eq: PRACTICE}}, value: {gt: $over}}
        orderBy: [{value: DESC}], includeSynthetic: true, first: 50
      ) {
        totalCount
        nodes { value organisation { code name } period { label end } }
      }
    }
"""
_ALIAS = '{alias}: figures(metrics: ["{metric}"], includeSynthetic: true, first: 20) {{ nodes {{ ...Value }} }}'
_ALIASES = """
    query Aliases($code: OdsCode!) {{
      practice(code: $code) {{
        code name
        {aliases}
        targets(includeSynthetic: true) {{ comparator value due metric {{ code }} }}
      }}
    }}
    fragment Value on Figure {{ value period {{ label end }} }}
"""
_LIST = """
    query List($code: OdsCode!, $metrics: [String!]!) {
      practice(code: $code) {
        code name
        figures(metrics: $metrics, includeSynthetic: true, first: 240) {
          nodes { value metric { code } period { label end } }
        }
      }
    }
"""
_NAME = "query Name($code: OdsCode!) { practice(code: $code) { name } }"

# One of the practices of the sandbox that have the most targets, and a metric of each kind. The sparse one has no
# figure for some quarters.
CODE = {"code": "G82117"}
METRIC = {"metric": "sandbox_complete_percent"}
METRICS = tuple(metric.code for metric in sandbox_metrics(12))
# The alias of each of them.
ALIASES = {f"m{number}": metric for number, metric in enumerate(METRICS, 1)}


def aliases(pattern: str) -> str:
    """A pattern with `alias` and `metric`, once for each of the twelve."""
    return "\n".join(pattern.format(alias=alias, metric=metric) for alias, metric in ALIASES.items())


PRACTICE = Shape("a", "a practice, the latest figure of each metric, targets", _PRACTICE, CODE)
WIDEST = Shape("c", "networks × practices × 20 quarters", _NETWORKS, METRIC)
PAGE = Shape("d", "a filtered, ordered page of 50 and its totalCount", _PAGE, METRIC | {"over": 10}, is_ordered=True)
DASHBOARD = Shape("e", "12 metrics × 20 quarters as aliases, targets", _ALIASES.format(aliases=aliases(_ALIAS)), CODE)
TRIVIAL = Shape("h", "{ __typename }", "{ __typename }")
SHAPES = (
    PRACTICE,
    Shape("b", "180 practices, network and partnership", _PRACTICES),
    WIDEST,
    PAGE,
    DASHBOARD,
    Shape("e2", "the same figures as one list", _LIST, CODE | {"metrics": list(METRICS)}),
    TRIVIAL,
    Shape("h2", "the name of a practice", _NAME, CODE),
)
