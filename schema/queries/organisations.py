"""Organisations of each kind, and practices in groups."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.enumerations import PracticeGrouping
from schema.mapping import Derived, Pages, Reach, field_with_arguments, naming
from schema.sql.groupings import MOST_BOUNDS, practices_by, practices_by_value
from schema.sql.organisations import organisations_listed
from schema.sql.roots import by_code
from schema.tables import MetricRow, OrganisationRow
from schema.types.filters import OrganisationWhere, PracticeWhere
from schema.types.groupings import PracticeCount, ValueBand
from schema.types.orders import OrganisationSort, PracticeSort
from schema.types.organisations import (
    HealthAndCarePartnership,
    IntegratedCareBoard,
    Organisation,
    Practice,
    PrimaryCareNetwork,
)
from schema.types.paging import Connection
from schema.types.scalars import After, Before, First, IncludeClosed, IncludeSynthetic, Last, OdsCode, On

Code = Annotated[OdsCode, strawberry.argument(description="Its code.")]
WithinGroup = Annotated[
    OdsCode | None, naming(OrganisationRow, "Only practices of this group on the date. Default: all.")
]


@strawberry.type
class OrganisationQueries:
    """Organisations of each kind, and practices in groups."""

    @field_with_arguments(Reach(by_code))
    def organisation(self, code: Code, on: On = UNSET) -> Organisation | None:
        """An organisation of any kind, by code, as of a date. Null if nothing has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def organisations(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Organisation]:
        """Organisations of all kinds that are open on a date and in their groups."""

    @field_with_arguments(Reach(by_code))
    def practice(self, code: Code, on: On = UNSET) -> Practice | None:
        """A practice, by code, as of a date. Null if no practice has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def practices(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """Practices that are open on a date and in their groups."""

    @field_with_arguments(Reach(by_code))
    def primary_care_network(self, code: Code, on: On = UNSET) -> PrimaryCareNetwork | None:
        """A primary care network, by code, as of a date. Null if no network has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def primary_care_networks(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[PrimaryCareNetwork]:
        """Primary care networks that are open on a date and in their groups."""

    @field_with_arguments(Reach(organisations_listed))
    def health_and_care_partnerships(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[HealthAndCarePartnership]:
        """Health and care partnerships that are open on a date and in their board, by name."""

    @field_with_arguments(Reach(organisations_listed))
    def integrated_care_boards(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[IntegratedCareBoard]:
        """ICBs that are open on a date and in their region, by name."""

    @field_with_arguments(Derived(practices_by, size=50))
    def practices_by(
        self,
        by: Annotated[PracticeGrouping, strawberry.argument(description="What they are counted by.")],
        organisation: WithinGroup = UNSET,
        on: On = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[PracticeCount]:
        """How many practices there are on a date for each rating, network or partnership that has any.

        By the status of a target: `targetSummary(metrics: ["…"], kind: PRACTICE)`.
        """

    @field_with_arguments(Derived(practices_by_value, size=20))
    def practices_by_value(
        self,
        bounds: Annotated[
            list[float],
            strawberry.argument(description=f"Where one band ends and the next begins, at most {MOST_BOUNDS} values."),
        ],
        metric: Annotated[str | None, naming(MetricRow, "The code of the metric. Default: list sizes.")] = UNSET,
        period: Annotated[
            str | None, strawberry.argument(description="The period. Default: the latest of each practice.")
        ] = UNSET,
        organisation: WithinGroup = UNSET,
        on: On = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[ValueBand]:
        """How many practices have a value in each band, such as list sizes up to 5,000, 10,000 and more."""
