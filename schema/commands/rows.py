"""What became of each row that a command was sent, or checked."""

import strawberry
from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSON

from schema.commands.declaring import thing
from schema.commands.problems import Problem
from schema.enumerations import RowOutcome
from schema.mapping import RequestRows, entity, field
from schema.types.figures import Figure

ON_CONFLICT = (
    "What to do when rows cannot go on, because others have published their figures or a finding is open. "
    "With SKIP they are left out: `rows` names them. Default: REFUSE."
)
ROWS = "What became of each row, in order. Empty when nothing was done."
ROW_RESULTS = RequestRows("row_results", hidden=(("figure_id", BigInteger()), ("problems", JSON())))


@entity(None)
@strawberry.type(description="What became of one row.")
class RowResult:
    """What became of one row."""

    row: int = field("Its place in the list that was sent, counted from 0.")
    metric_code: str = field("The metric's code, as sent.")
    organisation_code: str = field("The organisation's code, as sent.")
    period_code: str = field("The period's code, or what was sent if it is not a period.")
    outcome: RowOutcome = field("What became of it.")
    figure: Figure | None = field("The published figure; null while there is none.", thing("figure"))
    problems: list[Problem] = field(
        "The open findings about it: why it was skipped, or what holds it.", RequestRows("problems")
    )
