"""The same shapes in the words of PostGraphile: with its names for fields, and aliases where ours differ."""

from tests.performance.shapes import Shape, aliases, body

_PRACTICE = """
    query Practice($code: String!) {
      practice: practiceByCode(code: $code) {
        code name postcode
        figures: latestFigures {
          nodes {
            value numerator denominator status
            metric { code name unit direction decimals }
            period { label end }
          }
        }
        targets { nodes { comparator value upperValue due metric { code } } }
      }
    }
"""
_PRACTICES = """
    query Practices {
      practices(condition: {isSynthetic: false}, first: 200, orderBy: [SORT_NAME_ASC, ROW_ID_ASC]) {
        nodes {
          code name postcode
          primaryCareNetwork: network { code name }
          healthAndCarePartnership: partnership { code name }
        }
      }
    }
"""
_NETWORKS = """
    query Networks($metric: String!) {
      primaryCareNetworks: networks(first: 50, orderBy: [SORT_NAME_ASC, ROW_ID_ASC]) {
        nodes {
          code name
          practices(condition: {isSynthetic: false}, first: 50, orderBy: [SORT_NAME_ASC, ROW_ID_ASC]) {
            nodes {
              code name
              figures: series(metrics: [$metric], first: 20) {
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
        filter: {metric: {code: {equalTo: $metric}}, practiceExists: true, value: {greaterThan: $over}}
        orderBy: [VALUE_DESC, ROW_ID_DESC], first: 50
      ) {
        totalCount
        nodes { value organisation: practice { code name } period { label end } }
      }
    }
"""
_ALIAS = '{alias}: series(metrics: ["{metric}"], first: 20) {{ nodes {{ ...Value }} }}'
_ALIASES = """
    query Aliases($code: String!) {{
      practice: practiceByCode(code: $code) {{
        code name
        {aliases}
        targets {{ nodes {{ comparator value due metric {{ code }} }} }}
      }}
    }}
    fragment Value on Figure {{ value period {{ label end }} }}
"""
_LIST = """
    query List($code: String!, $metrics: [String!]!) {
      practice: practiceByCode(code: $code) {
        code name
        figures: series(metrics: $metrics, first: 240) {
          nodes { value metric { code } period { label end } }
        }
      }
    }
"""
_NAME = "query Name($code: String!) { practice: practiceByCode(code: $code) { name } }"

POSTGRAPHILE = {
    "a": _PRACTICE,
    "b": _PRACTICES,
    "c": _NETWORKS,
    "d": _PAGE,
    "e": _ALIASES.format(aliases=aliases(_ALIAS)),
    "e2": _LIST,
    "h": "{ __typename }",
    "h2": _NAME,
}


def postgraphile(shape: Shape) -> bytes:
    """The body of a shape's request to PostGraphile."""
    return body(POSTGRAPHILE[shape.key], shape.variables)
