"""The fixed lists of the contract, each value with the sentence that the printed schema shows for it.

A value is stored in the database and sent in JSON as its own name, so a row can be read without this file.
"""

from schema.enumerations.figures import FigureOrigin, FigureStatus, Qualifier
from schema.enumerations.messages import MessageKind
from schema.enumerations.metrics import Counts, Direction, Frequency, PeriodKind, PopulationTrait, RollUp, Unit
from schema.enumerations.organisations import CqcRating, OrganisationKind, PracticeGrouping
from schema.enumerations.quality import UNSETTLED, DataQualityState
from schema.enumerations.reasons import NotCalculatedCode
from schema.enumerations.statistics import (
    Assurance,
    ComparisonBasis,
    CountChartMethod,
    GrowthProgress,
    IntervalMethod,
    Judgement,
    NoteKind,
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
    "UNSETTLED",
    "Assurance",
    "ChangeKind",
    "Comparator",
    "ComparisonBasis",
    "CountChartMethod",
    "Counts",
    "CqcRating",
    "DataQualityState",
    "Direction",
    "FigureOrigin",
    "FigureStatus",
    "Frequency",
    "GrowthProgress",
    "IntervalMethod",
    "Judgement",
    "MessageKind",
    "NotCalculatedCode",
    "NoteKind",
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
