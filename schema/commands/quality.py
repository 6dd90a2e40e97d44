"""What the command for data quality issues takes and answers."""

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.enumerations import DataQualityState
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.data_quality import DataQualityIssue
from schema.types.scalars import OdsCode


@command_input("Who looks into a data quality issue, and what became of it.")
class SaveDataQualityOutcomeInput:
    """Who looks into a data quality issue, and what became of it."""

    code: str = strawberry.field(description="The code of the doubt: doubt/record-differs.")
    metric: str = strawberry.field(description="The code of the metric of the figure in doubt.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that the figure describes.")
    state: DataQualityState | None = strawberry.field(
        default=UNSET,
        description="What has become of it. CORRECTED comes by itself when it is no longer found. Default: as it is.",
    )
    owner: str | None = strawberry.field(
        default=UNSET,
        description=(
            "The person or contact on record who looks into it: their e-mail address, their name or their number. An "
            "empty text: nobody any more. Default: as it is."
        ),
    )
    comment: str | None = strawberry.field(
        default=UNSET,
        description="What it is about, for all readers. EXPLAINED and WILL_NOT_BE_FIXED need one. Default: as it is.",
    )
    reason: str | None = strawberry.field(default=UNSET, description="Why you change it, for the audit. Optional.")
    expected_version: int | None = strawberry.field(
        default=UNSET,
        description="The version that you read. With another one, nothing is changed. Default: any version.",
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Only check: report what would be wrong, and change nothing."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("Look for what does not add up. Not a part of GraphQL: the service does so by itself.")
class NoteDataQualityInput:
    """Look for what does not add up. Not a part of GraphQL: the service does so by itself."""

    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


ISSUE = answer_with("issue")


@entity(None)
@strawberry.type(description="The current data quality issue, or the problems. With problems, nothing was done.")
class DataQualityPayload:
    """The current data quality issue, or the problems. With problems, nothing was done."""

    issue: DataQualityIssue | None = field("The issue; null when there are problems.", thing("issue"))
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
