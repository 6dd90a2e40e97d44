"""The paper of a quarter that is kept: its title block, what people wrote for it, and the actions that it asks for."""

import datetime as dt

import strawberry

from schema.mapping import Derived, Expression, Reach, entity, field, referred
from schema.sql.papers import (
    actions_open,
    figure_now,
    is_superseded,
    narratives_in_force,
    quarter_written,
    visible_paper,
)
from schema.tables import NarrativeRow, PaperRow
from schema.types.figures import Figure
from schema.types.metrics import Metric
from schema.types.organisations import Organisation


@entity(NarrativeRow)
@strawberry.type(description="What somebody wrote about a section of a paper. Later papers carry it on.")
class Narrative:
    """What somebody wrote about a section of a paper. Later papers carry it on."""

    section: str = field("The heading of the section.")
    words: str = field("The text: paragraphs, with an empty line between them. Empty: the section has none any more.")
    owner: str = field("The person who answers for it.")
    quarter: str = field(
        "The quarter whose paper it was written for. In a later paper it has not changed since.",
        Expression(quarter_written),
    )
    version: int = field("Increases with every change. Send it back as `expectedVersion`.")
    written_at: dt.datetime = field("When it was last changed.")
    written_by: str = field("The name of the person or key that changed it.")


@entity(None)
@strawberry.type(description="An action that a paper asks for. It is in each later paper, until one says how it ended.")
class PaperAction:
    """An action that a paper asks for. It is in each later paper, until one says how it ended."""

    number: int = field("Its number among all actions of the ICB's papers, from 1.")
    quarter: str = field("The quarter whose paper first asked for it.", Expression(quarter_written))
    metric: Metric | None = field("The metric that it should change, if any.", referred("metric_id"))
    figure: Figure | None = field(
        "The ICB's latest figure of the metric when the action was first asked for.", referred("figure_id")
    )
    figure_now: Figure | None = field(
        "The ICB's latest figure of the metric, for a period that ends by the last day of the paper's quarter.",
        Reach(figure_now),
    )
    what: str = field("What has to be done.")
    owner: str = field("The person who does it.")
    due: dt.date = field("The date by which it should be done.")
    outcome: str | None = field("What became of it. Null while nothing is known.")
    closed_in: dt.date | None = field(
        "The last day of the quarter whose paper says that it is closed. Null while it is open."
    )
    version: int = field("Increases with every change. Send it back as `expectedVersion`.")
    written_at: dt.datetime = field("When it was last changed.")
    written_by: str = field("The name of the person or key that changed it.")


@entity(PaperRow, visible=visible_paper)
@strawberry.type(
    description="The paper of an ICB for a quarter. A frozen paper is public; before, you see it in your scope."
)
class Paper:
    """The paper of an ICB for a quarter. A frozen paper is public; before, you see it in your scope."""

    board: Organisation = field("The ICB.", referred("board_id"))
    quarter: str = field("The code of the quarter.")
    addressed_to: str | None = field("Who it is for: the committee.")
    sent_from: str | None = field("Who presents it.")
    dated_on: dt.date | None = field("The date of the meeting.")
    recommendation: str | None = field("What the committee is asked to do.")
    version: int = field(
        "Increases with every change of its title block, narratives and actions. Send it back as `expectedVersion`."
    )
    narratives: list[Narrative] = field(
        "What people wrote, by section: in this paper, or else in the last one before it that has the section.",
        Reach(narratives_in_force),
    )
    actions: list[PaperAction] = field(
        "The actions that it asks for, and those of earlier papers that were open then; by number.",
        Derived(actions_open),
    )
    frozen_at: dt.datetime | None = field("When it was frozen. Null while it can change.")
    frozen_by: str | None = field("The name of the person or key that froze it.")
    content: str | None = field(
        "What it said when it was frozen, as JSON: the fields of `briefing`, and what people wrote. Null before."
    )
    is_superseded: bool = field(
        "Whether a figure in it, or of one of its actions, has been corrected or withdrawn since it was frozen.",
        Expression(is_superseded),
    )
