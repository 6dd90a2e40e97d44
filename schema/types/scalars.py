"""Scalars: values that are checked on the way in, and printed one way on the way out."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, NewType

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped

from schema import ods_codes
from schema.enumerations import Frequency, TargetStatus
from schema.errors import Refusal
from schema.mapping import naming
from schema.tables import MetricRow

OdsCode = NewType("OdsCode", str)


def _ods_code(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("An organisation code is a string.")
    try:
        return ods_codes.ods_code(value)
    except Refusal as refusal:
        raise GraphQLError(refusal.message, extensions=refusal.extensions) from refusal


def _date(value: Any) -> dt.date:
    # fromisoformat also reads 20250131 and 2025-W05-5; one spelling is enough.
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError(f"{str(value)[:40]!r} is not a date: write it as 2025-01-31.")


def _date_time(value: Any) -> dt.datetime:
    if isinstance(value, str) and "T" in value.upper():
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            try:
                return moment.astimezone(dt.UTC)
            except OverflowError:
                pass
    raise GraphQLError(f"{str(value)[:40]!r} is not an instant: write it as 2025-01-31T09:30:00Z, with its time zone.")


def _literal(parse: Callable[[Any], Any]) -> Callable[..., Any]:
    """How to read a value that a document spells out: what is wrong with it says where it is."""

    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as wrong:
            raise GraphQLError(wrong.message, node, extensions=wrong.extensions) from wrong

    return parse_literal


def instant(moment: dt.datetime) -> str:
    """An instant as it is printed: UTC, six decimals, so that `asKnownAt` can be exactly that instant."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# The internet standard's `full-date` and `date-time`.
_RFC_3339 = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"

SCALARS: dict[object, Any] = {
    OdsCode: strawberry.scalar(
        name="OdsCode",
        description="An ODS code, upper case: practice G82002, PCN U34235, ICB QKS, region Y59.",
        specified_by_url="https://digital.nhs.uk/services/organisation-data-service",
        serialize=str,
        parse_value=_ods_code,
        parse_literal=_literal(_ods_code),
    ),
    dt.date: strawberry.scalar(
        name="Date",
        description="A date, such as 2025-01-31.",
        specified_by_url=_RFC_3339,
        serialize=lambda day: day if isinstance(day, str) else day.isoformat(),
        parse_value=_date,
        parse_literal=_literal(_date),
    ),
    dt.datetime: strawberry.scalar(
        name="DateTime",
        description="A date and time, such as 2025-01-31T09:30:00.000000Z. Send it with a time zone.",
        specified_by_url=_RFC_3339,
        serialize=lambda moment: moment if isinstance(moment, str) else instant(moment),
        parse_value=_date_time,
        parse_literal=_literal(_date_time),
    ),
}

# Arguments that many fields take, each described once.
AnyId = Annotated[strawberry.ID, strawberry.argument(description="An id from this API.")]
On = Annotated[
    dt.date | None,
    strawberry.argument(
        description="The date to answer for, here and in everything below. Default: the nearest date above, or today."
    ),
]
IncludeClosed = Annotated[
    bool | None,
    strawberry.argument(
        description="Also organisations that had closed, or left their groups, by the date. "
        "They are listed in the groups of their last day."
    ),
]
IncludeClosedInLatest = Annotated[
    bool | None,
    strawberry.argument(description="In the latest, also figures of organisations that had closed by the date."),
]
IncludeSynthetic = Annotated[bool | None, strawberry.argument(description="Also what is made up for the sandbox.")]
IncludeInformation = Annotated[bool | None, strawberry.argument(description="Also what is for information only.")]
AsKnownAt = Annotated[
    dt.datetime | None,
    strawberry.argument(
        description="Answer with what was known at this time, without later revisions, here and in everything below. "
        "Default: the nearest time above, or now."
    ),
]
From = Annotated[
    dt.date | None,
    strawberry.argument(name="from", description="Only periods that end on or after this date."),
]
To = Annotated[
    dt.date | None,
    strawberry.argument(description="Only periods that end on or before this date. Default: the nearest date above."),
]
Length = Annotated[
    Frequency | None,
    strawberry.argument(description="Only periods of this length. Default: the length with most figures."),
]
First = Annotated[
    int | None, strawberry.argument(description="How many items from the start, at most 500. Default: 50.")
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many items from the end, instead of `first`.")]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]
Codes = Annotated[list[str] | None, naming(MetricRow, "Only metrics with these codes.")]
LatestOnly = Annotated[
    bool | None, strawberry.argument(description="Only the latest figure of each metric and organisation.")
]
Statuses = Annotated[
    list[TargetStatus] | None,
    strawberry.argument(description="Only targets with these statuses on the nearest date above, or today."),
]
Width = Annotated[int | None, strawberry.argument(description="The width in pixels, from 280 to 2,400. Default: 800.")]
Height = Annotated[
    int | None, strawberry.argument(description="The height in pixels, from 200 to 1,600. Default: 400.")
]
