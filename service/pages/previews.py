"""A command that is not carried out becomes what it would change: figures, the status of targets, the paper.

The same document is read before and after the command, in a transaction that is rolled back. No reader sees any of it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import orjson
from starlette.requests import Request

from schema.enumerations import Comparator, Unit
from service.answers.answers import Answers
from service.answers.request import GraphQLRequest
from service.pages.frame import day_words
from service.statistics.sentences import number

_DOCUMENT = """
query Preview($since: DateTime!, $board: OdsCode, $paper: Boolean!) {
  figures(
    first: 500, includeSynthetic: true
    filter: {publishedAt: {gte: $since}, status: {in: [PUBLISHED, PROVISIONAL, WITHDRAWN]}}
    orderBy: [{organisationName: ASC}]
  ) {
    totalCount
    nodes {
      id origin revision value qualifier status metric { code name unit } organisation { code name } period { label }
      revisions { revision value qualifier status }
    }
  }
  targets(first: 500) {
    nodes {
      id comparator value upperValue due milestones { due value }
      metric { code name unit } organisation { code name } current { status reason }
    }
  }
  briefing(board: $board) @include(if: $paper) { sections { heading sentences tables { caption columns rows } } }
}
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

    @property
    def is_empty(self) -> bool:
        """Whether readers would see no change."""
        return not (self.figures or self.targets or self.passages or self.charts)


async def preview_of(
    request: Request, mutation: str, given: Any, *, paper_of: str | None = None, drawn: Drawn | None = None
) -> Preview:
    """What a mutation with one `$input` would change, with the paper of a board and charts where they are named."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    variables: dict[str, Any] = {"since": since.isoformat(), "board": paper_of, "paper": paper_of is not None}
    if drawn is not None:
        variables |= {"drawn": drawn.organisation, "metrics": list(drawn.metrics)}
    seen = GraphQLRequest(_DOCUMENT if drawn is None else _WITH_CHARTS, variables)
    found = await Answers.of(request).rehearse(request, GraphQLRequest(mutation, {"input": given}), seen)
    before, after = orjson.loads(found.before), orjson.loads(found.after)
    return Preview(
        problems=found.outcome["problems"],
        outcome=found.outcome,
        figures=_figures(before["figures"]["nodes"], after["figures"]["nodes"]),
        targets=_targets(before["targets"]["nodes"], after["targets"]["nodes"]),
        passages=[*_passages(before.get("briefing"), after.get("briefing"))],
        charts=[pair for pair in zip(_charts(before), _charts(after), strict=True) if pair[0] != pair[1]],
    )


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
    """The sentences and rows that differ, in the order of the paper, each next to what stands in its place."""
    old = {each["heading"]: _lines(each) for each in before["sections"]} if before else {}
    for section in after["sections"] if after else ():
        was, is_now = old.get(section["heading"], []), _lines(section)
        for kind, first, last, start, end in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
            if kind != "equal":
                yield from _pairs(section["heading"], was[first:last], is_now[start:end])


def _pairs(heading: str, was: Sequence[str], is_now: Sequence[str]) -> Iterable[Passage]:
    for at in range(max(len(was), len(is_now))):
        yield Passage(heading, was[at] if at < len(was) else "", is_now[at] if at < len(is_now) else "")


def _lines(section: Mapping[str, Any]) -> list[str]:
    """The sentences of a section, and each row of its tables as one line."""
    rows = [f"{table['caption']}: {', '.join(row)}" for table in section["tables"] for row in table["rows"]]
    return [*section["sentences"], *rows]
