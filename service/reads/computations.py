"""One computation for each name that the schema declares: inputs and the keys of rows become an object for each row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.lifecycle import Standing, obstacle
from service.statistics.columns import progress
from service.viewer import Viewer


@dataclass(frozen=True)
class Availability:
    """Whether an action can be taken; shapes are those of the type `AvailableAction`."""

    action: SubmissionAction
    enabled: bool
    reason: str | None


def available_actions(inputs: Mapping[str, Any], actions: Sequence[str]) -> list[Availability]:
    """For each action, whether the viewer can take it with a submission now, and why not."""
    asking = inputs["viewer"]
    viewer = Viewer(asking[0]["name"], Role(asking[0]["role"]), asking[0]["identity"]) if asking else None
    found = []
    for action in map(SubmissionAction, actions):
        stands = Standing(
            status=SubmissionStatus(inputs["status"]),
            role=viewer.role if viewer else Role.READER,
            entries=inputs["entries"],
            blocking=inputs["blocking"],
            unexplained=inputs["unexplained"],
            is_submitter=_is(viewer, inputs["submitter"]),
            is_editor=_is(viewer, inputs["editor"]),
            has_open_amendment=inputs["hasOpenAmendment"],
        )
        why = obstacle(action, stands)
        found.append(Availability(action, why is None, None if why is None else why[1]))
    return found


def _is(viewer: Viewer | None, actor: Mapping[str, str] | None) -> bool:
    return viewer is not None and actor is not None and viewer.is_same_person(actor["name"], actor["identity"])


COMPUTATIONS: dict[str, Callable[[Any, Sequence[Any]], list[Any]]] = {
    "progress": progress,
    "available_actions": available_actions,
}
