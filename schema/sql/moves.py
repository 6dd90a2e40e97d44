"""Which targets have moved: their status on a day next to that of an earlier day."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from schema.enumerations import TargetDirection
from schema.enumerations.targets import NEAREST_FIRST
from schema.mapping import Arguments, constant
from schema.sql.progress import is_in_force
from schema.sql.targets import counted
from schema.tables import TargetRow, rows_of

_target = rows_of(TargetRow)


def target_moves(_: Any, arguments: Arguments) -> Select[Any]:
    """One row for each target that a summary counts and that has moved in one of the directions of the argument."""
    moved = _moved(arguments)
    asked = arguments.term("directions")
    wanted = [each for each in TargetDirection if each is not TargetDirection.SAME] if asked is None else asked
    is_wanted = or_(literal_column("false"), *(moved.c.direction == constant(each) for each in wanted))
    return select(moved).where(is_wanted)


def target_move_counts(_: Any, arguments: Arguments) -> Select[Any]:
    """One row for each direction in which a target has moved, in the order of the enumeration."""
    moved = _moved(arguments)
    return select(moved.c.direction, func.count().label("count"), moved.c.place).group_by(
        moved.c.direction, moved.c.place
    )


def _moved(arguments: Arguments) -> FromClause:
    """Every target that a summary counts on the day, with its status then and now."""
    since, target = arguments.value("since"), _target.alias()
    now, then = arguments.standings(), arguments.standings_on("since", as_known_then=arguments.term("asKnownThen"))
    was_in_force = and_(then.c.target_id == target.c.id, is_in_force(target, since))
    both = (
        select(
            target.c.id,
            target.c.id.label("target_id"),
            target.c.metric_id,
            target.c.organisation_id,
            then.c.status.label("before"),
            now.c.status.label("after"),
        )
        .select_from(now.join(target, target.c.id == now.c.target_id).outerjoin(then, was_in_force))
        .where(*counted(target, arguments))
        .subquery("both")
    )
    directed = select(both, _direction(both).label("direction")).subquery("directed")
    return select(directed, _place(directed.c.direction).label("place")).subquery("moved")


def _direction(both: FromClause) -> ColumnElement[str]:
    before, after = _rank(both.c.before), _rank(both.c.after)
    return case(
        (both.c.before.is_(None), constant(TargetDirection.NEW)),
        (both.c.before == both.c.after, constant(TargetDirection.SAME)),
        (after > before, constant(TargetDirection.WORSE)),
        (after < before, constant(TargetDirection.BETTER)),
        else_=constant(TargetDirection.OTHER),
    )


def _rank(status: ColumnElement[Any]) -> ColumnElement[int]:
    """How far a status is from the best one; null where it does not say."""
    return case(*((status == constant(each), literal_column(str(at))) for at, each in enumerate(NEAREST_FIRST)))


def _place(direction: ColumnElement[Any]) -> ColumnElement[int]:
    every = enumerate(TargetDirection)
    return cast(case(*((direction == constant(each), literal_column(str(at))) for at, each in every)), BigInteger)
