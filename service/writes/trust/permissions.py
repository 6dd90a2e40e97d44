"""Whose role allows which command: one table, asked by every command, and for all commands of a document beforehand."""

from dataclasses import dataclass

from schema.enumerations import Role
from schema.errors import Refusal
from schema.lifecycle import DECIDERS, WRITERS
from service.viewer import EVERYWHERE, Viewer

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Permission:
    """The roles that allow a command, what it is to do, and whether it takes a role for every organisation."""

    roles: frozenset[Role]
    what: str
    is_everybodys: bool = False


_PERMISSIONS = {
    "updateQuarterlyFigures": Permission(WRITERS, "update figures"),
    "saveSubmission": Permission(WRITERS, "save a submission"),
    "validateSubmission": Permission(WRITERS, "validate a submission"),
    "submitSubmission": Permission(WRITERS, "submit a submission"),
    "recallSubmission": Permission(WRITERS, "recall a submission"),
    "approveSubmission": Permission(WRITERS, "approve a submission"),
    "returnSubmission": Permission(WRITERS, "return a submission"),
    "publishSubmission": Permission(WRITERS, "publish a submission"),
    "amendFigures": Permission(WRITERS, "amend figures"),
    "withdrawSubmission": Permission(WRITERS, "withdraw a submission"),
    "discardSubmission": Permission(WRITERS, "discard a submission"),
    "setTarget": Permission(DECIDERS, "set a target"),
    "recalculateLimits": Permission(DECIDERS, "reckon limits anew"),
    "setQuarter": Permission(_ADMINISTRATORS, "set a quarter's dates", is_everybodys=True),
    "grantException": Permission(_ADMINISTRATORS, "grant an exception"),
    "saveMetric": Permission(_ADMINISTRATORS, "save a metric", is_everybodys=True),
}


def allowed(viewer: Viewer | None, command: str) -> Viewer:
    """The viewer, when their role allows a command. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.

    What can be done with a submission at its status, and by whom, is `schema.lifecycle`'s to say.
    """
    permission = _PERMISSIONS[command]
    if viewer is None:
        raise Refusal("UNAUTHENTICATED", f"To {permission.what} takes a key.")
    if viewer.role not in permission.roles:
        raise Refusal("FORBIDDEN", f"The role {viewer.role} does not allow to {permission.what}.")
    if permission.is_everybodys and viewer.scope != EVERYWHERE:
        raise Refusal("FORBIDDEN", f"To {permission.what} is for an administrator of every organisation.")
    return viewer
