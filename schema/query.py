"""The root of every query."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.mapping import AnyNode, Pages, RequestRows, field, field_with_arguments
from schema.queries.figures import FigureQueries
from schema.queries.organisations import OrganisationQueries
from schema.queries.papers import PaperQueries
from schema.queries.quarters import QuarterQueries
from schema.queries.targets import TargetQueries
from schema.sql.search import LONGEST_TEXT, found
from schema.types.actors import Actor
from schema.types.metrics import Kind
from schema.types.paging import Connection, Node
from schema.types.rates import RateLimit
from schema.types.scalars import After, AnyId, Before, First, IncludeClosed, IncludeSynthetic, Last
from schema.types.search import SearchHit


@strawberry.type(description="The root of every query.")
class Query(OrganisationQueries, FigureQueries, TargetQueries, QuarterQueries, PaperQueries):
    """The root of every query."""

    @field_with_arguments(AnyNode("id"))
    def node(self, id: AnyId) -> Node | None:  # noqa: A002
        """Anything by its id, as of the date or the time that the id carries. Null if nothing has this id."""

    @field_with_arguments(AnyNode("ids"))
    def nodes(
        self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[Node | None]:
        """Anything by id, in the order of the ids, as of the date or the time that each carries.
        Null where nothing has the id."""

    @field_with_arguments(Pages(rows=found, price=5_000, planning=1_500))
    def search(
        self,
        text: Annotated[
            str,
            strawberry.argument(
                description="A code, a postcode or a name, or the beginning of one; or words of a name in any order. "
                f"At most {LONGEST_TEXT} characters."
            ),
        ],
        kind: Kind = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[SearchHit]:
        """Organisations and metrics by code, postcode, name or former name, the best match first.

        Capitals, spaces, punctuation and apostrophes do not matter, and most slips in a word of 4 letters or more are
        forgiven. With a kind, only organisations are found; nothing is found for an empty text.
        """

    rate_limit: RateLimit | None = field(
        "What is left of your requests a minute. Null where they are not counted: from the service's own machine, "
        "without a limit, and over WebSockets and streams.",
        RequestRows("rate_limit", is_of_one_request=True),
    )

    viewer: Actor | None = field("The person or key that asks. Null when nobody is signed in.", RequestRows("viewer"))
