"""The root of every command. What a command does is in `service.writes`; its answer is read like everything else."""

from typing import Annotated

import strawberry

from schema.mapping import asked
from schema.updates import PAYLOAD, UpdateQuarterlyFiguresInput, UpdateQuarterlyFiguresPayload


@strawberry.type(description="The root of every command.")
class Mutation:
    """The root of every command."""

    @asked(PAYLOAD)
    def update_quarterly_figures(
        self,
        input: Annotated[  # noqa: A002  the contract's word
            UpdateQuarterlyFiguresInput, strawberry.argument(description="The quarter's figures.")
        ],
    ) -> UpdateQuarterlyFiguresPayload:
        """Publishes a quarter's figures, all or none; for keys of the role APPROVER or ADMINISTRATOR."""
