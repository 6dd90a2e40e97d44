"""Who belongs to which group on a date: a climb over the memberships on that day, group by group."""

import datetime as dt
from typing import Any

from tests.service.reads.reference.tables import OF_KIND, Moment, Row, Tables, only

_SAYS_WHO = {
    "organisations",
    "practices",
    "practicesBy",
    "practicesByValue",
    "primaryCareNetworks",
    "healthAndCarePartnerships",
    "integratedCareBoards",
    "orphanPractices",
    "members",
    "matrix",
    "similar",
    "ancestors",
    "isOrphan",
    "region",
}
_SAYS_OF: dict[str, set[str]] = {"Query": set(), "PrimaryCareNetwork": {"healthAndCarePartnership"}}


def first_on_record(tables: Tables) -> dt.date | None:
    """The first day on which an organisation that is not made up is in a group; None if none is."""
    real = {one["id"] for one in tables.all("organisation") if not one["isSynthetic"]}
    starts = [stay["starts"] or dt.date.min for stay in tables.all("membership") if stay["memberId"] in real]
    return min(starts, default=None)


def refuse_unknown(tables: Tables, kind: str, name: str) -> None:
    """Refuse a field that says who was a member on a day before the first on record, and cannot be null."""
    says = name in {*_SAYS_WHO, *_SAYS_OF.get(kind, ())} and (kind in _SAYS_OF or kind in OF_KIND.values())
    first = first_on_record(tables) if says and tables.moment != Moment() else None
    if first is not None and tables.today < first:
        raise LookupError(f"{kind}.{name} is not on record on {tables.today}")


def groups(tables: Tables, row: Row, on: dt.date) -> list[Row]:
    """The groups above an organisation on a date, nearest first."""
    stay = only(stay for stay in tables.where("membership", "memberId", row["id"]) if _holds(stay, on))
    if stay is None:
        return []
    above = tables.one("organisation", stay["groupId"])
    assert above is not None
    return [above, *groups(tables, above, on)]


def direct_members(tables: Tables, row: Row, on: dt.date) -> list[Row]:
    """The organisations whose own membership of this one holds on a date."""
    stays = [stay for stay in tables.where("membership", "groupId", row["id"]) if _holds(stay, on)]
    return [member for stay in stays if (member := tables.one("organisation", stay["memberId"]))]


def below(tables: Tables, row: Row, on: dt.date, kind: str) -> list[Row]:
    """The organisations of a kind below this one on a date, at any distance."""
    members = direct_members(tables, row, on)
    deeper = [one for member in members for one in below(tables, member, on, kind)]
    return [*(member for member in members if member["kind"] == kind), *deeper]


def open_below(tables: Tables, row: Row, on: dt.date, kind: str, *, closed: Any = False) -> list[Row]:
    """Those of them that are open; if asked for, also those that have closed, in the groups of their last day."""
    if not closed:
        return [one for one in below(tables, row, on, kind) if is_between(one, on)]
    found = [one for one in tables.all("organisation") if one["kind"] == kind and _has_opened(one, on)]
    return [one for one in found if row in groups(tables, one, last_day_by(tables, one, on))]


def members(tables: Tables, row: Row, on: dt.date, *, closed: Any = False) -> list[Row]:
    """The open direct members of an organisation on a date; if asked for, the closed ones too."""
    if not closed:
        return [one for one in direct_members(tables, row, on) if is_between(one, on)]
    found = [one for one in tables.all("organisation") if _has_opened(one, on)]
    return [one for one in found if groups(tables, one, last_day_by(tables, one, on))[:1] == [row]]


def last_day_by(tables: Tables, row: Row, on: dt.date) -> dt.date:
    """The last day by a date on which an organisation was in a group; the date itself if it never was in one."""
    stays = tables.where("membership", "memberId", row["id"])
    days = [min(stay["ends"] or on, on) for stay in stays if stay["starts"] is None or stay["starts"] <= on]
    return max(days, default=on)


def above(tables: Tables, row: Row, on: dt.date, kind: str) -> Row | None:
    """The group of a kind that an organisation belongs to on a date."""
    return only(group for group in groups(tables, row, on) if group["kind"] == kind)


def always_above(tables: Tables, row: Row, on: dt.date, kind: str) -> Row | None:
    """The group of a kind on a date, or else on the nearest day on which there is one."""
    candidates = {on} | {day for stay in tables.all("membership") for day in (stay["starts"], stay["ends"]) if day}
    found = [(abs(day - on), group) for day in candidates if (group := above(tables, row, day, kind))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def is_open(tables: Tables, row: Row, on: dt.date) -> bool:
    """Whether an organisation is open on a date, and in its groups, if it has ever been in one."""
    is_in_none = not tables.where("membership", "memberId", row["id"])
    return is_between(row, on) and (is_in_none or bool(groups(tables, row, on)))


def is_between(row: Row, on: dt.date) -> bool:
    """Whether an organisation has opened by a date, and has not closed before it."""
    return _has_opened(row, on) and (row["closedOn"] is None or row["closedOn"] >= on)


def _has_opened(row: Row, on: dt.date) -> bool:
    return row["openedOn"] is None or bool(row["openedOn"] <= on)


def had_started(tables: Tables, row: Row, on: dt.date) -> bool:
    """Whether an organisation had opened, and been in a group if it has ever been in one, by a date."""
    stays = tables.where("membership", "memberId", row["id"])
    has_joined = not stays or any(stay["starts"] is None or stay["starts"] <= on for stay in stays)
    return has_joined and _has_opened(row, on)


def orphans(tables: Tables, row: Row, on: dt.date, *, closed: Any = False) -> list[Row]:
    """The practices below a partnership that have no network on a date, by name."""
    practices = [one for one in members(tables, row, on, closed=closed) if one["kind"] == "PRACTICE"]
    return by_name(tables, on, practices)


def is_orphan(tables: Tables, row: Row, on: dt.date) -> bool:
    """Whether a practice is open, in a partnership and in no network on a date."""
    kinds = {group["kind"] for group in groups(tables, row, on)}
    is_alone = "HEALTH_AND_CARE_PARTNERSHIP" in kinds and "PRIMARY_CARE_NETWORK" not in kinds
    return is_between(row, on) and is_alone


def by_name(tables: Tables, on: dt.date, rows: Any) -> list[Row]:
    """Rows by the name that they had on a date, where capitals count as small letters."""
    return sorted(rows, key=lambda row: (as_it_was(tables, row, on, "name").lower(), row["id"]))


def ratings(tables: Tables, row: Row) -> list[Row]:
    """A practice's ratings, the latest first."""
    found = tables.where("cqc_rating", "organisationId", row["id"])
    return sorted(found, key=lambda rating: rating["ratedOn"], reverse=True)


def latest_rating(tables: Tables, row: Row, by: dt.date | None = None) -> Row | None:
    """The latest of a practice's ratings, or of those by a day."""
    return next((each for each in ratings(tables, row) if by is None or each["ratedOn"] <= by), None)


def former_names(tables: Tables, row: Row) -> list[Row]:
    """What an organisation was called before, the latest first."""
    return sorted(tables.where("organisation_past", "organisationId", row["id"]), key=lambda one: one["until"])[::-1]


def memberships(tables: Tables, row: Row) -> list[Row]:
    """Its stays in each group above it, the latest first: stays without a day between them are one."""
    found: list[Row] = []
    for away, group, since, until in sorted(_stays(tables, row, 1, dt.date.min, dt.date.max), key=lambda one: one[2]):
        before = next((one for one in found if one["groupId"] == group and _meet(one["last"], since)), None)
        if before is None:
            found.append({"groupId": group, "first": since, "last": until, "away": away})
        else:
            before.update(last=max(before["last"], until), away=min(before["away"], away))
    nearest = {
        one["groupId"]: min(each["away"] for each in found if each["groupId"] == one["groupId"]) for one in found
    }
    found.sort(key=lambda one: (-one["first"].toordinal(), nearest[one["groupId"]], one["groupId"]))
    return [
        {
            "memberId": row["id"],
            "groupId": one["groupId"],
            "since": None if one["first"] == dt.date.min else one["first"],
            "until": None if one["last"] == dt.date.max else one["last"],
        }
        for one in found
    ]


def former_members(tables: Tables, row: Row) -> list[Row]:
    """The stays of its members that ended before the day, the latest first."""
    found = [stay for stay in tables.where("membership", "groupId", row["id"]) if stay["ends"] is not None]
    found = [{**stay, "since": stay["starts"], "until": stay["ends"]} for stay in found if stay["ends"] < tables.today]
    days = {stay["id"]: (stay["since"] or dt.date.min).toordinal() for stay in found}
    return sorted(found, key=lambda stay: (-stay["until"].toordinal(), -days[stay["id"]], stay["memberId"]))


def _meet(last: dt.date, first: dt.date) -> bool:
    return last == dt.date.max or first <= last + dt.timedelta(days=1)


def _stays(
    tables: Tables, row: Row, away: int, first: dt.date, last: dt.date
) -> list[tuple[int, Any, dt.date, dt.date]]:
    """Each group above an organisation within some days: how far up it is, its key, the first day and the last."""
    found = []
    for stay in tables.where("membership", "memberId", row["id"]):
        since, until = max(first, stay["starts"] or dt.date.min), min(last, stay["ends"] or dt.date.max)
        group = tables.one("organisation", stay["groupId"])
        if since <= until and group is not None:
            found += [(away, group["id"], since, until), *_stays(tables, group, away + 1, since, until)]
    return found


def as_it_was(tables: Tables, row: Row, on: dt.date, name: str) -> Any:
    """What an organisation said on a day."""
    for past in reversed(former_names(tables, row)):
        if on <= past["until"]:
            return past[name]
    return row[name]


def following(tables: Tables, row: Row, here: str, there: str) -> list[Row]:
    """The successors or the predecessors of an organisation, by the day and the code."""
    found = [
        (link["starts"], other["code"], other)
        for link in tables.where("succession", here, row["id"])
        if (other := tables.one("organisation", link[there]))
    ]
    return [other for _, _, other in sorted(found, key=lambda each: each[:2])]


def _holds(stay: Row, on: dt.date) -> bool:
    return (stay["starts"] is None or stay["starts"] <= on) and (stay["ends"] is None or on <= stay["ends"])
