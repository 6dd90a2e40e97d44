"""The GraphQL schema: the roots, and every type that they lead to."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
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

graph = strawberry.Schema(
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
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)
