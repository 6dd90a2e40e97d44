"""Who may use a command: by role, and for some commands only with a role for every organisation."""

from dataclasses import dataclass

from schema.enumerations import Role
from schema.errors import Refusal
from schema.lifecycle import may_not
from service.viewer import EVERYWHERE, Viewer


@dataclass(frozen=True, kw_only=True)
class Permission:
    """The roles that may use a command. `purpose` is what the command does, as it follows "you cannot"."""

    roles: frozenset[Role]
    purpose: str
    is_for_everywhere: bool = False


def check_permission(viewer: Viewer | None, permission: Permission) -> Viewer:
    """The viewer, when their role may use a command. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.

    What can be done with a submission in its status, and by which roles, is decided in `schema.lifecycle`.
    """
    if viewer is None:
        raise Refusal("UNAUTHENTICATED", f"You need an API key to {permission.purpose}.")
    if viewer.role not in permission.roles:
        raise Refusal("FORBIDDEN", may_not(viewer.role, permission.purpose))
    if permission.is_for_everywhere and viewer.scope != EVERYWHERE:
        raise Refusal("FORBIDDEN", f"Only an administrator for every organisation can {permission.purpose}.")
    return viewer
