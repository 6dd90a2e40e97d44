"""The three documents that are measured, from a card to the widest page that the team asks for."""

from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class Shape:
    """One document with its variables; `rows` names what it brings, for the report."""

    number: int
    rows: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The body of its HTTP request."""
        return orjson.dumps({"query": self.query, "variables": self.variables})


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
      practices(first: 177, includeClosed: true) {
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

SHAPES = (
    # One of the two practices of the sandbox that have the most targets.
    Shape(1, "a practice, its metrics and targets", _PRACTICE, {"code": "G82117"}),
    Shape(2, "177 practices, network and partnership", _PRACTICES),
    Shape(3, "networks × practices × 20 quarters", _NETWORKS, {"metric": "sandbox_complete_percent"}),
)
WIDEST = SHAPES[-1]
