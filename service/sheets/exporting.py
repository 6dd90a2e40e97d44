"""Published figures become one long table: everything of a quarter, of an organisation or of a measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from schema.errors import Refusal
from schema.periods import quarter_named
from service.answers.request import GraphQLRequest
from service.sheets.asked import Read
from service.sheets.files import our_name, slug

_FIGURES = """
query Export($filter: FigureFilter, $order: [FigureOrder!], $after: String) {
  figures(filter: $filter, orderBy: $order, first: 500, after: $after) {
    nodes {
      metric { code name unit }
      organisation { code name kind }
      period { code label start end }
      value qualifier numerator denominator lowerConfidenceLimit upperConfidenceLimit
      targets { value comparator due }
      status origin revision publishedAt note
      source { title reference }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_NAMES = """
query Names($measure: String!, $organisation: OdsCode!) {
  metric(code: $measure) { name }
  organisation(code: $organisation) { name }
}
"""
_ORDER = [{"metricCode": "ASC"}, {"organisationName": "ASC"}, {"periodEnd": "ASC"}]
# 100,000 figures: as many as one person can want, and as a spreadsheet can hold.
_MOST_PAGES = 200


class Field(NamedTuple):
    """A column of the table: its name, its kind in Frictionless's words, and what it says."""

    name: str
    kind: str
    description: str
    is_needed: bool = True


FIELDS = (
    Field("measure_code", "string", "The code of the measure."),
    Field("measure", "string", "The name of the measure."),
    Field("unit", "string", "The unit of the value. A percentage is 0 to 100; a yes is 1 and a no is 0."),
    Field("organisation_code", "string", "The ODS code of the organisation, or a code of the tracker's own."),
    Field("organisation", "string", "The name of the organisation today."),
    Field("organisation_kind", "string", "The kind of the organisation."),
    Field("period_code", "string", "The code of the period."),
    Field("period", "string", "The period in words."),
    Field("period_start", "date", "The first day of the period."),
    Field("period_end", "date", "The last day of the period."),
    Field("value", "number", "The value."),
    Field(
        "qualifier", "string", "Whether the source gave an exact number: EXACT, MORE_THAN, LESS_THAN, APPROXIMATELY."
    ),
    Field("numerator", "number", "The numerator, where the source gives one.", is_needed=False),
    Field("denominator", "number", "The denominator, where the source gives one.", is_needed=False),
    Field(
        "lower_confidence_limit", "number", "The lower 95% confidence limit that the source prints.", is_needed=False
    ),
    Field(
        "upper_confidence_limit", "number", "The upper 95% confidence limit that the source prints.", is_needed=False
    ),
    Field("target", "number", "The value of the target for the period, where there is one.", is_needed=False),
    Field("target_comparator", "string", "How figures are compared with the target.", is_needed=False),
    Field("target_due", "date", "The due date of the target.", is_needed=False),
    Field("status", "string", "Whether the figure is final (PUBLISHED) or PROVISIONAL."),
    Field("origin", "string", "Whether the figure was SENT, or DERIVED: calculated from other figures."),
    Field("revision", "integer", "1 for the first publication; each correction adds 1."),
    Field("published_at", "datetime", "When this revision was published, in UTC."),
    Field("note", "string", "A note for readers.", is_needed=False),
    Field("source", "string", "The publication that the figure comes from."),
    Field("source_reference", "string", "The section, paragraph or table of the publication.", is_needed=False),
)


@dataclass(frozen=True)
class Wanted:
    """What to export, as codes: at least one of a quarter, an organisation and a measure."""

    quarter: str | None = None
    organisation: str | None = None
    measure: str | None = None


@dataclass(frozen=True)
class Table:
    """The figures, a row for each with a cell for each of `FIELDS`; their title; and the name of their file."""

    rows: Sequence[Sequence[Any]]
    title: str
    name: str


async def exported(read: Read, wanted: Wanted) -> Table:
    """The figures that are wanted, by measure, organisation and period.

    Refusals: `page/unknown`, for a code that names nothing; `plan/too-costly`, for more than 100,000 figures.
    """
    title, parts = await _named(read, wanted)
    rows: list[Sequence[Any]] = []
    variables: dict[str, Any] = {"filter": _filter(wanted), "order": _ORDER}
    for _ in range(_MOST_PAGES):
        answer = orjson.loads(await read(GraphQLRequest(_FIGURES, variables)))["figures"]
        rows += map(_row, answer["nodes"])
        if not answer["pageInfo"]["hasNextPage"]:
            return Table(rows, title, our_name("primary-care", *parts))
        variables = {**variables, "after": answer["pageInfo"]["endCursor"]}
    raise Refusal("plan/too-costly", f"There are more than {len(rows):,} figures.")


async def _named(read: Read, wanted: Wanted) -> tuple[str, list[str]]:
    """What is wanted in words, and as parts of a file's name."""
    quarter = None if wanted.quarter is None else quarter_named(wanted.quarter)
    variables = {"measure": wanted.measure or "none", "organisation": wanted.organisation or "NONE"}
    answer = orjson.loads(await read(GraphQLRequest(_NAMES, variables)))
    measure, organisation = answer["metric"], answer["organisation"]
    found = {"quarter": quarter, "organisation": organisation, "measure": measure}
    if missing := [name for name, code in vars(wanted).items() if code is not None and found[name] is None]:
        raise Refusal("page/unknown", f"There is no such {missing[0]}.")
    words = [measure and measure["name"], organisation and organisation["name"], quarter and quarter.label]
    parts = [quarter and quarter.code, measure and slug(measure["name"]), wanted.organisation]
    return ", ".join(filter(None, words)), list(filter(None, parts))


def _filter(wanted: Wanted) -> Mapping[str, Any]:
    conditions = {
        "period": {"quarter": {"eq": wanted.quarter}} if wanted.quarter else None,
        "organisation": {"code": {"eq": wanted.organisation}} if wanted.organisation else None,
        "metric": {"code": {"eq": wanted.measure}} if wanted.measure else None,
    }
    return {name: condition for name, condition in conditions.items() if condition is not None}


def _row(figure: Any) -> Sequence[Any]:
    """The cells of a figure, in the order of the fields. Of several targets, the first counts."""
    metric, organisation, period, source = (figure[name] for name in ("metric", "organisation", "period", "source"))
    target: Mapping[str, Any] = next(iter(figure["targets"]), {})
    return (
        *(metric["code"], metric["name"], metric["unit"]),
        *(organisation["code"], organisation["name"], organisation["kind"]),
        *(period["code"], period["label"], period["start"], period["end"]),
        *(figure["value"], figure["qualifier"], figure["numerator"], figure["denominator"]),
        *(figure["lowerConfidenceLimit"], figure["upperConfidenceLimit"]),
        *(target.get("value"), target.get("comparator"), target.get("due")),
        *(figure["status"], figure["origin"], figure["revision"], figure["publishedAt"], figure["note"]),
        *(source["title"], source["reference"]),
    )
