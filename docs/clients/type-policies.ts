// For Apollo Client, with `possibleTypes`. Ask for `edges { node }` where you load more pages.
import type { TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

export const typePolicies: TypePolicies = {
  Actor: {
    keyFields: false,
  },
  AuditEventConnection: {
    keyFields: false,
  },
  AuditEventEdge: {
    keyFields: false,
  },
  AvailableAction: {
    keyFields: false,
  },
  Briefing: {
    keyFields: false,
  },
  BriefingChart: {
    keyFields: false,
  },
  BriefingNumber: {
    keyFields: false,
  },
  BriefingSection: {
    keyFields: false,
  },
  BriefingTable: {
    keyFields: false,
  },
  BriefingTarget: {
    keyFields: false,
  },
  Collection: {
    keyFields: false,
  },
  CollectionPayload: {
    keyFields: false,
  },
  Comparison: {
    keyFields: false,
  },
  Completeness: {
    keyFields: false,
    fields: {
      requests: relayStylePagination(["filter","orderBy"]),
    },
  },
  ConfidenceInterval: {
    keyFields: false,
  },
  CountChart: {
    keyFields: false,
  },
  CountChartPoint: {
    keyFields: false,
  },
  DataQualityIssue: {
    keyFields: false,
  },
  DataQualityIssueConnection: {
    keyFields: false,
  },
  DataQualityIssueEdge: {
    keyFields: false,
  },
  DataQualityPayload: {
    keyFields: false,
  },
  Distribution: {
    keyFields: false,
  },
  Doubt: {
    keyFields: false,
  },
  Drift: {
    keyFields: false,
  },
  EntryChange: {
    keyFields: false,
  },
  FigureConnection: {
    keyFields: false,
  },
  FigureEdge: {
    keyFields: false,
  },
  FigureOfNote: {
    keyFields: false,
  },
  FigurePayload: {
    keyFields: false,
  },
  FigureRequest: {
    keyFields: false,
  },
  FigureRequestConnection: {
    keyFields: false,
  },
  FigureRequestEdge: {
    keyFields: false,
  },
  FigureRevision: {
    keyFields: false,
  },
  FiguresOfNote: {
    keyFields: false,
  },
  Finding: {
    keyFields: false,
  },
  ForecastPoint: {
    keyFields: false,
  },
  FormerName: {
    keyFields: false,
  },
  Funnel: {
    keyFields: false,
  },
  FunnelPoint: {
    keyFields: false,
  },
  Growth: {
    keyFields: false,
  },
  HealthAndCarePartnership: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
      primaryCareNetworks: relayStylePagination(["on","includeClosed","includeSynthetic","filter","orderBy"]),
      practices: relayStylePagination(["filter","orderBy","on","includeClosed","includeSynthetic"]),
    },
  },
  IntegratedCareBoard: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
      primaryCareNetworks: relayStylePagination(["on","includeClosed","includeSynthetic","filter","orderBy"]),
      practices: relayStylePagination(["filter","orderBy","on","includeClosed","includeSynthetic"]),
    },
  },
  MatrixCell: {
    keyFields: false,
  },
  MatrixRow: {
    keyFields: false,
  },
  MatrixRowConnection: {
    keyFields: false,
  },
  MatrixRowEdge: {
    keyFields: false,
  },
  Membership: {
    keyFields: false,
  },
  Metric: {
    fields: {
      figures: relayStylePagination(["organisations","kind","from","to","latestOnly","includeClosed","includeSynthetic","asKnownAt","orderBy"]),
      targetPage: relayStylePagination(["organisations","kind","status","includeSynthetic","filter","orderBy"]),
    },
  },
  MetricConnection: {
    keyFields: false,
  },
  MetricEdge: {
    keyFields: false,
  },
  MetricPayload: {
    keyFields: false,
  },
  MetricRequests: {
    keyFields: false,
  },
  Milestone: {
    keyFields: false,
  },
  MissingFigure: {
    keyFields: false,
  },
  Narrative: {
    keyFields: false,
  },
  NotCalculated: {
    keyFields: false,
  },
  OrganisationConnection: {
    keyFields: false,
  },
  OrganisationEdge: {
    keyFields: false,
  },
  OrganisationRequests: {
    keyFields: false,
  },
  OrganisationScore: {
    keyFields: false,
  },
  OrganisationScoreConnection: {
    keyFields: false,
  },
  OrganisationScoreEdge: {
    keyFields: false,
  },
  PageInfo: {
    keyFields: false,
  },
  Paper: {
    keyFields: false,
  },
  PaperAction: {
    keyFields: false,
  },
  PaperPayload: {
    keyFields: false,
  },
  PeriodConnection: {
    keyFields: false,
  },
  PeriodEdge: {
    keyFields: false,
  },
  Practice: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
      similar: relayStylePagination(["on","includeSynthetic"]),
    },
  },
  PracticeConnection: {
    keyFields: false,
  },
  PracticeCount: {
    keyFields: false,
  },
  PracticeEdge: {
    keyFields: false,
  },
  PrimaryCareNetwork: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
      practices: relayStylePagination(["filter","orderBy","on","includeClosed","includeSynthetic"]),
    },
  },
  PrimaryCareNetworkConnection: {
    keyFields: false,
  },
  PrimaryCareNetworkEdge: {
    keyFields: false,
  },
  Problem: {
    keyFields: false,
  },
  ProcessLimits: {
    keyFields: false,
  },
  PublishSubmissionsPayload: {
    keyFields: false,
  },
  QuarterPayload: {
    keyFields: false,
  },
  Query: {
    fields: {
      organisations: relayStylePagination(["on","includeClosed","includeSynthetic","filter","orderBy"]),
      practices: relayStylePagination(["on","includeClosed","includeSynthetic","filter","orderBy"]),
      primaryCareNetworks: relayStylePagination(["on","includeClosed","includeSynthetic","filter","orderBy"]),
      metrics: relayStylePagination(["includeSynthetic","filter","orderBy"]),
      periodPage: relayStylePagination(["kind","from","to","includeSynthetic","orderBy"]),
      figures: relayStylePagination(["includeSynthetic","filter","orderBy","asKnownAt"]),
      matrix: relayStylePagination(["metrics","kind","period","within","on","asKnownAt","includeSynthetic","orderBy"]),
      scores: relayStylePagination(["metrics","kind","weights","period","organisations","within","includeSynthetic","orderBy"]),
      targets: relayStylePagination(["includeSynthetic","filter","orderBy"]),
      targetMoves: relayStylePagination(["since","asKnownThen","directions","organisation","metrics","theme","kind","asOf","includeSynthetic","orderBy"]),
      submissions: relayStylePagination(["filter","orderBy"]),
      dataQualityIssues: relayStylePagination(["filter","orderBy"]),
      auditEvents: relayStylePagination(["filter","orderBy"]),
      search: relayStylePagination(["text","kind","includeClosed","includeSynthetic"]),
    },
  },
  Rank: {
    keyFields: false,
  },
  RateLimit: {
    keyFields: false,
  },
  RatingByCqc: {
    keyFields: false,
  },
  RecalculatedFigure: {
    keyFields: false,
  },
  Recalculation: {
    keyFields: false,
  },
  Region: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
    },
  },
  RegisterPayload: {
    keyFields: false,
  },
  RequestCounts: {
    keyFields: false,
  },
  ReturnComment: {
    keyFields: false,
  },
  RolledUp: {
    keyFields: false,
  },
  RolledUpPoint: {
    keyFields: false,
  },
  RowResult: {
    keyFields: false,
  },
  ScorePart: {
    keyFields: false,
  },
  SearchHit: {
    keyFields: false,
  },
  SearchHitConnection: {
    keyFields: false,
  },
  SearchHitEdge: {
    keyFields: false,
  },
  SentFigure: {
    keyFields: false,
  },
  Series: {
    keyFields: false,
  },
  SeriesPoint: {
    keyFields: false,
  },
  SimilarPractice: {
    keyFields: false,
  },
  SimilarPracticeConnection: {
    keyFields: false,
  },
  SimilarPracticeEdge: {
    keyFields: false,
  },
  Source: {
    keyFields: false,
  },
  Submission: {
    fields: {
      entries: relayStylePagination(["orderBy"]),
    },
  },
  SubmissionConnection: {
    keyFields: false,
  },
  SubmissionEdge: {
    keyFields: false,
  },
  SubmissionEntry: {
    keyFields: false,
  },
  SubmissionEntryConnection: {
    keyFields: false,
  },
  SubmissionEntryEdge: {
    keyFields: false,
  },
  SubmissionPayload: {
    keyFields: false,
  },
  Target: {
    fields: {
      inheritingPage: relayStylePagination(["status","filter","orderBy"]),
    },
  },
  TargetConnection: {
    keyFields: false,
  },
  TargetEdge: {
    keyFields: false,
  },
  TargetMembers: {
    keyFields: false,
  },
  TargetMove: {
    keyFields: false,
  },
  TargetMoveConnection: {
    keyFields: false,
  },
  TargetMoveCount: {
    keyFields: false,
  },
  TargetMoveEdge: {
    keyFields: false,
  },
  TargetPayload: {
    keyFields: false,
  },
  TargetProgress: {
    keyFields: false,
  },
  TargetRevision: {
    keyFields: false,
  },
  TargetSummary: {
    keyFields: false,
    fields: {
      targetPage: relayStylePagination(["filter","orderBy"]),
    },
  },
  ThemePayload: {
    keyFields: false,
  },
  TraitDifference: {
    keyFields: false,
  },
  Trust: {
    fields: {
      members: relayStylePagination(["on","kind","includeClosed","includeSynthetic","filter","orderBy"]),
      figures: relayStylePagination(["metrics","from","to","latestOnly","includeSynthetic","asKnownAt","orderBy"]),
    },
  },
  UpdateQuarterlyFiguresPayload: {
    keyFields: false,
  },
  ValueBand: {
    keyFields: false,
  },
};
