"""Figures go back to an earlier revision: what a withdrawn submission leaves, or what somebody asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import FigureOrigin, FigureStatus
from schema.sql.revised import is_current
from schema.tables import MEASURED, FigureRevisionRow, FigureRow, key, table
from service.writes.naming import IDS, among
from service.writes.submissions import target_moves
from service.writes.submissions.derivation import derivation, publish_derived
from service.writes.submissions.places import Place, value_shown
from service.writes.submissions.revisions import Publication, revision_of, say_sent

_WITHDRAWN = FigureStatus.WITHDRAWN
# What comes back of a revision.
COMES_BACK = (*MEASURED, "status", "source_id")


@dataclass(frozen=True)
class Restoration:
    """A figure, the earlier revision that it goes back to, and the submission that it then stands by.

    Without a revision it is withdrawn.
    """

    figure: FigureRow
    revision: FigureRevisionRow | None
    submission_id: int | None

    @property
    def place(self) -> Place:
        """Where the figure is."""
        return Place.of(self.figure)

    @property
    def restores(self) -> int | None:
        """The number of the revision that it goes back to."""
        return None if self.revision is None else self.revision.revision

    @property
    def is_withdrawal(self) -> bool:
        """Whether readers no longer see the figure."""
        return self.revision is None or self.revision.status == _WITHDRAWN

    @property
    def is_change(self) -> bool:
        """Whether readers will see something else: a figure that is withdrawn is not withdrawn again."""
        return not (self.is_withdrawal and self.figure.status == _WITHDRAWN)


async def restorations_without(session: AsyncSession, submission_id: int) -> list[Restoration]:
    """What becomes of the figures that a submission published last, when it is withdrawn.

    Each goes back to its latest revision by an import or by a submission that is not withdrawn. A calculated figure is
    calculated again instead.
    """
    figures = await _last_published_by(session, submission_id)
    standing = await standing_revisions(session, figures, without=submission_id)
    restorations = []
    for figure in figures:
        revision = standing.get(key(figure))
        stands_by = submission_id if revision is None else revision.submission_id
        restorations.append(Restoration(figure, revision, stands_by))
    return [each for each in restorations if each.is_change]


async def standing_revisions(
    session: AsyncSession, figures: Sequence[FigureRow], *, without: int
) -> dict[int, FigureRevisionRow]:
    """The latest revision of each figure by an import or by a submission that is not withdrawn, nor the one given.

    What a restoration has undone does not come back: the search goes on before the revision that it restored. It ends
    at a calculated revision, which nobody sent.
    """
    revisions = await _revisions(session, figures)
    gone = {without} | await withdrawn(session, {each.submission_id for each in revisions.values()})
    standing: dict[int, FigureRevisionRow] = {}
    for figure in figures:
        number = figure.revision
        while number > 0:
            revision = revisions[key(figure), number]
            number = revision.restores or number
            if revision.origin == FigureOrigin.DERIVED:
                break
            if revision.submission_id not in gone:
                standing[key(figure)] = revisions[key(figure), number]
                break
            number -= 1
    return standing


async def withdrawn(session: AsyncSession, submission_ids: Iterable[int | None]) -> set[int]:
    """Those of some submissions that are withdrawn, whoever asks."""
    known = sorted({each for each in submission_ids if each is not None})
    return set(await session.exec(select(func.withdrawn_submissions(literal(known, type_=IDS)))))


async def write_restorations(
    session: AsyncSession, restorations: Sequence[Restoration], publication: Publication, *, reason: str
) -> dict[str, Any]:
    """Write each as a further revision, with what is calculated from it; nothing is deleted.

    What comes back is what an audit event records: figures restored and calculated, and targets that moved.
    """
    places = [each.place for each in restorations]
    follows = await derivation(
        session,
        places,
        sent=[each.place for each in restorations if not each.is_withdrawal],
        lost=[each.place for each in restorations if each.is_withdrawal],
    )
    series = {(place.metric, place.organisation) for place in places} | follows.series
    before = await target_moves.statuses(session, series, on=publication.at)
    restored = await _write(session, restorations, publication, reason)
    derived = await publish_derived(session, follows, publication)
    return {
        "restored": restored,
        **({"derived": derived} if derived else {}),
        "targets": await target_moves.moved(session, before, series, on=publication.at),
    }


async def _write(
    session: AsyncSession, restorations: Sequence[Restoration], publication: Publication, reason: str
) -> list[dict[str, Any]]:
    details = []
    for each in restorations:
        before = value_shown(each.figure)
        _restore(each, publication)
        session.add(each.figure)
        details.append(
            {
                "figure": ids.made("Figure", key(each.figure)),
                "revision": each.figure.revision,
                "restores": each.restores,
                "before": before,
                "after": value_shown(each.figure),
            }
        )
    await session.flush()
    for each in restorations:
        stands_by = {"submission_id": each.submission_id, "restores": each.restores}
        session.add(revision_of(each.figure, publication, reason, **stands_by))
    await session.flush()
    return details


def _restore(restoration: Restoration, publication: Publication) -> None:
    figure, earlier = restoration.figure, restoration.revision
    for name in COMES_BACK if earlier is not None else ():
        setattr(figure, name, getattr(earlier, name))
    if earlier is None:
        figure.status = _WITHDRAWN
    say_sent(figure)
    # The note of a figure that goes says why, if anything does; one that comes back keeps the note that it had.
    note = publication.public_note
    figure.note = note if figure.status == _WITHDRAWN else figure.note or note
    figure.revision += 1
    figure.published_at = publication.at


async def _last_published_by(session: AsyncSession, submission_id: int) -> Sequence[FigureRow]:
    figures = await session.exec(
        select(FigureRow)
        .join(FigureRevisionRow, is_current(table(FigureRow), table(FigureRevisionRow)))
        .where(FigureRevisionRow.submission_id == submission_id, FigureRevisionRow.origin == FigureOrigin.SENT)
        .order_by(col(FigureRow.id))
    )
    return figures.all()


async def _revisions(session: AsyncSession, figures: Sequence[FigureRow]) -> dict[tuple[int, int], FigureRevisionRow]:
    """All revisions of some figures, by the figure and the number."""
    revisions = await session.exec(
        select(FigureRevisionRow).where(among(FigureRevisionRow.figure_id, {key(figure) for figure in figures}, IDS))
    )
    return {(each.figure_id, each.revision): each for each in revisions}
