"""The files of `seeds/` become rows, each cell read as what its column holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from schema.enumerations import (
    Comparator,
    Counts,
    Direction,
    OrganisationKind,
    PopulationTrait,
    Qualifier,
    RollUp,
    TargetKind,
    Unit,
)
from schema.errors import Refusal
from schema.ods_codes import ods_code
from schema.papers import Baseline, OutlineKind
from schema.periods import Period, parsed
from schema.tables import MEASURED, NUMBERS
from service.importers.rows import Cell, Row, day, list_of, member_of, number, optional, read, whole, words, yes_or_no


@dataclass(frozen=True)
class Seeds:
    """One row of a file in each row here; the figures of practices are among the figures."""

    sources: list[Row]
    organisations: list[Row]
    memberships: list[Row]
    themes: list[Row]
    metrics: list[Row]
    collections: list[Row]
    figures: list[Row]
    targets: list[Row]
    paper: list[Row]


def seeds_in(folder: Traversable) -> Seeds:
    """All rows of a folder's files, not yet compared with each other. Refusals: `BadRow`."""
    files = {file: read(folder, f"{file}.csv", columns) for file, columns in _COLUMNS.items()}
    of_practices = [_as_figure(row) for row in files.pop("practice_figures")]
    return Seeds(**{**files, "figures": files["figures"] + of_practices})


def _code(written: str) -> str:
    try:
        return ods_code(written)
    except Refusal as refusal:
        raise ValueError("is not an organisation code") from refusal


def _period(written: str) -> Period:
    try:
        return parsed(written)
    except Refusal as refusal:
        raise ValueError("is not a period") from refusal


def _measured(column: str) -> Cell:
    """The reader of a column that says something about the figure of a row."""
    if column == "qualifier":
        return member_of(Qualifier)
    if column in NUMBERS:
        return number if column == "value" else optional(number)
    return optional(words)


_COLUMNS: Mapping[str, Mapping[str, Cell]] = {
    "sources": {
        "code": words,
        "title": words,
        "reference": optional(words),
        "url": optional(words),
        "published_on": optional(day),
    },
    "organisations": {
        "kind": member_of(OrganisationKind),
        "code": _code,
        "name": words,
        "postcode": optional(words),
        "opened_on": optional(day),
        "closed_on": optional(day),
        "source": words,
    },
    "memberships": {
        "member_code": _code,
        "group_code": _code,
        "starts": optional(day),
        "ends": optional(day),
        "source": words,
    },
    "themes": {"code": words, "name": words, "position": whole},
    "metrics": {
        "code": words,
        "name": words,
        "description": words,
        "theme": words,
        "unit": member_of(Unit),
        "direction": member_of(Direction),
        "counts": member_of(Counts),
        "decimals": whole,
        "minimum": optional(number),
        "maximum": optional(number),
        "collected_from": list_of(member_of(OrganisationKind)),
        "numerator_label": optional(words),
        "denominator_label": optional(words),
        "denominator_metric": optional(words),
        "tolerance": optional(number),
        "roll_up": member_of(RollUp),
        "source": words,
        "part_of": optional(words),
        "change_of": optional(words),
        "change_since": optional(member_of(Baseline)),
        "difference_of": optional(words),
        "derived_from": optional(words),
        "derived_by": optional(member_of(RollUp)),
        "counted_by": optional(words),
        "parts_are_whole": yes_or_no,
        "counts_organisations": optional(member_of(OrganisationKind)),
        "population_trait": optional(member_of(PopulationTrait)),
    },
    "collections": {
        "metric": words,
        "kind": member_of(OrganisationKind),
        "within": _code,
        "starts": day,
        "ends": optional(day),
        "quarters": list_of(whole),
        "due_days": optional(whole),
        "source": words,
    },
    "figures": {
        "metric": words,
        "organisation": _code,
        "period": _period,
        **{column: _measured(column) for column in MEASURED},
        "source": words,
    },
    "targets": {
        "metric": words,
        "organisation": _code,
        "comparator": member_of(Comparator),
        "value": number,
        "upper_value": optional(number),
        "baseline": optional(number),
        "baseline_on": optional(day),
        "start": optional(day),
        "due": optional(day),
        "kind": optional(member_of(TargetKind)),
        "source": words,
        "reason": words,
    },
    "practice_figures": {"metric": words, "organisation": _code, "on": day, "value": number, "source": words},
    "paper": {
        "board": _code,
        "position": whole,
        "section": optional(words),
        "kind": member_of(OutlineKind),
        "words": words,
        "heading": optional(words),
        "metric": optional(words),
    },
}


def _as_figure(row: Row) -> Row:
    """A count of one day as a row of the figures."""
    figure = {
        **dict.fromkeys(_COLUMNS["figures"]),
        **row.without("on"),
        "period": parsed(row["on"].isoformat()),
        "qualifier": Qualifier.EXACT,
    }
    return Row(row.file, row.line, figure)
