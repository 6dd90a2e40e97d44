"""Committee papers."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.computed_inputs.briefing import BriefingInputs
from schema.mapping import Computed, Reach, field_with_arguments
from schema.sql.briefing import briefing_inputs
from schema.sql.papers import paper_of_quarter, papers_listed
from schema.types.briefing import AsOf as BriefingDay
from schema.types.briefing import Board as BriefingBoard
from schema.types.briefing import Briefing
from schema.types.briefing import Quarter as BriefingQuarter
from schema.types.papers import Paper


@strawberry.type
class PaperQueries:
    """Committee papers."""

    @field_with_arguments(
        Computed(BriefingInputs, briefing_inputs, is_known_by_then=True, price=50_000, planning=18_000)
    )
    def briefing(
        self, as_of: BriefingDay = UNSET, board: BriefingBoard = UNSET, quarter: BriefingQuarter = UNSET
    ) -> Briefing:
        """The committee paper of an integrated care board (ICB), rebuilt from data known at the end of a date.

        Each metric is given for its latest period. The wording follows from the numbers. `paper` has what people wrote
        for the paper of a quarter.
        """

    @field_with_arguments(Reach(paper_of_quarter))
    def paper(
        self,
        quarter: Annotated[str, strawberry.argument(description="The code of the quarter: 2024-25-Q4.")],
        board: BriefingBoard = UNSET,
    ) -> Paper | None:
        """The paper of a quarter with what people wrote for it. Null before it is started, and until it is frozen for
        those who do not act for the ICB."""

    @field_with_arguments(Reach(papers_listed))
    def papers(self, board: BriefingBoard = UNSET) -> list[Paper]:
        """The papers of an ICB, the latest quarter first."""
