"""The fixed lists of the contract, each value with the sentence that the printed schema shows for it.

A value is stored in the database and sent in JSON as its own name, so a row can be read without this file.
"""

from schema.enumerations.figures import FigureOrigin, FigureStatus, Qualifier
from schema.enumerations.messages import MessageKind
from schema.enumerations.metrics import Counts, Direction, Frequency, PeriodKind, PopulationTrait, RollUp, Unit
from schema.enumerations.organisations import CqcRating, OrganisationKind, PracticeGrouping
from schema.enumerations.statistics import (
    Assurance,
    ComparisonBasis,
    CountChartMethod,
    GrowthProgress,
    IntervalMethod,
    Judgement,
    OutlierMethod,
    Significance,
    SpecialCause,
    TrendDirection,
    Variation,
)
from schema.enumerations.submissions import (
    ChangeKind,
    OnConflict,
    PublishOutcome,
    RequestState,
    Role,
    RowOutcome,
    Severity,
    SubmissionAction,
    SubmissionStatus,
)
from schema.enumerations.targets import Comparator, TargetDirection, TargetKind, TargetStatus

__all__ = [
    "Assurance",
    "ChangeKind",
    "Comparator",
    "ComparisonBasis",
    "CountChartMethod",
    "Counts",
    "CqcRating",
    "Direction",
    "FigureOrigin",
    "FigureStatus",
    "Frequency",
    "GrowthProgress",
    "IntervalMethod",
    "Judgement",
    "MessageKind",
    "OnConflict",
    "OrganisationKind",
    "OutlierMethod",
    "PeriodKind",
    "PopulationTrait",
    "PracticeGrouping",
    "PublishOutcome",
    "Qualifier",
    "RequestState",
    "Role",
    "RollUp",
    "RowOutcome",
    "Severity",
    "Significance",
    "SpecialCause",
    "SubmissionAction",
    "SubmissionStatus",
    "TargetDirection",
    "TargetKind",
    "TargetStatus",
    "TrendDirection",
    "Unit",
    "Variation",
]
