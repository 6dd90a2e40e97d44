"""A function for each field that is not simply a column of its row: `(tables, row, arguments)` gives what it says."""

from typing import Any

from tests.service.reads.reference import (
    briefings,
    completeness,
    data_quality,
    distributions,
    figure_fields,
    figures,
    funnels,
    groupings,
    listings,
    matrix,
    moves,
    notes,
    organisations,
    papers,
    pictures,
    reasons,
    rollups,
    scores,
    search,
    series,
    series_charts,
    similar,
    standings,
    submission_fields,
    targets,
)
from tests.service.reads.reference.inheritance import rule_id
from tests.service.reads.reference.lookup import FIELDS, Arguments, Says, day, said, until
from tests.service.reads.reference.moments import view
from tests.service.reads.reference.nodes import dates, identity, node
from tests.service.reads.reference.orders import figure_of
from tests.service.reads.reference.tables import Moment, Row, Tables


def _coded(rows: list[Row], arguments: Arguments) -> Row | None:
    return next((row for row in rows if row["code"] == arguments["code"]), None)


def _above(kind: str) -> Says:
    return lambda tables, row, arguments: organisations.above(tables, row, day(tables, arguments), kind)


def _always_above(kind: str) -> Says:
    return lambda tables, row, arguments: organisations.always_above(tables, row, day(tables, arguments), kind)


def _groups_below(kind: str) -> Says:
    return lambda tables, row, given: organisations.by_name(
        tables,
        tables.today,
        organisations.open_below(tables, row, tables.today, kind, closed=given["includeClosed"]),
    )


def _target(tables: Tables, _: Row, arguments: Arguments) -> Row | None:
    found = node(tables, arguments["id"])
    return found if found and found["__typename"] == "Target" else None


def _rated(name: str) -> Says:
    def says(tables: Tables, row: Row, arguments: Arguments) -> Any:
        rating = organisations.latest_rating(tables, row, day(tables, arguments))
        return rating and rating[name]

    return says


def _as_it_was(name: str) -> Says:
    return lambda tables, row, given: organisations.as_it_was(tables, row, day(tables, given), name)


def _following(here: str, there: str) -> Says:
    return lambda tables, row, _: organisations.following(tables, row, here, there)


def _by_code(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["code"]))


def _one(table: str) -> Says:
    return lambda tables, row, _: tables.one(table, row[f"{table}Id"])


def _revisions_of_target(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    return sorted(tables.where("target_revision", "targetId", rule_id(row)), key=lambda one: one["revision"])


NETWORK, PARTNERSHIP = "PRIMARY_CARE_NETWORK", "HEALTH_AND_CARE_PARTNERSHIP"
BOARD = "INTEGRATED_CARE_BOARD"

__all__ = ["said"]

FIELDS |= submission_fields.FIELDS_OF_SUBMISSIONS
FIELDS |= figure_fields.FIELDS_OF_FIGURES
FIELDS |= series.FIELDS_OF_SERIES | pictures.FIELDS_OF_PICTURES
FIELDS |= rollups.FIELDS_OF_ROLLUPS | distributions.FIELDS_OF_DISTRIBUTIONS
FIELDS |= series_charts.FIELDS_OF_SERIES_CHARTS
FIELDS |= funnels.FIELDS_OF_FUNNELS
FIELDS |= reasons.FIELDS_OF_REASONS
FIELDS |= scores.FIELDS_OF_SCORES | notes.FIELDS_OF_NOTES
FIELDS |= matrix.FIELDS_OF_MATRICES
FIELDS |= standings.FIELDS_OF_STANDINGS
FIELDS |= briefings.FIELDS_OF_BRIEFINGS
FIELDS |= papers.FIELDS_OF_PAPERS
FIELDS |= data_quality.FIELDS_OF_DATA_QUALITY
FIELDS |= search.FIELDS_OF_SEARCHES
FIELDS |= groupings.FIELDS_OF_GROUPINGS
FIELDS |= similar.FIELDS_OF_SIMILAR
FIELDS |= moves.FIELDS_OF_MOVES
FIELDS |= {
    "*.id": lambda tables, row, _: identity(row, tables.moment),
    "*.metric": _one("metric"),
    "*.organisation": _one("organisation"),
    "*.period": _one("period"),
    "*.source": _one("source"),
    "*.theme": _one("theme"),
    "Query.node": lambda tables, _, arguments: node(tables, arguments["id"]),
    "Query.nodes": lambda tables, _, arguments: [
        node(view(tables, Moment(*dates(text))), text) for text in arguments["ids"]
    ],
    "Query.organisation": lambda tables, _, arguments: _coded(tables.all("organisation"), arguments),
    "Query.organisations": listings.organisations_of(None),
    "Query.practice": lambda tables, _, arguments: _coded(listings.of_kind(tables, "PRACTICE"), arguments),
    "Query.practices": listings.organisations_of("PRACTICE"),
    "Query.primaryCareNetwork": lambda tables, _, arguments: _coded(listings.of_kind(tables, NETWORK), arguments),
    "Query.primaryCareNetworks": listings.organisations_of(NETWORK),
    "Query.healthAndCarePartnerships": listings.all_organisations_of(PARTNERSHIP),
    "Query.integratedCareBoards": listings.all_organisations_of(BOARD),
    # Nobody counts the requests of a test.
    "Query.rateLimit": lambda _, __, ___: None,
    "Query.themes": lambda tables, _, __: sorted(tables.all("theme"), key=lambda row: (row["position"], row["id"])),
    "Query.metric": lambda tables, _, arguments: _coded(tables.all("metric"), arguments),
    "Query.metrics": listings.all_metrics,
    "Query.periods": listings.periods,
    "Query.periodPage": listings.periods_page,
    "Metric.targetPage": listings.targets_page(standings.of_metric, "organisationCode", "due"),
    "Target.inheritingPage": listings.targets_page(standings.inheriting, "organisationCode"),
    "TargetSummary.targetPage": listings.targets_page(lambda _, row, __: row["targets"]),
    "Organisation.listSize": lambda tables, row, _: figure_of(tables, row, {}),
    "Query.figures": listings.all_figures,
    "Query.target": _target,
    "Query.targets": listings.all_targets,
    "Query.collections": listings.collections,
    "Collection.within": lambda tables, row, _: tables.one("organisation", row["withinId"]),
    "Collection.firstQuarter": lambda _, row, __: completeness.code_of(row["starts"]),
    "Collection.lastQuarter": lambda _, row, __: row["ends"] and completeness.code_of(row["ends"]),
    "Organisation.name": _as_it_was("name"),
    "Practice.postcode": _as_it_was("postcode"),
    "Trust.postcode": _as_it_was("postcode"),
    "Organisation.formerNames": lambda tables, row, _: organisations.former_names(tables, row),
    "Organisation.memberships": lambda tables, row, _: organisations.memberships(tables, row),
    "Organisation.formerMembers": lambda tables, row, _: organisations.former_members(tables, row),
    "Membership.member": lambda tables, row, _: tables.one("organisation", row["memberId"]),
    "Membership.group": lambda tables, row, _: tables.one("organisation", row["groupId"]),
    "Organisation.successors": _following("predecessorId", "successorId"),
    "Organisation.predecessors": _following("successorId", "predecessorId"),
    "Practice.cqcRatings": lambda tables, row, _: organisations.ratings(tables, row),
    "Organisation.ancestors": lambda tables, row, given: organisations.groups(tables, row, day(tables, given)),
    "Organisation.members": listings.members,
    "Organisation.figures": lambda tables, row, given: listings.figures_page(
        tables, figures.listed(tables, "organisationId", row, given), given
    ),
    "Practice.cqcRating": _rated("rating"),
    "Practice.cqcRatedOn": _rated("ratedOn"),
    "Practice.primaryCareNetwork": _above(NETWORK),
    "Practice.healthAndCarePartnership": _above(PARTNERSHIP),
    "Practice.isOrphan": lambda tables, row, given: organisations.is_orphan(tables, row, day(tables, given)),
    "PrimaryCareNetwork.healthAndCarePartnership": _always_above(PARTNERSHIP),
    "PrimaryCareNetwork.practices": listings.all_below("PRACTICE"),
    "HealthAndCarePartnership.primaryCareNetworks": listings.all_below(NETWORK),
    "HealthAndCarePartnership.practices": listings.all_below("PRACTICE"),
    "HealthAndCarePartnership.orphanPractices": lambda tables, row, given: organisations.orphans(
        tables, row, day(tables, given), closed=given["includeClosed"]
    ),
    "IntegratedCareBoard.healthAndCarePartnerships": _groups_below(PARTNERSHIP),
    "IntegratedCareBoard.primaryCareNetworks": listings.all_below(NETWORK),
    "IntegratedCareBoard.practices": listings.all_below("PRACTICE"),
    "IntegratedCareBoard.region": lambda tables, row, _: organisations.always_above(
        tables, row, tables.today, "REGION"
    ),
    "Region.integratedCareBoards": _groups_below(BOARD),
    "Theme.metrics": lambda tables, row, _: _by_code(tables.where("metric", "themeId", row["id"])),
    "Metric.source": lambda _, row, __: row["source"],
    "Metric.denominatorMetric": lambda tables, row, _: tables.one("metric", row["denominatorMetricId"]),
    "Metric.partOf": lambda tables, row, _: tables.one("metric", row["partOfId"]) if row["partOfId"] else None,
    "Metric.derivedFrom": lambda tables, row, _: tables.one("metric", row["derivedFromId"]),
    "Metric.derived": lambda tables, row, _: _by_code(tables.where("metric", "derivedFromId", row["id"])),
    "Metric.parts": lambda tables, row, _: _by_code(tables.where("metric", "partOfId", row["id"])),
    "Metric.figures": lambda tables, row, given: listings.figures_page(
        tables, figures.listed(tables, "metricId", row, given), given
    ),
    "Period.start": lambda _, row, __: row["starts"],
    "Period.end": lambda _, row, __: row["ends"],
    "Figure.revisions": lambda tables, row, _: figures.revisions(tables, row),
    "TargetRevision.countsFrom": lambda _, row, __: targets.counts_from(row),
    "Target.milestones": lambda tables, row, _: targets.milestones(tables, row),
    "Target.current": lambda tables, row, given: targets.current(tables, row, day(tables, given, "asOf")),
    "Target.progress": lambda tables, row, given: targets.progress(
        tables, row, given.get("from"), until(tables, given)
    ),
    "Target.revisions": _revisions_of_target,
    "Target.inheritedFrom": lambda tables, row, _: (
        tables.one("target", row["inheritedFromId"]) if row["inheritedFromId"] else None
    ),
    "Target.isInherited": lambda _, row, __: row["inheritedFromId"] is not None,
    "TargetProgress.target": lambda _, row, __: row["target"],
    "TargetProgress.figure": lambda _, row, __: row["figure"],
    "TargetProgress.period": lambda _, row, __: row["period"],
}
