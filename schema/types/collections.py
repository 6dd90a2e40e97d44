"""Which figures are due in a quarter, and which are reported."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.enumerations import OrganisationKind, RequestState
from schema.mapping import Derived, Expression, Pages, entity, field, field_with_arguments, referred
from schema.sql.collections import missing_figures, quarter_code, request_counts, requests
from schema.sql.orders import REQUEST_ORDERS
from schema.sql.sandbox import is_made_up
from schema.tables import CollectionRow
from schema.types.filters import RequestWhere
from schema.types.metrics import Metric
from schema.types.orders import RequestSort
from schema.types.organisations import Organisation
from schema.types.paging import Connection
from schema.types.scalars import After, Before, First, Last


@entity(CollectionRow, made_up=is_made_up)
@strawberry.type(
    description="A metric that every organisation of a kind within a group is asked for, in some quarters."
)
class Collection:
    """A metric that every organisation of a kind within a group is asked for, in some quarters."""

    metric: Metric = field("The metric.", referred("metric_id"))
    kind: OrganisationKind = field("The kind of organisation that is asked.")
    within: Organisation = field(
        "The group whose members are asked, or the one organisation that is.",
        referred("within_id"),
    )
    first_quarter: str = field(
        "The first quarter for which it is asked for.", Expression(lambda row, _: quarter_code(row.c.starts))
    )
    last_quarter: str | None = field(
        "The last quarter for which it is asked for. Null: it continues.",
        Expression(lambda row, _: quarter_code(row.c.ends)),
    )
    quarters: list[int] = field("The quarters of the year for which it is asked for, 1 to 4.")
    due_days: int | None = field(
        "The number of days after the quarter's last day by which it is due. Null: the quarter's deadline."
    )


@entity(None)
@strawberry.type(description="A figure that is due in a quarter and not reported.")
class MissingFigure:
    """A figure that is due in a quarter and not reported."""

    metric: Metric = field("The metric.", referred("metric_id"))
    organisation: Organisation = field("The organisation that should report it.", referred("organisation_id"))


@entity(None, orders=REQUEST_ORDERS)
@strawberry.type(
    description="A figure that an organisation is asked for in a quarter, and how far its answer has come."
)
class FigureRequest:
    """A figure that an organisation is asked for, and how far its answer has come."""

    metric: Metric = field("The metric.", referred("metric_id"))
    organisation: Organisation = field("The organisation that is asked.", referred("organisation_id"))
    state: RequestState = field("How far the answer has come.")
    due_on: dt.date | None = field("The last date on which the answer is on time. Null when none is set.")
    is_late: bool = field(
        "Whether it was first submitted after that date, or has not been submitted and the date has passed. A later "
        "correction does not make it late. Until it is published, you see in your scope only when it was submitted."
    )


@entity(None)
@strawberry.type(description="How many requests are in each state.")
class RequestCounts:
    """How many requests are in each state."""

    not_started: int = field("Nothing has been sent.")
    draft: int = field("In a draft.")
    submitted: int = field("Submitted, and not published yet.")
    returned: int = field("Returned to the person who sent it.")
    published: int = field("Answered with a figure.")
    nil_returns: int = field("Answered with a nil return.")
    exempt: int = field("Exempt from answering.")
    late: int = field("Late, in any state.")


@entity(None)
@strawberry.type(description="How many requests to one organisation are in each state.")
class OrganisationRequests(RequestCounts):
    """How many requests to one organisation are in each state."""

    organisation: Organisation = field("The organisation that is asked.", referred("organisation_id"))


@entity(None)
@strawberry.type(description="How many requests for one metric are in each state.")
class MetricRequests(RequestCounts):
    """How many requests for one metric are in each state."""

    metric: Metric = field("The metric.", referred("metric_id"))


@entity(None)
@strawberry.type(description="How many figures are due in a quarter, how many are reported, and the deadlines.")
class Completeness:
    """How many figures are due in a quarter, how many are reported, and the deadlines."""

    quarter: str = field("The code of the quarter.")
    expected: int = field("How many figures are due: one for each metric and organisation, without exemptions.")
    reported: int = field(
        "How many are reported for the quarter, as a published figure or a nil return. An import for a day within the "
        "quarter, such as the figures of a paper, reports nothing."
    )
    nil_returns: int = field("How many of the reported ones are nil returns.")
    percent: float = field("Reported as a percentage of expected. 100 when nothing is due.")
    opens_on: dt.date | None = field(
        "The first date on which figures are accepted. Null means the first day of the quarter."
    )
    soft_deadline: dt.date | None = field("The last date on which figures are on time. Null when none is set.")
    hard_deadline: dt.date | None = field("The last date on which figures are accepted. Null when none is set.")
    missing: list[MissingFigure] = field(
        "The figures that are not reported, by organisation and metric. `requests` has them in pages, with states.",
        Derived(missing_figures, size=500, planning=3_000),
        deprecated="Since 27 November 2026. It has no pages. Use `requests` with a filter on `state`.",
    )
    counts: RequestCounts = field(
        "How many requests are in each state.", Derived(request_counts(None), size=1, planning=5_000)
    )
    by_organisation: list[OrganisationRequests] = field(
        "The same for each organisation that is asked.",
        Derived(request_counts("organisation_id"), size=250, planning=5_000),
    )
    by_metric: list[MetricRequests] = field(
        "The same for each metric that is asked for.", Derived(request_counts("metric_id"), size=80, planning=5_000)
    )

    @field_with_arguments(Pages(rows=requests))
    def requests(
        self,
        filter: RequestWhere = UNSET,  # noqa: A002
        order_by: RequestSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[FigureRequest]:
        """Every figure that is asked for, also of organisations that are exempt."""
