"""Which targets have moved since a day: the status of each on both days, compared."""

import datetime as dt
from collections import Counter

from schema.enumerations import TargetDirection
from tests.service.reads.reference import standings
from tests.service.reads.reference.inheritance import in_force
from tests.service.reads.reference.lookup import Arguments, Says, day
from tests.service.reads.reference.moments import HERE, view
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Moment, Row, Tables

_FROM_BEST = ("MET", "MET_AT_RISK", "ON_TRACK", "ACCELERATE", "LIMITED", "DETERIORATING", "LOST", "MISSED")


def moves(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """The targets that have moved, the worse first, in pages."""
    asked = arguments.get("directions")
    rows = _moved(tables, arguments)
    rows = [row for row in rows if (row["direction"] != "SAME" if asked is None else row["direction"] in asked)]
    asked = order(tables, arguments.get("orderBy"), "direction")
    return connection(rows, asked, arguments, lambda at: next(row for row in rows if row["id"] == at))


def counts(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """How many targets have moved in each direction."""
    found = Counter(row["direction"] for row in _moved(tables, arguments))
    return [{"direction": str(each), "count": found[each]} for each in TargetDirection if found[each]]


def _moved(tables: Tables, arguments: Arguments) -> list[Row]:
    on, since = day(tables, arguments, "asOf"), arguments["since"]
    known_at = dt.datetime.combine(since, dt.time.max, HERE) if arguments["asKnownThen"] else tables.moment.known_at
    then = view(tables.whole or tables, Moment(since, known_at))
    targets = [target for each in standings.summary(tables, {}, arguments) for target in each["targets"]]
    return [_move(tables, then, target, on) for target in targets]


def _move(tables: Tables, then: Tables, target: Row, on: dt.date) -> Row:
    earlier = then.one("target", target["id"])
    is_there = earlier is not None and in_force(then, target, then.today)
    before = standings.status(then, earlier, then.today) if is_there and earlier else None
    after = standings.status(tables, target, on)
    found = {"before": before, "after": after, "direction": _direction(before, after)}
    return {
        "id": target["id"],
        "target": target,
        **{name: target[name] for name in ("metricId", "organisationId")},
        **found,
    }


def _direction(before: str | None, after: str) -> str:
    if before is None or before == after:
        return "NEW" if before is None else "SAME"
    if before not in _FROM_BEST or after not in _FROM_BEST:
        return "OTHER"
    return "WORSE" if _FROM_BEST.index(after) > _FROM_BEST.index(before) else "BETTER"


FIELDS_OF_MOVES: dict[str, Says] = {
    "Query.targetMoves": moves,
    "Query.targetMoveCounts": counts,
    "TargetMove.target": lambda _, row, __: row["target"],
}
