"""Who inherits a target on a day: a climb from the member to its groups, until one of them set a target for it."""

import datetime as dt

from tests.service.reads.reference import organisations
from tests.service.reads.reference.tables import Row, Tables


def rule_id(target: Row) -> int:
    """The id of the target that was set: the one that it inherits, or its own."""
    return int(target["inheritedFromId"] or target["id"])


def in_force(tables: Tables, target: Row, on: dt.date) -> bool:
    """Whether a target is its organisation's on a day. Who has targets, and who is in which group, is as known now."""
    if target["inheritedFromId"] is None:
        return True
    tables = tables.whole or tables
    rule, member = _one(tables, "target", rule_id(target)), _one(tables, "organisation", target["organisationId"])
    if member["isSynthetic"] and not _one(tables, "metric", rule["metricId"])["isSynthetic"]:
        return False
    if member["kind"] != rule["appliesTo"] or _has_one(tables, rule, member, None, on):
        return False
    for group in organisations.groups(tables, member, on):
        if group["id"] == rule["organisationId"]:
            return True
        if _has_one(tables, rule, group, member["kind"], on):
            return False
    return False


def due_before(tables: Tables, target: Row) -> dt.date | None:
    """When the target before it, of the same metric and organisation and for the same members, is due."""
    rule = _one(tables, "target", rule_id(target))
    due = _one(tables, "target", target["id"])["due"]
    dues = [one["due"] for one in _like(tables, rule, rule["organisationId"], rule["appliesTo"])]
    return max((each for each in dues if each is not None and due is not None and each < due), default=None)


def _has_one(tables: Tables, rule: Row, organisation: Row, kind: str | None, on: dt.date) -> bool:
    """Whether an organisation has a target of its own, or for members of a kind, on a day from start to due date."""
    return any(_covers(tables, each, on) for each in _like(tables, rule, organisation["id"], kind))


def _like(tables: Tables, rule: Row, organisation: int, kind: str | None) -> list[Row]:
    mine = tables.where("target", "organisationId", organisation)
    set_ones = [one for one in mine if one["inheritedFromId"] is None]
    return [one for one in set_ones if (one["metricId"], one["appliesTo"]) == (rule["metricId"], kind)]


def _covers(tables: Tables, target: Row, on: dt.date) -> bool:
    start, due = target["start"] or target["baselineOn"], target["due"]
    if start is None and due is not None:
        counts = _one(tables, "metric", target["metricId"])["counts"]
        first = dt.date(due.year - (due.month < 4), 4, 1) if counts == "YEAR_TO_DATE" else None
        start = due_before(tables, target) or first
    return (start is None or start < on) and (due is None or on <= due)


def _one(tables: Tables, table: str, key: int) -> Row:
    found = tables.one(table, key)
    assert found is not None
    return found
