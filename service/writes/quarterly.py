"""A quarterly update becomes published figures, all or none, or everything that is wrong with it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Role
from schema.errors import Refusal
from schema.periods import Period
from schema.tables import AncestryRow, MetricRow, OrganisationRow
from service.database import Database
from service.viewer import Viewer
from service.writes import audit, idempotency, publication
from service.writes.validation import MOST_FIGURES, Facts, Problem, Row, checked, named_quarter, problem, unusable

LONGEST_KEY = 200
PUBLISHERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Update:
    """An update as it was sent; shapes are those of `UpdateQuarterlyFiguresInput`."""

    quarter: str
    organisation: str
    figures: tuple[Row, ...]
    reason: str | None = None
    validate_only: bool | None = False
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What an update did. `figure_ids` are in the order of the rows."""

    problems: list[Problem] = field(default_factory=list)
    figure_ids: list[int] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0


async def update(database: Database, given: Update, *, by: Viewer | None) -> dict[str, Any]:
    """Carry an update out. What comes back is an `Outcome` as plain data, the same for a repeated key.

    Refusals: `UNAUTHENTICATED` without a viewer, `FORBIDDEN` for a role that does not publish.
    """
    viewer = _publisher(by)
    if given.validate_only:
        async with database.rehearsal() as session:
            return asdict(await _carried_out(session, given, by=viewer))
    async with database.command() as session:
        return await _once(session, given, by=viewer)


def _publisher(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Refusal("UNAUTHENTICATED", "Figures are updated with a key.")
    if viewer.role not in PUBLISHERS:
        raise Refusal("FORBIDDEN", f"A key of the role {viewer.role} does not publish figures.")
    return viewer


async def _once(session: AsyncSession, given: Update, *, by: Viewer) -> dict[str, Any]:
    key = given.idempotency_key
    if key is None:
        return asdict(await _carried_out(session, given, by=by))
    if not 1 <= len(key) <= LONGEST_KEY or "\x00" in key:
        message = f"The idempotencyKey has {len(key):,} characters, or a NUL among them."
        return asdict(Outcome([problem("validation/unusable-text", message, "idempotencyKey")]))
    try:
        earlier = await idempotency.earlier_answer(session, key, asdict(given), by=by)
    except idempotency.KeyReused:
        message = "The idempotencyKey was used for another update."
        return asdict(Outcome([problem("validation/key-reused", message, "idempotencyKey")]))
    if earlier is not None:
        return earlier
    answer = asdict(await _carried_out(session, given, by=by))
    if not answer["problems"]:
        # What was refused had no effect: the corrected update may come with the same key.
        idempotency.remember(session, key, asdict(given), answer, by=by)
    return answer


async def _carried_out(session: AsyncSession, given: Update, *, by: Viewer) -> Outcome:
    if not 1 <= len(given.figures) <= MOST_FIGURES:
        code = "validation/too-many-figures" if given.figures else "validation/no-figures"
        return Outcome([problem(code, f"The update has {len(given.figures):,} figures.", "figures")])
    await audit.turn(session)
    at = await audit.now(session)
    quarter = named_quarter(given.quarter)
    facts = await _facts(session, given, at.date() if quarter is None else quarter.ends)
    entries, problems = checked(given.figures, quarter, facts, on=at.date())
    problems = [*_of_update(given, quarter, facts), *problems]
    changes = await publication.compared(session, entries)
    problems += _without_reason(changes, given.reason)
    if problems or quarter is None:
        return Outcome(sorted(problems, key=lambda each: -1 if each.row is None else each.row))
    return await _published(session, changes, given, quarter, by=by, at=at)


def _of_update(given: Update, quarter: Period | None, facts: Facts) -> Iterator[Problem]:
    """What is wrong with the update as a whole."""
    if quarter is None:
        yield problem("validation/malformed-quarter", f"{given.quarter[:40]!r} is not a quarter.", "quarter")
    if given.organisation not in facts.organisations:
        message = f"No organisation has the code {given.organisation!r}."
        yield problem("validation/unknown-organisation", message, "organisation")
    yield from unusable({"reason": given.reason})


def _without_reason(changes: Sequence[publication.Change], reason: str | None) -> list[Problem]:
    return [
        problem(
            "validation/no-reason",
            f"{change.entry.metric.name} of {change.entry.organisation.name} is published as {change.before:f}, "
            "and changes without a reason.",
            "reason",
            row=change.entry.row,
        )
        for change in changes
        if change.before is not None and change.is_change and not (change.entry.reason or reason)
    ]


async def _published(
    session: AsyncSession,
    changes: Sequence[publication.Change],
    given: Update,
    quarter: Period,
    *,
    by: Viewer,
    at: dt.datetime,
) -> Outcome:
    if any(change.is_change for change in changes):
        await audit.raise_version(session)
    ids = await publication.publish(session, changes, quarter, reason=given.reason, by=by, at=at)
    outcome = Outcome(
        figure_ids=ids,
        created=sum(change.before is None for change in changes),
        updated=sum(change.before is not None and change.is_change for change in changes),
        unchanged=sum(not change.is_change for change in changes),
    )
    detail = {
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "changes": [change.told() for change in changes if change.is_change],
    }
    subject = f"{given.organisation} {quarter.code}"
    audit.record(session, "figures.update", subject, by=by, at=at, reason=given.reason, detail=detail)
    return outcome


async def _facts(session: AsyncSession, given: Update, on: dt.date) -> Facts:
    metrics = await session.exec(select(MetricRow).where(_among(MetricRow.code, {row.metric for row in given.figures})))
    codes = {given.organisation, *(row.organisation for row in given.figures)}
    organisations = await session.exec(select(OrganisationRow).where(_among(OrganisationRow.code, codes)))
    known = {organisation.code: organisation for organisation in organisations}
    members = await session.exec(
        select(OrganisationRow.code)
        .join(AncestryRow, col(AncestryRow.member_id) == col(OrganisationRow.id))
        .where(
            AncestryRow.ancestor_id == (known[given.organisation].id if given.organisation in known else None),
            col(AncestryRow.period).op("@>")(literal(on)),
        )
    )
    within = frozenset({given.organisation, *members}) if given.organisation in known else frozenset(known)
    return Facts({metric.code: metric for metric in metrics}, known, within)


def _among(column: Any, codes: set[str]) -> Any:
    # One array parameter: a list of ten thousand would be ten thousand.
    return col(column) == func.any(literal(sorted(codes), type_=publication.TEXTS))


def parsed(given: Mapping[str, Any]) -> Update:
    """An update from the coerced input of the mutation."""
    names = {"idempotencyKey": "idempotency_key", "validateOnly": "validate_only"}
    fields = {names.get(name, name): _text(name, value) for name, value in given.items()}
    rows = tuple(Row(**{name: _text(name, value) for name, value in row.items()}) for row in fields.pop("figures"))
    return Update(figures=rows, **fields)


def _text(name: str, value: Any) -> Any:
    """The value; of a reason or a note without the spaces around it, and none when nothing is left."""
    return (value.strip() or None) if name in {"reason", "note"} and isinstance(value, str) else value
