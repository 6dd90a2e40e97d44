"""The committee paper of a board for a day: sections of sentences and tables, and doubts about its figures."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.enumerations import TargetStatus
from schema.mapping import Picked, entity, field, naming
from schema.sql.briefing_figures import mentioned_figures
from schema.sql.data_quality import kept_issues
from schema.tables import OrganisationRow
from schema.types.figures import Figure
from schema.types.scalars import OdsCode

if TYPE_CHECKING:
    from schema.types.data_quality import DataQualityIssue

AsOf = Annotated[
    dt.date | None,
    strawberry.argument(description="Use data known at the end of this date, in everything below. Default: today."),
]

Board = Annotated[
    OdsCode | None,
    naming(OrganisationRow, "The integrated care board (ICB). Default: the first ICB that has an outline."),
]

Quarter = Annotated[
    str | None,
    strawberry.argument(
        description="The paper of a quarter: with figures of periods that end by its last day, and judged on that day. "
        "Default: all that is known by the date."
    ),
]


@entity(None)
@strawberry.type(description="A table of a paper.")
class BriefingTable:
    """A table of a paper."""

    caption: str = field("What it shows.")
    columns: list[str] = field("The heading of each column.")
    rows: list[list[str]] = field("Its rows: a text for each column, empty if nothing is known.")


@entity(None)
@strawberry.type(description="A number in a section that is a figure, with its position.")
class BriefingNumber:
    """A number in a section that is a figure, with its position."""

    text: str = field("The number as written, with its qualifier and unit: “over 11 million”.")
    sentence: int | None = field("The position of its sentence, from 0; null if it is in a table.")
    table: int | None = field("The position of its table, from 0; null if it is in a sentence.")
    row: int | None = field("Its row in the table, from 0; null if it is in a sentence.")
    column: int | None = field("Its column in the table, from 0; null if it is in a sentence.")
    start: int = field("How many characters of the sentence or cell come before it.")
    end: int = field("How many characters of the sentence or cell come before its end.")
    figure: Figure = field(
        "The figure as known on the paper's day. For a change that nobody published: the later of its two figures.",
        Picked(mentioned_figures),
    )


@entity(None)
@strawberry.type(description="A chart of the ICB's figures for one metric.")
class BriefingChart:
    """A chart of the ICB's figures for one metric."""

    metric_code: str = field("The code of the metric.")
    title: str = field("The name of the metric.")
    description: str = field("What it shows, for people who cannot see it.")
    svg: str = field("The chart, as an SVG document.")


@entity(None)
@strawberry.type(description="A section of a paper.")
class BriefingSection:
    """A section of a paper."""

    heading: str = field("Its heading.")
    sentences: list[str] = field("Its sentences.")
    tables: list[BriefingTable] = field("Its tables, which follow the sentences.")
    numbers: list[BriefingNumber] = field(
        "Every number in it that is a figure, in reading order: sentences first, then tables."
    )
    charts: list[BriefingChart] = field("Its charts: at most two, of metrics with three figures or more.")
    figures: list[Figure] = field("Its figures, each once, as known on the paper's day.", Picked(mentioned_figures))


@entity(None)
@strawberry.type(description="A published number that does not add up.")
class Doubt:
    """A published number that does not add up."""

    code: str = field("The kind of doubt. The list of codes has a remedy for each.")
    message: str = field("What does not add up, in a sentence with the numbers.")
    figure: Figure | None = field("The figure in doubt, as known on the paper's day.", Picked(mentioned_figures))
    issue: Annotated["DataQualityIssue", strawberry.lazy("schema.types.data_quality")] | None = field(
        "What is kept about it: who looks into it, and what became of it. Null before the service has noted it.",
        Picked(kept_issues),
    )


@entity(None)
@strawberry.type(description="The status of a target on the paper's day.")
class BriefingTarget:
    """The status of a target on the paper's day."""

    metric_code: str = field("The code of the metric.")
    metric_name: str = field("Its name.")
    organisation_code: str = field("The code of the organisation that should meet it.")
    organisation_name: str = field("Its name on that day.")
    status: TargetStatus = field("The status.")
    reason: str = field("The reason for it, in a sentence.")
    rests_on: int | None = field("From how many members' figures its figure was calculated. Null if not from members.")
    of: int | None = field("Of how many members that is. Null if not from members.")


@entity(None)
@strawberry.type(description="A board's committee paper, rebuilt from data known at the end of a date.")
class Briefing:
    """A board's committee paper, rebuilt from data known at the end of a date."""

    as_of: dt.date = field("The date; in the paper of a quarter that has ended, its last day.")
    title: str = field("Its title.")
    sections: list[BriefingSection] = field("Its sections, in order. A section with no known figures is left out.")
    doubts: list[Doubt] = field("What does not add up in its figures.")
    targets: list[BriefingTarget] = field("Every target that it lists, by metric and organisation.")
