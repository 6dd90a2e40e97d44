"""The questions of returns that have no answer yet, by name, for whoever sends a return and whoever approves it."""

from collections.abc import Collection, Mapping
from typing import Any

from starlette.requests import Request

from service.pages.showing import read

_UNANSWERED = """
r{at}: completeness(quarter: $quarter{at}, organisation: $organisation{at}) {{
  requests(
    first: 200, filter: {{organisation: {{code: {{eq: $organisation{at}}}}}, state: {{eq: NOT_STARTED}}}}
  ) {{
    nodes {{
      metric {{
        name derivedFrom {{ rolledUp(organisation: $organisation{at}, period: $quarter{at}) {{ value }} }}
      }}
    }}
  }}
}}
"""
# A return by its quarter and its organisation.
Key = tuple[str, str]
_NAMES = ("quarter", "organisation")


async def unanswered(request: Request, returns: Collection[Key]) -> Mapping[Key, list[str]]:
    """For each return the organisation's own questions without an answer, in order; but those that are worked out."""
    keys = sorted(set(returns))
    if not keys:
        return {}
    given = ", ".join(f"$quarter{at}: String!, $organisation{at}: OdsCode!" for at in range(len(keys)))
    parts = "".join(_UNANSWERED.format(at=at) for at in range(len(keys)))
    values = {f"{name}{at}": part for at, key in enumerate(keys) for name, part in zip(_NAMES, key, strict=True)}
    found = await read(request, f"query Unanswered({given}) {{ {parts} }}", **values)
    return {
        key: [each["metric"]["name"] for each in found[f"r{at}"]["requests"]["nodes"] if not _is_worked_out(each)]
        for at, key in enumerate(keys)
    }


def _is_worked_out(question: Any) -> bool:
    made = question["metric"]["derivedFrom"] and question["metric"]["derivedFrom"]["rolledUp"]
    return bool(made and made["value"] is not None)
