"""The tables: importing this package puts all of them in `metadata`."""

from schema.tables.access import ApiKeyRow
from schema.tables.audit import AuditEventRow, DataVersionRow, IdempotentAnswerRow
from schema.tables.columns import metadata
from schema.tables.figures import FigureRevisionRow, FigureRow
from schema.tables.metrics import MetricRow, PeriodRow, ThemeRow
from schema.tables.organisations import AncestryRow, CqcRatingRow, MembershipRow, OrganisationRow
from schema.tables.sources import SourceRow
from schema.tables.targets import MilestoneRow, TargetRevisionRow, TargetRow

__all__ = [
    "AncestryRow",
    "ApiKeyRow",
    "AuditEventRow",
    "CqcRatingRow",
    "DataVersionRow",
    "FigureRevisionRow",
    "FigureRow",
    "IdempotentAnswerRow",
    "MembershipRow",
    "MetricRow",
    "MilestoneRow",
    "OrganisationRow",
    "PeriodRow",
    "SourceRow",
    "TargetRevisionRow",
    "TargetRow",
    "ThemeRow",
    "metadata",
]
