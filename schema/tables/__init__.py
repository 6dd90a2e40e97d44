"""The tables: importing this package puts all of them in `metadata`."""

from schema.tables.access import ActorRow, ApiKeyRow, SessionRow
from schema.tables.audit import FOLLOWING, UNVERSIONED, AuditEventRow, AuditHeadRow, DataVersionRow, IdempotentAnswerRow
from schema.tables.collections import CollectionExceptionRow, CollectionRow, QuarterRow
from schema.tables.columns import key, metadata, rows_of, table
from schema.tables.documents import TrustedDocumentRow
from schema.tables.figures import REVISED_FIGURE, FigureCountRow, FigureRevisionRow, FigureRow
from schema.tables.measured import MEASURED, NUMBERS, SENT, Measured, Measurement, Sent
from schema.tables.messages import MessageRow, UnsubscribedRow
from schema.tables.metrics import METRICS_OF_A_METRIC, MetricRow, PeriodRow, ThemeRow
from schema.tables.organisations import (
    AncestryRow,
    CqcRatingRow,
    MembershipRow,
    OrganisationPastRow,
    OrganisationRow,
    SuccessionRow,
)
from schema.tables.papers import NarrativeRow, OutlineRow, PaperActionRow, PaperRow
from schema.tables.people import PersonRow, SignInLinkRow
from schema.tables.quality import DataQualityIssueRow
from schema.tables.recalculations import RecalculationRow
from schema.tables.sources import Citation, SourceRow
from schema.tables.statuses import JudgingRow, TargetStatusRow, UnjudgedTargetRow
from schema.tables.submissions import (
    NilReturnRow,
    ReplacedNilReturnRow,
    ReturnCommentRow,
    SubmissionEntryRow,
    SubmissionFindingRow,
    SubmissionRow,
)
from schema.tables.targets import REVISED_TARGET, MilestoneRow, TargetRevisionRow, TargetRow
from schema.tables.verdicts import FigureVerdictRow, UnjudgedSeriesRow
from schema.tables.webhooks import WebhookRow

__all__ = [
    "FOLLOWING",
    "MEASURED",
    "METRICS_OF_A_METRIC",
    "NUMBERS",
    "REVISED_FIGURE",
    "REVISED_TARGET",
    "SENT",
    "UNVERSIONED",
    "ActorRow",
    "AncestryRow",
    "ApiKeyRow",
    "AuditEventRow",
    "AuditHeadRow",
    "Citation",
    "CollectionExceptionRow",
    "CollectionRow",
    "CqcRatingRow",
    "DataQualityIssueRow",
    "DataVersionRow",
    "FigureCountRow",
    "FigureRevisionRow",
    "FigureRow",
    "FigureVerdictRow",
    "IdempotentAnswerRow",
    "JudgingRow",
    "Measured",
    "Measurement",
    "MembershipRow",
    "MessageRow",
    "MetricRow",
    "MilestoneRow",
    "NarrativeRow",
    "NilReturnRow",
    "OrganisationPastRow",
    "OrganisationRow",
    "OutlineRow",
    "PaperActionRow",
    "PaperRow",
    "PeriodRow",
    "PersonRow",
    "QuarterRow",
    "RecalculationRow",
    "ReplacedNilReturnRow",
    "ReturnCommentRow",
    "Sent",
    "SessionRow",
    "SignInLinkRow",
    "SourceRow",
    "SubmissionEntryRow",
    "SubmissionFindingRow",
    "SubmissionRow",
    "SuccessionRow",
    "TargetRevisionRow",
    "TargetRow",
    "TargetStatusRow",
    "ThemeRow",
    "TrustedDocumentRow",
    "UnjudgedSeriesRow",
    "UnjudgedTargetRow",
    "UnsubscribedRow",
    "WebhookRow",
    "key",
    "metadata",
    "rows_of",
    "table",
]
