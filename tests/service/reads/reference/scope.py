"""The rows that a viewer may see: what is published is everybody's, submissions and events are their scope's."""

import datetime as dt
from functools import cache

from schema.enumerations import Role
from service.viewer import Viewer
from tests.service.reads.reference import organisations
from tests.service.reads.reference.tables import Row, Tables

EVERYTHING = 0


@cache
def seen_by(tables: Tables, viewer: Viewer | None) -> Tables:
    """The tables as a viewer sees them: rows out of scope are not there at all."""
    submissions = [row for row in tables.all("submission") if _sees_submission(tables, viewer, row)]
    events = [row for row in tables.all("audit_event") if _sees_event(tables, viewer, row)]
    papers = [row for row in tables.all("paper") if row["frozenAt"] or _sees_paper(tables, viewer, row)]
    seen = {"submission": submissions, "audit_event": events, "paper": papers}
    return Tables({**tables.rows, **seen}, tables.today, viewer, tables)


def _sees_submission(tables: Tables, viewer: Viewer | None, submission: Row) -> bool:
    return reaches(tables, viewer, submission["organisationId"], submission["quarterEnds"])


def _sees_paper(tables: Tables, viewer: Viewer | None, paper: Row) -> bool:
    return reaches(tables, viewer, paper["boardId"], paper["quarterEnds"])


def _sees_event(tables: Tables, viewer: Viewer | None, event: Row) -> bool:
    return reaches(tables, viewer, event["organisationId"], event["groupsOn"] or tables.today)


def reaches(tables: Tables, viewer: Viewer | None, at: int | None, on: dt.date) -> bool:
    """Whether an organisation is within a viewer's scope on a day; what is nobody's, within that of everything."""
    if viewer is None or viewer.role is Role.READER:
        return False
    organisation = tables.one("organisation", at)
    if organisation is None or viewer.scope == EVERYTHING:
        return viewer.scope == EVERYTHING
    stays = tables.where("membership", "memberId", organisation["id"])
    first = min((stay["starts"] or dt.date.min for stay in stays), default=on)
    # After its last day, and before its first record, whoever acted for it then acts for it.
    on = max(min(on, organisation["closedOn"] or on), first)
    return viewer.scope in {row["id"] for row in [organisation, *organisations.groups(tables, organisation, on)]}
