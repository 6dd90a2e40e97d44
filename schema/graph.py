"""The GraphQL schema: the roots, and every type that they lead to."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.errors import ErrorCode
from schema.types.organisations import (
    HealthAndCarePartnership,
    IntegratedCareBoard,
    Practice,
    PrimaryCareNetwork,
    Region,
    Trust,
)
from schema.types.scalars import SCALARS
from schema.types.submissions import AuditEvent, Submission

DESCRIPTION = """
NHS primary care in Kent and Medway: practices, primary care networks, partnerships and the ICB, with their figures,
targets and progress over time.

Start with `practice(code:)`, `metric(code:)` or a list such as `practices`. Below them, `figures` has the published
values, `seriesOf` has them over time with process limits, and `targets` says what is met and why. Lists come in pages.

- A date (`on`, `asOf`) or a time (`asKnownAt`) holds for its field and all below it. Without one, the answer is of now.
- What is made up for the sandbox is left out, unless you ask with `includeSynthetic`.
- A code that does not exist is refused by name. Each error has `extensions.code`, the same as an `ErrorCode`
  in `errorCode`, and a remedy in `hint`.
- `id` never changes within one service. For links, use codes.

On the same host, `/docs/recipes` has worked queries with their answers, `/docs/schema` describes every field, and
`/schema.graphql` is this schema as text.
""".strip()


class Graph(strawberry.Schema):
    """A schema that is printed with its description."""

    def as_str(self) -> str:
        """The schema as text."""
        named = "".join(f"  {root.__name__.lower()}: {root.__name__}\n" for root in (Query, Mutation, Subscription))
        return f'"""\n{DESCRIPTION}\n"""\nschema {{\n{named}}}\n\n{super().as_str()}'


graph = Graph(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    # What only an interface leads to is named here.
    types=[
        Practice,
        PrimaryCareNetwork,
        HealthAndCarePartnership,
        IntegratedCareBoard,
        Region,
        Trust,
        AuditEvent,
        Submission,
        # What no field leads to: the errors have it.
        ErrorCode,
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)
# Strawberry has no parameter for it.
graph._schema.description = DESCRIPTION
