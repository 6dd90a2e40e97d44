"""The work of a quarter: what is asked for, sent, doubted and recorded."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.mapping import AnyNode, Derived, Pages, Reach, field_with_arguments, naming
from schema.sql.collections import collected, completeness
from schema.sql.roots import everything, submissions_listed
from schema.tables import OrganisationRow
from schema.types.collections import Collection, Completeness
from schema.types.data_quality import DataQualityIssue
from schema.types.filters import AuditWhere, DataQualityIssueWhere, SubmissionWhere
from schema.types.orders import AuditSort, DataQualityIssueSort, SubmissionSort
from schema.types.paging import Connection
from schema.types.scalars import After, AnyId, Before, Codes, First, IncludeSynthetic, Last, OdsCode
from schema.types.submissions import AuditEvent, Submission


@strawberry.type
class QuarterQueries:
    """The work of a quarter: what is asked for, sent, doubted and recorded."""

    @field_with_arguments(AnyNode("id"))
    def submission(self, id: AnyId) -> Submission | None:  # noqa: A002
        """A submission, by id. Null if it is outside your scope."""

    @field_with_arguments(Pages(submissions_listed, ("-created_at",)))
    def submissions(
        self,
        filter: SubmissionWhere = UNSET,  # noqa: A002
        order_by: SubmissionSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Submission]:
        """The submissions in your scope."""

    @field_with_arguments(Derived(completeness, size=1))
    def completeness(
        self,
        quarter: Annotated[str, strawberry.argument(description="The code of the quarter, such as 2024-25-Q4.")],
        organisation: Annotated[
            OdsCode | None, naming(OrganisationRow, "Only this organisation and its members. Default: all.")
        ] = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> Completeness:
        """Which figures are due in a quarter, and which are reported."""

    @field_with_arguments(Reach(collected, size=100))
    def collections(self, metrics: Codes = UNSET, include_synthetic: IncludeSynthetic = False) -> list[Collection]:
        """Which figures organisations are asked for, and in which quarters."""

    @field_with_arguments(Pages(everything, ("found_at",)))
    def data_quality_issues(
        self,
        filter: DataQualityIssueWhere = UNSET,  # noqa: A002
        order_by: DataQualityIssueSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[DataQualityIssue]:
        """What does not add up in published figures, and what became of it. It is some seconds behind the figures."""

    @field_with_arguments(Pages(everything, ("position",)))
    def audit_events(
        self,
        filter: AuditWhere = UNSET,  # noqa: A002
        order_by: AuditSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[AuditEvent]:
        """The audit events in your scope."""
