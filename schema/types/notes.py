"""The figures of note among those that were published together, or are of one quarter."""

import strawberry

from schema.enumerations import Judgement, NoteKind, SpecialCause
from schema.mapping import ById, entity, field
from schema.types.figures import Figure
from schema.types.metrics import Metric
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="A figure that differs by more than chance: from those before it, or from its peers.")
class FigureOfNote:
    """A figure that differs by more than chance: from those before it, or from its peers."""

    figure: Figure = field("The figure.", ById("figure"))
    metric: Metric = field("Its metric.", ById("metric"))
    organisation: Organisation = field("The organisation that it describes.", ById("organisation"))
    kind: NoteKind = field("How it differs. A figure that differs in several ways is listed for each.")
    is_up: bool = field("Whether it is higher than expected.")
    judgement: Judgement = field("Whether that is better or worse, by the metric's direction.")
    special_causes: list[SpecialCause] = field(
        "The special causes that the figure before it did not have. Empty for other kinds."
    )
    reason: str = field("What is of note, in a sentence.")
    p: float = field("How likely something at least as far out is by chance, 0 to 1: the p-value.")
    adjusted_p: float = field(
        "The rate of false discoveries at which it would be of note, by Benjamini and Hochberg over all tests."
    )


@entity(None)
@strawberry.type(
    description="The figures of note among those that were published together, or are of one quarter. All of them are "
    "tested, so that at most 5% of those that are listed are expected to be so by chance."
)
class FiguresOfNote:
    """The figures of note among those that were published together, or are of one quarter. All of them are
    tested, so that at most 5% of those that are listed are expected to be so by chance."""

    figures: int = field("How many figures were looked at, whichever are asked for.")
    tests: int = field("How many tests there were: up to three for each figure.")
    left_out: int = field("How many figures were not looked at, because there are more than 10,000.")
    false_discovery_rate: float = field("The rate of false discoveries that is allowed: 0.05.")
    count: int = field("How many notes there are about what is asked for.")
    notes: list[FigureOfNote] = field("The notes, the most unlikely first; 500 at most.")
