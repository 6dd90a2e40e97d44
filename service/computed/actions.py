"""A submission and its viewer become what the viewer can do with it, as the type `AvailableAction`."""

from schema.computed_inputs.submissions import ActionInputs, Person
from schema.enumerations import Role, SubmissionAction
from schema.lifecycle import Standing, obstacle
from schema.types.submissions import AvailableAction
from service.viewer import Viewer


def available_actions(inputs: ActionInputs, viewer: Viewer | None) -> list[AvailableAction]:
    """For each action, whether the viewer can take it with a submission now, and why not."""
    standing = Standing(
        status=inputs.status,
        role=Role.READER if viewer is None else viewer.role,
        entries=inputs.entries,
        blocking=inputs.blocking,
        unexplained=inputs.unexplained,
        is_submitter=_is(viewer, inputs.submitter),
        is_writer=any(_is(viewer, writer) for writer in inputs.writers),
        has_open_amendment=inputs.has_open_amendment,
    )
    return [_available(action, standing) for action in SubmissionAction]


def _available(action: SubmissionAction, standing: Standing) -> AvailableAction:
    refusal = obstacle(action, standing)
    return AvailableAction(action=action, enabled=refusal is None, reason=None if refusal is None else refusal[1])


def _is(viewer: Viewer | None, person: Person | None) -> bool:
    return viewer is not None and person is not None and viewer.is_same_person(person.name, person.identity)
