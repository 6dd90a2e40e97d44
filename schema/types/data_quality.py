"""Data quality issues: doubts about published figures that are kept, with who looks into them and what became of it."""

import datetime as dt

import strawberry

from schema.enumerations import DataQualityState
from schema.mapping import Expression, entity, field, referred
from schema.sql.data_quality import owner_in_scope
from schema.sql.orders import ISSUE_ORDERS
from schema.tables import DataQualityIssueRow
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation


@entity(DataQualityIssueRow, orders=ISSUE_ORDERS)
@strawberry.type(description="A doubt about a published figure that is kept: who looks into it, and what became of it.")
class DataQualityIssue:
    """A doubt about a published figure that is kept: who looks into it, and what became of it."""

    code: str = field("The kind of doubt. With metric and organisation it identifies the issue.")
    metric: Metric = field("The metric of the figure in doubt.", referred("metric_id"))
    organisation: Organisation = field(
        "The organisation that the figure in doubt describes.", referred("organisation_id")
    )
    period: Period = field("The period of the figure in doubt.", referred("period_id"))
    message: str = field("What does not add up, in a sentence with the numbers. For a corrected issue, what did not.")
    state: DataQualityState = field("What has become of it. OPEN again when its numbers change after it was explained.")
    owner: str | None = field(
        "The name of the person who looks into it. Null for nobody, and outside your scope.",
        Expression(owner_in_scope),
    )
    comment: str | None = field(
        "Why the figures are right, or stay. Of an issue that is open again: what was said before."
    )
    found_at: dt.datetime = field("When it was first found.")
    changed_at: dt.datetime = field("When its numbers last changed, or it came back.")
    corrected_at: dt.datetime | None = field("When it was no longer found. Null while it is.")
    version: int = field("Increases with every change. Send it back as `expectedVersion`.")
    written_at: dt.datetime | None = field("When somebody last decided something about it. Null while nobody has.")
