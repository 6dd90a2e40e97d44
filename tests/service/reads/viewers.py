"""Who reads: nobody, and somebody of every role, with and without an organisation that the role is held for."""

from schema.enumerations import Role
from service.viewer import Viewer
from tests.service.reads.reference.tables import Tables

VIEWERS = (
    "nobody",
    "an administrator of everything",
    "a submitter of a partnership",
    "an approver of a network",
    "a reader",
)


def viewers(tables: Tables) -> dict[str, Viewer | None]:
    """The viewers by their names; their keys and names are those of actors in `corners`."""
    partnership, network = (tables.where("organisation", "code", code)[0]["id"] for code in ("HCP-EAST-KENT", "Z90007"))
    found = (
        None,
        Viewer("Root", Role.ADMINISTRATOR, "cccccccc"),
        Viewer("Bob", Role.SUBMITTER, "bbbbbbbb", partnership),
        Viewer("Ada", Role.APPROVER, "aaaaaaaa", network),
        Viewer("Rea", Role.READER, "dddddddd"),
    )
    return dict(zip(VIEWERS, found, strict=True))
