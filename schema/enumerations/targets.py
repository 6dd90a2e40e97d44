"""Targets: what they ask for, and their statuses."""

from enum import StrEnum

from schema.described import described


@described(
    AT_LEAST="Met by this value or more.",
    MORE_THAN="Met only by more than this value. 90 does not meet more than 90.",
    AT_MOST="Met by this value or less.",
    LESS_THAN="Met only by less than this value.",
    EXACTLY="Met only by exactly this value.",
    BETWEEN="Met from the value to the upper value, inclusive.",
)
class Comparator(StrEnum):
    """How a figure is compared with a target's value. 90 does not meet MORE_THAN 90."""

    AT_LEAST = "AT_LEAST"
    MORE_THAN = "MORE_THAN"
    AT_MOST = "AT_MOST"
    LESS_THAN = "LESS_THAN"
    EXACTLY = "EXACTLY"
    BETWEEN = "BETWEEN"


@described(
    MET="The figure meets the target.",
    MET_AT_RISK="Met, but the confidence interval or the process limits reach past the target.",
    LOST="Met in an earlier period, but not in the latest.",
    ON_TRACK="Not yet met, but on or ahead of the trajectory, or at 95 % or more of the pace needed.",
    ACCELERATE="Improving, at 60 % or more of the pace needed.",
    LIMITED="Improving or level, at less than 60 % of the pace needed.",
    DETERIORATING="Moving away from the target.",
    MISSED="The due date has passed and the target is not met.",
    NO_DATA="No figure is published.",
    NOT_ASSESSABLE="Cannot be assessed. The reason says why.",
)
class TargetStatus(StrEnum):
    """The status of a target: the first one that applies, in the order of the method."""

    MET = "MET"
    MET_AT_RISK = "MET_AT_RISK"
    LOST = "LOST"
    ON_TRACK = "ON_TRACK"
    ACCELERATE = "ACCELERATE"
    LIMITED = "LIMITED"
    DETERIORATING = "DETERIORATING"
    MISSED = "MISSED"
    NO_DATA = "NO_DATA"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"

    @property
    def words(self) -> str:
        """The status as people read it: "No longer met"."""
        return _WORDS[self]


_WORDS = {
    TargetStatus.MET: "Met",
    TargetStatus.MET_AT_RISK: "Met, at risk",
    TargetStatus.LOST: "No longer met",
    TargetStatus.ON_TRACK: "On track",
    TargetStatus.ACCELERATE: "Faster progress needed",
    TargetStatus.LIMITED: "Limited progress",
    TargetStatus.DETERIORATING: "Getting worse",
    TargetStatus.MISSED: "Missed",
    TargetStatus.NO_DATA: "No figure yet",
    TargetStatus.NOT_ASSESSABLE: "Cannot be assessed",
}

# The statuses that say how near a target is, the nearest first. The other two say that nobody knows.
NEAREST_FIRST = (
    TargetStatus.MET,
    TargetStatus.MET_AT_RISK,
    TargetStatus.ON_TRACK,
    TargetStatus.ACCELERATE,
    TargetStatus.LIMITED,
    TargetStatus.DETERIORATING,
    TargetStatus.LOST,
    TargetStatus.MISSED,
)


@described(
    WORSE="It is further from the target than it was.",
    BETTER="It is nearer to the target than it was, or meets it now.",
    OTHER="Whether it is better is not known: on one of the days the status is NO_DATA or NOT_ASSESSABLE.",
    NEW="It was not set then, or its organisation did not inherit it.",
    SAME="The status is the same.",
)
class TargetDirection(StrEnum):
    """How the status of a target has moved since a day."""

    WORSE = "WORSE"
    BETTER = "BETTER"
    OTHER = "OTHER"
    NEW = "NEW"
    SAME = "SAME"


@described(
    HOLD="It must be met by the due date, and stay met after it: a share, a level, staff.",
    REACH="It must be met by the due date. The last figure until then decides for ever: a count.",
)
class TargetKind(StrEnum):
    """Whether a target must be held after its due date, or reached by it."""

    HOLD = "HOLD"
    REACH = "REACH"
