"""The only list of commands: one declaration for each mutation. Permission, dispatch and audit follow from it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from schema.commands.bulk import PublishSubmissionsInput
from schema.commands.collections import SaveCollectionInput, SaveThemeInput
from schema.commands.metrics import RecalculateLimitsInput, SaveMetricInput
from schema.commands.papers import FreezePaperInput, SaveNarrativeInput, SavePaperActionInput, SavePaperInput
from schema.commands.people import ChangePersonInput, EndPersonInput, InvitePersonInput, MakeLinkInput
from schema.commands.quality import NoteDataQualityInput, SaveDataQualityOutcomeInput
from schema.commands.quarters import GrantExceptionInput, SetQuarterInput
from schema.commands.register import (
    CloseOrganisationInput,
    CorrectRegisterInput,
    MergeOrganisationsInput,
    MoveMemberInput,
    RateOrganisationInput,
    SaveOrganisationInput,
    SplitOrganisationInput,
)
from schema.commands.submissions import (
    AmendFiguresInput,
    RestoreFigureInput,
    SaveSubmissionInput,
    SubmissionInput,
    UpdateQuarterlyFiguresInput,
)
from schema.commands.targets import SetTargetInput
from schema.enumerations import Role, SubmissionAction
from schema.lifecycle import DECIDERS, WRITERS
from service.writes.command import Command, Input, Work
from service.writes.outcome import Outcome
from service.writes.register import (
    collections,
    corrections,
    data_quality,
    freezing,
    metrics,
    organisations,
    paper_actions,
    papers,
    people,
    quarters,
    ratings,
    recalculations,
    successions,
    targets,
    themes,
)
from service.writes.submissions import amendments, bulk, drafts, quarterly, restoring, steps

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
# What a publication does with it.
_APPROVING = ("submission.approve", "submission.supersede")


def _step(action: SubmissionAction, *more_events: str) -> Command[SubmissionInput]:
    """A step with a submission. `schema.lifecycle` decides which roles may take it, in which status."""
    name = action.lower()
    return Command(
        name=f"{name}Submission",
        input=SubmissionInput,
        roles=WRITERS,
        purpose=f"{name} submissions",
        events=(f"submission.{name}", *more_events),
        run=partial(steps.step, action),
    )


def _of_register(name: str, takes: type[Input], run: Callable[[Work, Input], Awaitable[Outcome]]) -> Command[Input]:
    """A change of the register: `moveMember` leaves the event `register.move-member` for each organisation."""
    words = re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
    return Command(
        name=name,
        input=takes,
        roles=_ADMINISTRATORS,
        purpose="keep the register",
        events=(f"register.{words}",),
        run=run,
    )


# What `tracker register` takes from a file too.
OF_REGISTER: tuple[Command[Any], ...] = (
    _of_register("saveOrganisation", SaveOrganisationInput, organisations.save_organisation),
    _of_register("closeOrganisation", CloseOrganisationInput, organisations.close_organisation),
    _of_register("moveMember", MoveMemberInput, organisations.move_member),
    _of_register("mergeOrganisations", MergeOrganisationsInput, successions.merge_organisations),
    _of_register("splitOrganisation", SplitOrganisationInput, successions.split_organisation),
    _of_register("rateOrganisation", RateOrganisationInput, ratings.rate_organisation),
    _of_register("correctRegister", CorrectRegisterInput, corrections.correct_register),
    Command(
        name="saveTheme",
        input=SaveThemeInput,
        roles=_ADMINISTRATORS,
        is_for_everywhere=True,
        purpose="save themes",
        events=("theme.save",),
        run=themes.save_theme,
    ),
    Command(
        name="saveCollection",
        input=SaveCollectionInput,
        roles=_ADMINISTRATORS,
        purpose="say what is collected",
        events=("collection.save",),
        run=collections.save_collection,
    ),
)
COMMANDS: tuple[Command[Any], ...] = (
    Command(
        name="updateQuarterlyFigures",
        input=UpdateQuarterlyFiguresInput,
        roles=WRITERS,
        purpose="update figures",
        events=("submission.create", "submission.submit", "submission.publish"),
        run=quarterly.update,
    ),
    Command(
        name="saveSubmission",
        input=SaveSubmissionInput,
        roles=WRITERS,
        purpose="save submissions",
        events=("submission.create", "submission.edit"),
        run=drafts.save,
    ),
    _step(SubmissionAction.VALIDATE),
    _step(SubmissionAction.SUBMIT),
    _step(SubmissionAction.RECALL),
    _step(SubmissionAction.APPROVE),
    _step(SubmissionAction.RETURN),
    _step(SubmissionAction.PUBLISH, *_APPROVING),
    Command(
        name="publishSubmissions",
        input=PublishSubmissionsInput,
        roles=DECIDERS,
        purpose="publish submissions",
        events=("submission.publish", *_APPROVING),
        run=bulk.publish_submissions,
    ),
    _step(SubmissionAction.WITHDRAW, "submission.restore"),
    _step(SubmissionAction.DISCARD),
    Command(
        name="amendFigures",
        input=AmendFiguresInput,
        roles=WRITERS,
        purpose="amend figures",
        events=("submission.amend",),
        run=amendments.amend,
    ),
    Command(
        name="restoreFigure",
        input=RestoreFigureInput,
        roles=DECIDERS,
        purpose="restore figures",
        events=("figure.restore",),
        run=restoring.restore_figure,
    ),
    Command(
        name="setTarget",
        input=SetTargetInput,
        roles=DECIDERS,
        purpose="set targets",
        events=("target.set",),
        run=targets.set_target,
    ),
    Command(
        name="setQuarter",
        input=SetQuarterInput,
        roles=_ADMINISTRATORS,
        is_for_everywhere=True,
        purpose="set the dates of a quarter",
        events=("quarter.set",),
        run=quarters.set_quarter,
    ),
    Command(
        name="grantException",
        input=GrantExceptionInput,
        roles=_ADMINISTRATORS,
        purpose="grant exceptions",
        events=("exception.grant",),
        run=quarters.grant_exception,
    ),
    Command(
        name="recalculateLimits",
        input=RecalculateLimitsInput,
        roles=DECIDERS,
        purpose="recalculate process limits",
        events=(recalculations.RECALCULATE, recalculations.UNDO),
        run=recalculations.recalculate_limits,
    ),
    Command(
        name="saveMetric",
        input=SaveMetricInput,
        roles=_ADMINISTRATORS,
        is_for_everywhere=True,
        purpose="save metrics",
        events=("metric.save",),
        run=metrics.save_metric,
    ),
    Command(
        name="savePaper",
        input=SavePaperInput,
        roles=WRITERS,
        purpose="write papers",
        events=("paper.save",),
        run=papers.save_paper,
    ),
    Command(
        name="saveNarrative",
        input=SaveNarrativeInput,
        roles=WRITERS,
        purpose="write papers",
        events=("paper.narrative",),
        run=papers.save_narrative,
    ),
    Command(
        name="savePaperAction",
        input=SavePaperActionInput,
        roles=WRITERS,
        purpose="write papers",
        events=("paper.action",),
        run=paper_actions.save_paper_action,
    ),
    Command(
        name="freezePaper",
        input=FreezePaperInput,
        roles=DECIDERS,
        purpose="freeze papers",
        events=("paper.freeze",),
        run=freezing.freeze_paper,
    ),
    Command(
        name="saveDataQualityOutcome",
        input=SaveDataQualityOutcomeInput,
        roles=WRITERS,
        purpose="say what became of data quality issues",
        events=("data-quality.save",),
        run=data_quality.save_outcome,
    ),
    *OF_REGISTER,
)
BY_NAME: Mapping[str, Command[Any]] = {command.name: command for command in COMMANDS}


def _of_people(name: str, takes: type[Input], run: Callable[[Work, Input], Awaitable[Outcome]]) -> Command[Input]:
    """A command about people: `invitePerson` leaves the event `person.invite`."""
    verb = re.split("[A-Z]", name)[0]
    return Command(
        name=name,
        input=takes,
        roles=_ADMINISTRATORS,
        is_for_everywhere=True,
        purpose="manage people",
        events=(f"person.{verb}",),
        run=run,
    )


# The service itself looks for what does not add up.
NOTE_DATA_QUALITY = Command(
    name="noteDataQuality",
    input=NoteDataQualityInput,
    roles=_ADMINISTRATORS,
    is_for_everywhere=True,
    purpose="note data quality issues",
    events=(data_quality.REOPEN, data_quality.CORRECT),
    run=data_quality.note_issues,
)
# These have no mutations. People are managed on a page and with `tracker people`.
INVITE_PERSON = _of_people("invitePerson", InvitePersonInput, people.invite)
CHANGE_PERSON = _of_people("changePerson", ChangePersonInput, people.change)
END_PERSON = _of_people("endPerson", EndPersonInput, people.end)
MAKE_LINK = _of_people("linkPerson", MakeLinkInput, people.make_link)
