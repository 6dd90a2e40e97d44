"""What people write about somebody, in a file or in a form, becomes an invitation."""

from collections.abc import Mapping

from schema.commands.people import InvitePersonInput
from schema.enumerations import Role
from schema.errors import Refusal
from schema.ods_codes import ods_code
from schema.types.scalars import OdsCode
from service.writes.outcome import Refused, problem

COLUMNS = ("name", "email", "telephone", "role", "organisation")


def input_of(cells: Mapping[str, str]) -> InvitePersonInput:
    """The invitation that the cells of a line, or the fields of a form, ask for. Refused: `person/malformed`."""
    values = {name: cells.get(name) or None for name in COLUMNS}
    return InvitePersonInput(
        name=values["name"] or "",
        email=values["email"],
        telephone=values["telephone"],
        role=_role(values["role"]),
        organisation=_organisation(values["organisation"]),
    )


def _role(written: str | None) -> Role | None:
    if written is None:
        return None
    if written.upper() not in set(Role):
        message = f"{written[:40]!r} is not a role. The roles are {', '.join(Role)}."
        raise Refused(problem("person/malformed", message, "role"))
    return Role(written.upper())


def _organisation(written: str | None) -> OdsCode | None:
    try:
        return None if written is None else OdsCode(ods_code(written))
    except Refusal as reason:
        raise Refused(problem("person/malformed", reason.message, "organisation")) from reason
