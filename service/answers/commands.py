"""The mutations, each with the command that it gives."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from service.database import Database
from service.viewer import Viewer
from service.writes.register import metrics, quarters, recalculations, targets
from service.writes.submissions import amendments, drafts, quarterly, steps

Command = Callable[[Database, Mapping[str, Any], Viewer | None], Awaitable[dict[str, Any]]]


def commands(*, second_person_always: bool) -> dict[str, Command]:
    """The command of each mutation, by its name in the schema: input and viewer in, an outcome as plain data out."""
    update = partial(quarterly.update, second_person_always=second_person_always)
    named: dict[str, Any] = {
        "updateQuarterlyFigures": update,
        "saveSubmission": drafts.save,
        "amendFigures": amendments.amend,
        "setTarget": targets.set_target,
        "setQuarter": quarters.set_quarter,
        "grantException": quarters.grant_exception,
        "recalculateLimits": recalculations.recalculate_limits,
        "saveMetric": metrics.save_metric,
        **{name: partial(_step, name) for name in steps.COMMANDS},
    }
    return {name: partial(_given, command) for name, command in named.items()}


async def _given(command: Any, database: Database, given: Mapping[str, Any], viewer: Viewer | None) -> dict[str, Any]:
    outcome: dict[str, Any] = await command(database, given, by=viewer)
    return outcome


async def _step(name: str, database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    return await steps.step(database, name, given, by=by)
