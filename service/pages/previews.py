"""A command that is not carried out becomes what it would change: figures, the status of targets, the paper.

The same document is read before and after the command, in a transaction that is rolled back. No reader sees any of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import orjson
from starlette.requests import Request

from schema.enumerations import Comparator, Unit
from service.answers.answers import Answers
from service.answers.rehearsals import Look
from service.answers.request import GraphQLRequest
from service.pages.frame import VALUE, day_words
from service.statistics.sentences import number

_TARGETS = """
totalCount pageInfo { hasNextPage endCursor }
nodes {
  id comparator value upperValue due milestones { due value }
  metric { code name unit } organisation { code name } current { status reason }
}
"""
# Of what is published by the command, and of nothing else.
_MOVED = (
    "includeSynthetic: true, filter: {publishedAt: {gte: $since}, status: {in: [PUBLISHED, PROVISIONAL, WITHDRAWN]}"
)
_DOCUMENT = f"""
query Preview($since: DateTime!, $board: OdsCode, $paper: Boolean!) {{
  figures(first: 500, {_MOVED}}}, orderBy: [{{organisationName: ASC}}]) {{
    totalCount
    nodes {{
      id origin revision {VALUE} status
      metric {{ code name unit }} organisation {{ code name }} period {{ label }}
      revisions {{ revision value qualifier status }}
    }}
  }}
  targets(first: 500) {{ {_TARGETS} }}
  briefing(board: $board) @include(if: $paper) {{ sections {{ heading sentences tables {{ caption columns rows }} }} }}
}}
"""
_LATER_TARGETS = f"query LaterTargets($after: String!) {{ targets(first: 500, after: $after) {{ {_TARGETS} }} }}"
# In the place of an instant that is not known yet, where a query is planned.
_LONG_AGO = "2000-01-01T00:00:00Z"
# They are compared while commands wait.
_MOST_TARGETS = 2_500
_OF_ONE = f"""
query Moved($since: DateTime!, $organisation: OdsCode!) {{
  figures(first: 500, {_MOVED}, organisation: {{code: {{eq: $organisation}}}}}}) {{ nodes {{ metric {{ code }} }} }}
}}
"""
# The same, with charts of an organisation: a document cannot ask for one without its code.
_WITH_CHARTS = _DOCUMENT.replace(
    "$paper: Boolean!) {", "$paper: Boolean!, $drawn: OdsCode!, $metrics: [String!]!) {"
).replace("  figures(", "  organisation(code: $drawn) { seriesOf(metrics: $metrics) { svg } }\n  figures(", 1)

COMPARATORS: Mapping[str, str] = {
    Comparator.AT_LEAST: "at least",
    Comparator.MORE_THAN: "more than",
    Comparator.AT_MOST: "at most",
    Comparator.LESS_THAN: "less than",
    Comparator.EXACTLY: "exactly",
    Comparator.BETWEEN: "between",
}


@dataclass(frozen=True)
class Passage:
    """A part of the paper that would change: what it says, and what it would say. Empty where there is none."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class Drawn:
    """The measures whose charts of an organisation are drawn, by their codes."""

    organisation: str
    metrics: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """What a command would change, and what is wrong with it."""

    problems: Sequence[Mapping[str, Any]]
    outcome: Mapping[str, Any]
    # Figures with the values that they have and would have: None where there is none.
    figures: Sequence[Mapping[str, Any]]
    # Targets with their status and reason before and after.
    targets: Sequence[Mapping[str, Any]]
    passages: Sequence[Passage]
    # Charts that would change, as SVG: as they are, and as they would be.
    charts: Sequence[tuple[str, str]]
    # How many figures would change that are not listed, and how many targets were not compared.
    more_figures: int = 0
    more_targets: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether readers would see no change."""
        return not (self.figures or self.targets or self.passages or self.charts or self.more_targets)

    @property
    def counts(self) -> Sequence[tuple[str, str]]:
        """How much would change, in words, with the id of the part of the page that shows it."""
        kinds = (
            ("figures", len(self.figures) + self.more_figures, "figure"),
            ("targets", len(self.targets), "target"),
            ("charts", len(self.charts), "chart"),
            ("paper", len(self.passages), "line of the paper"),
        )
        plural = {"line of the paper": "lines of the paper"}
        return [(at, f"{n:,} {one if n == 1 else plural.get(one, f'{one}s')}") for at, n, one in kinds if n]

    @property
    def sections(self) -> Mapping[str, Sequence[Passage]]:
        """The passages by the headings of their sections, in the order of the paper."""
        found = defaultdict(list)
        for each in self.passages:
            found[each.heading].append(each)
        return found


async def preview_of(
    request: Request, mutation: str, given: Any, *, paper_of: str | None = None, drawn: Drawn | None = None
) -> Preview:
    """What a mutation with one `$input` would change, with the paper of a board and charts where they are named.

    Refusals: those of the mutation, and `page/busy`.
    """
    asked: dict[str, Any] = {"board": paper_of, "paper": paper_of is not None}
    if drawn is not None:
        asked |= {"drawn": drawn.organisation, "metrics": list(drawn.metrics)}

    document = _DOCUMENT if drawn is None else _WITH_CHARTS
    planned = [GraphQLRequest(document, {**asked, "since": _LONG_AGO}), GraphQLRequest(_LATER_TARGETS, {"after": ""})]

    async def see(look: Look, at: dt.datetime) -> Any:
        data = orjson.loads(await look(GraphQLRequest(document, {**asked, "since": at.isoformat()})))
        nodes, page = data["targets"]["nodes"], data["targets"]["pageInfo"]
        while page["hasNextPage"] and len(nodes) < _MOST_TARGETS:
            later = orjson.loads(await look(GraphQLRequest(_LATER_TARGETS, {"after": page["endCursor"]})))["targets"]
            nodes += later["nodes"]
            page = later["pageInfo"]
        return data

    commanded = GraphQLRequest(mutation, {"input": given})
    before, outcome, after = await Answers.of(request).rehearse(request, commanded, see, planned=planned)
    figures = _figures(before["figures"]["nodes"], after["figures"]["nodes"])
    return Preview(
        problems=outcome["problems"],
        outcome=outcome,
        figures=figures,
        targets=_targets(before["targets"]["nodes"], after["targets"]["nodes"]),
        passages=[*_passages(before.get("briefing"), after.get("briefing"))],
        charts=[pair for pair in zip(_charts(before), _charts(after), strict=True) if pair[0] != pair[1]],
        more_figures=after["figures"]["totalCount"] - before["figures"]["totalCount"] - len(figures),
        more_targets=after["targets"]["totalCount"] - len(after["targets"]["nodes"]),
    )


async def metrics_moved(request: Request, mutation: str, given: Any, organisation: str) -> list[str]:
    """The codes of the measures of which a mutation would change a figure of an organisation, in their order.

    Only so is it known what it would calculate. Refusals: those of `preview_of`.
    """

    async def see(look: Look, at: dt.datetime) -> Any:
        asked = {"since": at.isoformat(), "organisation": organisation}
        return orjson.loads(await look(GraphQLRequest(_OF_ONE, asked)))["figures"]["nodes"]

    planned = [GraphQLRequest(_OF_ONE, {"since": _LONG_AGO, "organisation": organisation})]
    commanded = GraphQLRequest(mutation, {"input": given})
    found = await Answers.of(request).rehearse(request, commanded, see, planned=planned)
    return sorted({each["metric"]["code"] for each in found.after})


def _charts(data: Mapping[str, Any]) -> list[str]:
    found = data.get("organisation")
    return [each["svg"] for each in found["seriesOf"]] if found else []


def _figures(before: Iterable[Any], after: Iterable[Any]) -> list[Mapping[str, Any]]:
    known = {(each["id"], each["revision"]) for each in before}
    return [_moved(each) for each in after if (each["id"], each["revision"]) not in known]


def _moved(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    earlier = [each for each in figure["revisions"] if each["revision"] == figure["revision"] - 1]
    was = earlier[0] if earlier and earlier[0]["status"] != "WITHDRAWN" else None
    return {**figure, "was": was, "will_be": None if figure["status"] == "WITHDRAWN" else figure}


def _targets(before: Iterable[Any], after: Iterable[Any]) -> list[Mapping[str, Any]]:
    old = {each["id"]: each for each in before}
    return [
        {**each, "before": old.get(each["id"], {}).get("current"), "asks": _asks(each)}
        for each in after
        if old.get(each["id"]) != each
    ]


def _asks(target: Mapping[str, Any]) -> str:
    """What a target asks for: "at least 95% by 31 March 2030; on the way, 80% by 31 March 2028"."""
    unit = Unit(target["metric"]["unit"])
    goal = f"{COMPARATORS[target['comparator']]} {number(unit, target['value'])}"
    goal += f" and {number(unit, target['upperValue'])}" if target["upperValue"] is not None else ""
    goal += f" by {day_words(target['due'])}" if target["due"] else ""
    way = [f"{number(unit, each['value'])} by {day_words(each['due'])}" for each in target["milestones"]]
    return "; on the way, ".join(part for part in (goal, ", ".join(way)) if part)


def _passages(before: Any, after: Any) -> Iterable[Passage]:
    """The sentences and rows that differ, in the order of the paper, each next to what stands in its place.

    A section that would be gone stands where it was.
    """
    old, new = _by_heading(before), _by_heading(after)
    for heading in _in_order([*old], [*new]):
        was, is_now = old.get(heading, []), new.get(heading, [])
        for kind, first, last, start, end in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
            if kind != "equal":
                yield from _pairs(heading, was[first:last], is_now[start:end])


def _by_heading(paper: Any) -> Mapping[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for each in paper["sections"] if paper else ():
        found[each["heading"]] += _lines(each)
    return found


def _in_order(was: Sequence[str], is_now: Sequence[str]) -> Iterable[str]:
    """All headings of two papers, each once."""
    listed = dict[str, None]()
    for _, first, last, start, end in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
        listed |= dict.fromkeys([*was[first:last], *is_now[start:end]])
    return listed


def _pairs(heading: str, was: Sequence[str], is_now: Sequence[str]) -> Iterable[Passage]:
    for at in range(max(len(was), len(is_now))):
        yield Passage(heading, was[at] if at < len(was) else "", is_now[at] if at < len(is_now) else "")


def _lines(section: Mapping[str, Any]) -> list[str]:
    """The sentences of a section, and each row of its tables as one line."""
    rows = [f"{table['caption']}: {', '.join(row)}" for table in section["tables"] for row in table["rows"]]
    return [*section["sentences"], *rows]
