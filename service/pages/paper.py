"""The answer to a briefing becomes a paper: texts in runs, each number with the place of its figure in the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.briefing.changes import value_of
from service.briefing.checklist import with_outcome

# What a paper is shown by.
SHOWN = """
fragment Shown on Briefing {
  asOf title
  sections {
    heading sentences
    tables { caption columns rows }
    numbers { sentence table row column start end figure { id } }
    charts { metricCode title description svg }
    figures {
      id value qualifier revision note
      metric { code name unit } organisation { code name } period { code label end } source { title reference }
    }
  }
  doubts {
    code message figure { id metric { code } organisation { code } period { code } } issue { state comment }
  }
  targets { metricCode metricName organisationCode organisationName status reason restsOn of }
}
"""
DOCUMENT = f"""
query Briefing($asOf: Date, $board: OdsCode, $quarter: String) {{
  briefing(asOf: $asOf, board: $board, quarter: $quarter) {{ ...Shown }}
}}
{SHOWN}
"""
# What each figure of the list is shown by.
LISTED = ("No.", "Measure", "Organisation", "Period", "Value", "Revision", "Source", "Note")


@dataclass(frozen=True)
class Run:
    """A stretch of text; `figure` is the place in the list of figures, from 1, of the one that it gives."""

    text: str
    figure: int | None = None


Text = tuple[Run, ...]
# Tables with more columns than this are on pages that lie on their side.
_MOST_UPRIGHT = 6


@dataclass(frozen=True)
class Grid:
    """A table; each cell is a text."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers: each of its cells is empty, or a figure and nothing else, and one is."""
        cells = [row[column] for row in self.rows if row[column]]
        return bool(cells) and all(len(cell) == 1 and cell[0].figure is not None for cell in cells)


@dataclass(frozen=True)
class Part:
    """A section: sentences, then tables."""

    heading: str
    sentences: Sequence[Text]
    tables: Sequence[Grid]
    charts: Sequence[Mapping[str, Any]] = ()

    @property
    def is_wide(self) -> bool:
        """Whether it has a table that needs a page that lies on its side."""
        return any(len(grid.columns) > _MOST_UPRIGHT for grid in self.tables)


@dataclass(frozen=True)
class Listed:
    """A figure of the paper, as the list shows it, and the address of its history."""

    cells: Sequence[str]
    address: str


@dataclass(frozen=True)
class Paper:
    """A paper as it is printed."""

    title: str
    parts: Sequence[Part]
    doubts: Sequence[str]
    figures: Sequence[Listed]


def paper_of(briefing: Mapping[str, Any]) -> Paper:
    """The paper from the answer to `DOCUMENT`."""
    figures = {figure["id"]: figure for section in briefing["sections"] for figure in section["figures"]}
    places = {key: at for at, key in enumerate(figures, start=1)}
    return Paper(
        title=briefing["title"],
        parts=[_part(section, places) for section in briefing["sections"]],
        doubts=[with_outcome(doubt) for doubt in briefing["doubts"]],
        figures=[_listed(places[key], figure) for key, figure in figures.items()],
    )


def _part(section: Mapping[str, Any], places: Mapping[str, int]) -> Part:
    in_sentences: dict[int, list[Mapping[str, Any]]] = {}
    in_tables: dict[tuple[int, int, int], list[Mapping[str, Any]]] = {}
    for number in section["numbers"]:
        if number["sentence"] is not None:
            in_sentences.setdefault(number["sentence"], []).append(number)
        else:
            in_tables.setdefault((number["table"], number["row"], number["column"]), []).append(number)
    sentences = [_text(text, in_sentences.get(at, ()), places) for at, text in enumerate(section["sentences"])]
    grids = [
        Grid(
            table["caption"],
            table["columns"],
            [
                [_text(cell, in_tables.get((at, row, column), ()), places) for column, cell in enumerate(cells)]
                for row, cells in enumerate(table["rows"])
            ],
        )
        for at, table in enumerate(section["tables"])
    ]
    return Part(section["heading"], sentences, grids, section["charts"])


def _text(text: str, numbers: Iterable[Mapping[str, Any]], places: Mapping[str, int]) -> Text:
    runs, at = [], 0
    for number in numbers:
        given = Run(text[number["start"] : number["end"]], places[number["figure"]["id"]])
        runs += [Run(text[at : number["start"]]), given]
        at = number["end"]
    runs.append(Run(text[at:]))
    return tuple(run for run in runs if run.text)


def _listed(place: int, figure: Mapping[str, Any]) -> Listed:
    cells = (
        str(place),
        figure["metric"]["name"],
        figure["organisation"]["name"],
        figure["period"]["label"],
        value_of(figure),
        str(figure["revision"]),
        ", ".join(part for part in figure["source"].values() if part),
        figure["note"] or "",
    )
    return Listed(cells, f"/charts/{figure['metric']['code']}/{figure['organisation']['code']}")
