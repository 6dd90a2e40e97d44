"""Organisations by name, for pages that know them by their codes or ask for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select
from starlette.requests import Request

from schema.enumerations import OrganisationKind
from schema.tables import OrganisationRow
from service.viewer import EVERYWHERE


@dataclass(frozen=True)
class Named:
    """An organisation; two can have one name."""

    code: str
    name: str
    kind: OrganisationKind


async def directory(request: Request) -> Sequence[Named]:
    """Every organisation, by name; those that have closed too, but not those of the sandbox."""
    found = select(OrganisationRow.code, OrganisationRow.name, OrganisationRow.kind)
    order = (func.lower(OrganisationRow.name), col(OrganisationRow.code))
    async with request.app.state.database.rehearsal(scope=EVERYWHERE) as session:
        rows = await session.exec(found.where(col(OrganisationRow.is_synthetic).is_(False)).order_by(*order))
        return [Named(code, name, OrganisationKind(kind)) for code, name, kind in rows]


def meant(organisations: Collection[Named], text: str) -> Sequence[Named]:
    """What somebody can mean: by its code, by its name, or by both as `label` has them."""
    asked = " ".join(text.split()).casefold()
    return [
        each for each in organisations if asked in {word.casefold() for word in (each.code, each.name, label(each))}
    ]


def label(organisation: Named) -> str:
    """An organisation as a list offers it: "LMN (U74266)"."""
    return f"{organisation.name} ({organisation.code})"
