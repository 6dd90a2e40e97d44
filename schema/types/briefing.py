"""The committee paper as it stood on a day: sections of sentences and tables, and what does not add up in it."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.mapping import Picked, entity, field
from schema.types.briefing_data import spoken_of
from schema.types.figures import Figure

AsOf = Annotated[
    dt.date | None, strawberry.argument(description="Speak of what was known at the end of this day; today.")
]


@entity(None)
@strawberry.type(description="A table of a paper.")
class BriefingTable:
    """A table of a paper."""

    caption: str = field("What it shows.")
    columns: list[str] = field("The head of each column.")
    rows: list[list[str]] = field("Its rows: a text for each column, empty where nothing is known.")


@entity(None)
@strawberry.type(description="A number of a section that is a figure, and where it stands.")
class BriefingNumber:
    """A number of a section that is a figure, and where it stands."""

    text: str = field("The number as it is written, with its hedge and its unit.")
    sentence: int | None = field("Its sentence, from 0; null when it stands in a table.")
    table: int | None = field("Its table, from 0; null when it stands in a sentence.")
    row: int | None = field("Its row in the table, from 0.")
    column: int | None = field("Its column in the table, from 0.")
    start: int = field("Where it starts in the sentence or cell: how many characters stand before it.")
    end: int = field("Where it ends: how many characters stand before its end.")
    figure: Figure = field(
        "The figure, as it was known on the paper's day; of a change that nobody published, the later of the two.",
        Picked(spoken_of),
    )


@entity(None)
@strawberry.type(description="One section of a paper.")
class BriefingSection:
    """One section of a paper."""

    heading: str = field("Its heading.")
    sentences: list[str] = field("Its sentences, with the numbers of the figures in them.")
    tables: list[BriefingTable] = field("Its tables, which stand below the sentences.")
    numbers: list[BriefingNumber] = field(
        "Every number in it that is a figure: those of the sentences first, in the order of reading."
    )
    figures: list[Figure] = field(
        "The figures that it speaks of, each once, as they were known on the paper's day.", Picked(spoken_of)
    )


@entity(None)
@strawberry.type(description="A published number that does not add up: data about it, never a refusal.")
class Doubt:
    """A published number that does not add up: data about it, never a refusal."""

    code: str = field("What does not add up; the list of codes has a remedy for each.")
    message: str = field("What does not add up, in a sentence with the numbers.")
    figure: Figure | None = field("The figure that is doubted, as it was known on the paper's day.", Picked(spoken_of))


@entity(None)
@strawberry.type(description="The committee paper, rebuilt from what was known at the end of a day.")
class Briefing:
    """The committee paper, rebuilt from what was known at the end of a day."""

    as_of: dt.date = field("The day.")
    title: str = field("Its title.")
    sections: list[BriefingSection] = field("Its sections, in order; a section of which nothing is known is left out.")
    doubts: list[Doubt] = field("What does not add up in its figures.")
