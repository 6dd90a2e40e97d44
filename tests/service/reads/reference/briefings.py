"""The committee paper of a day: what it is made from, worked out from the rows; the words are those of the service."""

import datetime as dt
from decimal import Decimal
from typing import Any

from schema.computed_inputs.briefing import BriefingInputs
from schema.computed_inputs.record import reader
from schema.periods import parsed
from service import briefing
from tests.service.reads.reference import organisations, targets
from tests.service.reads.reference.data_quality import issue_of
from tests.service.reads.reference.inheritance import due_before, rule_id
from tests.service.reads.reference.lookup import Arguments, Says, day
from tests.service.reads.reference.moments import HERE, view
from tests.service.reads.reference.rollups import rolled_up
from tests.service.reads.reference.stretches import recalculations
from tests.service.reads.reference.tables import Moment, Row, Tables

_MENTIONED = {"INTEGRATED_CARE_BOARD", "REGION", "HEALTH_AND_CARE_PARTNERSHIP"}
_METRICS_OF_A_METRIC = {
    "part_of": "partOfId",
    "denominator_metric": "denominatorMetricId",
    "change_of": "changeOfId",
    "difference_of": "differenceOfId",
    "counted_by": "countedById",
    "derived_from": "derivedFromId",
}


def paper(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """The paper of a day, with the figures as they were known when it ended in London."""
    asked = day(tables, arguments, "asOf")
    last = parsed(arguments["quarter"]).ends if arguments.get("quarter") else None
    on = min(asked, last) if last else asked
    then = view(tables, Moment(asked, _end(asked)))
    known = [
        one
        for one in then.all("figure")
        if one["status"] != "WITHDRAWN" and not one["isSynthetic"] and (last is None or one["periodEnds"] <= last)
    ]
    mentioned = _mentioned(tables, known)
    board = _board(tables, arguments)
    elsewhere = _elsewhere(tables, board, on)
    at = _day_of_most(tables, board, known) or on
    nils = [
        row
        for row in tables.all("nil_return")
        if row["publishedAt"] <= _end(asked) and not row["isWithdrawn"] and (last is None or row["periodEnds"] <= last)
    ]
    inputs = reader(BriefingInputs)(
        {
            "as_of": on.isoformat(),
            "at": at.isoformat(),
            "members_on": (on if last else at).isoformat(),
            "board": board and board["code"],
            "region": _region(tables, board, on),
            "outline": _outline(tables, board),
            "figures": sorted((_figure(tables, then, each, nils) for each in mentioned), key=_place),
            "metrics": [_metric(tables, row) for row in sorted(tables.all("metric"), key=lambda row: row["code"])],
            "organisations": [_organisation(tables, row, elsewhere, on) for row in _named(tables)],
            "partnerships": _partnerships(tables, board, on if last else at),
            "targets": [
                _target(then, row, known, on)
                for row in then.all("target")
                if row["inheritedFromId"] is None
                if _is_judged(_of(tables, row)) and row["organisationId"] not in elsewhere
            ],
            "corrections": _corrections(tables, mentioned, on),
            "closures": _closures(tables, board, on),
        }
    )
    made = briefing.built(inputs)
    by_key = {figure["id"]: figure for figure in mentioned}
    return {
        "asOf": made.as_of,
        "title": made.title,
        "sections": [_section(section, by_key) for section in made.sections],
        "doubts": [
            {
                "code": each.code,
                "message": each.message,
                "figure": by_key[each.figure],
                "issue": issue_of(tables, each.code, by_key[each.figure]),
            }
            for each in made.doubts
        ],
        "targets": [
            {
                "metricCode": each.metric_code,
                "metricName": each.metric_name,
                "organisationCode": each.organisation_code,
                "organisationName": each.organisation_name,
                "status": each.status,
                "reason": each.reason,
                "restsOn": each.rests_on,
                "of": each.of,
            }
            for each in made.targets
        ],
    }


def _end(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time.max, HERE)


def _day_of_most(tables: Tables, board: Row | None, known: list[Row]) -> dt.date | None:
    """The day on which most series of the ICB end that are counted on a day; of several the last."""
    latest: dict[int, dt.date] = {}
    for figure in known:
        metric = tables.where("metric", "id", figure["metricId"])[0]
        if board and figure["organisationId"] == board["id"] and metric["counts"] == "AT_DATE":
            latest[metric["id"]] = max(figure["periodEnds"], latest.get(metric["id"], dt.date.min))
    days = list(latest.values())
    return max(days, key=lambda day: (days.count(day), day), default=None)


def _board(tables: Tables, arguments: Arguments) -> Row | None:
    boards = [row for row in tables.all("organisation") if row["kind"] == "INTEGRATED_CARE_BOARD"]
    if arguments.get("board") is not None:
        return next((row for row in boards if row["code"] == arguments["board"]), None)
    first = min((row["boardId"] for row in tables.all("outline")), default=None)
    return next((row for row in boards if row["id"] == first), None)


def _elsewhere(tables: Tables, board: Row | None, on: dt.date) -> set[int]:
    """The other boards with an outline, and the members below them, by their keys."""
    if board is None:
        return set()
    others = {row["boardId"] for row in tables.all("outline")} - {board["id"]}
    boards = [row for row in tables.all("organisation") if row["id"] in others]
    kinds = ("HEALTH_AND_CARE_PARTNERSHIP", "TRUST")
    return others | {
        row["id"] for each in boards for kind in kinds for row in organisations.below(tables, each, on, kind)
    }


def _outline(tables: Tables, board: Row | None) -> list[Row]:
    lines = [row for row in tables.all("outline") if board and row["boardId"] == board["id"]]
    return [
        {
            **{name: row[name] for name in ("section", "kind", "words", "heading")},
            "metric": None if row["metricId"] is None else (tables.one("metric", row["metricId"]) or {})["code"],
        }
        for row in sorted(lines, key=lambda row: row["position"])
    ]


def _mentioned(tables: Tables, known: list[Row]) -> list[Row]:
    """Of each series the four latest figures, and those of the two years before the latest."""
    series: dict[tuple[int, int], list[Row]] = {}
    for figure in sorted(known, key=lambda each: (each["periodEnds"], _starts(tables, each), each["id"])):
        if _of(tables, figure)["kind"] in _MENTIONED:
            series.setdefault((figure["metricId"], figure["organisationId"]), []).append(figure)
    return [
        each
        for found in series.values()
        for each in found
        if each in found[-4:] or (found[-1]["periodEnds"] - each["periodEnds"]).days <= 731
    ]


def _starts(tables: Tables, figure: Row) -> Any:
    return tables.where("period", "id", figure["periodId"])[0]["starts"]


def _of(tables: Tables, row: Row) -> Row:
    found = tables.one("organisation", row["organisationId"])
    assert found is not None
    return found


def _is_judged(row: Row) -> bool:
    return _is_named(row) and not row["isSynthetic"]


def _is_named(row: Row) -> bool:
    return row["kind"] in {*_MENTIONED, "TRUST"}


def _named(tables: Tables) -> list[Row]:
    found = [row for row in tables.all("organisation") if _is_named(row)]
    return sorted(found, key=lambda row: str(row["code"]))


def _place(figure: Row) -> Any:
    return (figure["metric"], figure["organisation"], figure["ends"], figure["starts"], figure["key"])


def _figure(tables: Tables, then: Tables, figure: Row, nils: list[Row]) -> Row:
    metric, period = tables.one("metric", figure["metricId"]), tables.one("period", figure["periodId"])
    assert metric is not None
    assert period is not None
    of = _of(tables, figure)
    kind = None if of["kind"] == "REGION" else metric["countsOrganisations"]
    on = figure["periodEnds"]
    return {
        "key": figure["id"],
        "metric": metric["code"],
        "organisation": of["code"],
        "kind": period["kind"],
        "starts": period["starts"].isoformat(),
        "ends": on.isoformat(),
        "label": period["label"],
        "unit": figure["unit"],
        "qualifier": figure["qualifier"],
        "recorded": None
        if kind is None
        else len([one for one in organisations.below(tables, of, on, kind) if _is_open(one, on)]),
        "has_nil_return": any(
            (row["metricId"], row["organisationId"]) == (figure["metricId"], figure["organisationId"])
            and row["periodEnds"] > on
            for row in nils
        ),
        "value": _text(figure["value"]),
        "numerator": _text(figure["numerator"]),
        "denominator": _text(figure["denominator"]),
        "lower": _text(figure["lowerConfidenceLimit"]),
        "upper": _text(figure["upperConfidenceLimit"]),
        "made": _made(then, figure, metric, of["code"], period["code"]),
    }


def _made(then: Tables, figure: Row, metric: Row, of: str, period: str) -> Row | None:
    """What members' figures make, where somebody sent the figure of a derived metric."""
    if metric["derivedFromId"] is None or figure["origin"] != "SENT":
        return None
    made = rolled_up(then, metric, {"organisation": of, "period": period})
    if made["value"] is None:
        return None
    return {"value": _text(made["value"]), "rests_on": made["restsOn"], "of": made["of"]}


def _is_open(row: Row, on: dt.date) -> bool:
    return (row["openedOn"] is None or row["openedOn"] <= on) and (row["closedOn"] is None or row["closedOn"] >= on)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _metric(tables: Tables, row: Row) -> Row:
    named = {name: tables.one("metric", row[column]) for name, column in _METRICS_OF_A_METRIC.items()}
    return {
        **{name: row[name] for name in ("code", "name", "description", "source")},
        "roll_up": row["rollUp"],
        "counts": row["counts"],
        "change_since": row["changeSince"],
        "parts_are_whole": row["partsAreWhole"],
        **{name: other and other["code"] for name, other in named.items()},
    }


def _organisation(tables: Tables, row: Row, elsewhere: set[int], on: dt.date) -> Row:
    name = organisations.as_it_was(tables, row, on, "name")
    return {"code": row["code"], "name": name, "kind": row["kind"], "has_another_paper": row["id"] in elsewhere}


def _region(tables: Tables, board: Row | None, on: dt.date) -> Any:
    region = board and organisations.above(tables, board, on, "REGION")
    return region and region["code"]


def _partnerships(tables: Tables, board: Row | None, on: dt.date) -> list[Row]:
    found = organisations.below(tables, board, on, "HEALTH_AND_CARE_PARTNERSHIP") if board else []
    return [
        {
            "code": each["code"],
            "networks": _direct(tables, each, on, "PRIMARY_CARE_NETWORK"),
            "orphans": _direct(tables, each, on, "PRACTICE"),
        }
        for each in organisations.by_name(tables, on, found)
    ]


def _direct(tables: Tables, group: Row, on: dt.date, kind: str) -> list[Any]:
    members = organisations.direct_members(tables, group, on)
    found = [one for one in members if one["kind"] == kind and _is_open(one, on)]
    return [organisations.as_it_was(tables, one, on, "name") for one in organisations.by_name(tables, on, found)]


def _first_day(on: dt.date) -> dt.date:
    """The first day of the quarter that a day is in."""
    return dt.date(on.year, on.month - (on.month - 1) % 3, 1)


def _corrections(tables: Tables, mentioned: list[Row], on: dt.date) -> list[Row]:
    """The corrections, sent with a reason, that the figures are at, since the quarter began."""
    found = []
    for figure in mentioned:
        revisions = {
            row["revision"]: row for row in (tables.whole or tables).where("figure_revision", "figureId", figure["id"])
        }
        now, before = revisions[figure["revision"]], revisions.get(figure["revision"] - 1)
        if before is None or before["status"] == "WITHDRAWN" or now["origin"] != "SENT":
            continue
        said = (now["note"] if now["note"] != before["note"] else None) or now["reason"]
        day = now["publishedAt"].astimezone(HERE).date()
        if day < _first_day(on) or now["value"] == before["value"] or said is None:
            continue
        source = tables.one("source", now["sourceId"]) or {}
        correction = {
            "key": figure["id"],
            "on": day.isoformat(),
            "before": _text(before["value"]),
            "qualifier_before": before["qualifier"],
            "reason": said,
            "source": source["title"],
            "reference": source["reference"],
        }
        found.append((now["publishedAt"], figure["id"], correction))
    return [correction for *_, correction in sorted(found, key=lambda each: each[:2])]


def _closures(tables: Tables, board: Row | None, on: dt.date) -> list[Row]:
    """The practices of the ICB that closed in the quarter by a day."""
    found = []
    for row in tables.all("organisation"):
        closed = row["closedOn"]
        if board is None or row["kind"] != "PRACTICE" or closed is None or not _first_day(on) <= closed <= on:
            continue
        if row["isSynthetic"] or row["id"] not in {
            each["id"] for each in organisations.below(tables, board, closed, "PRACTICE")
        }:
            continue
        after = [
            (tables.one("organisation", each["successorId"]) or {}, each["starts"])
            for each in tables.where("succession", "predecessorId", row["id"])
        ]
        names = [organisations.as_it_was(tables, each, day, "name") for each, day in sorted(after, key=_code)]
        name = organisations.as_it_was(tables, row, closed, "name")
        found.append((closed, row["code"], {"name": name, "closed_on": closed.isoformat(), "successors": names}))
    return [closure for *_, closure in sorted(found, key=lambda each: each[:2])]


def _code(successor: tuple[Row, dt.date]) -> str:
    return str(successor[0]["code"])


def _changes(tables: Tables, target: Row, on: dt.date) -> list[Row]:
    """How a target was changed after it was first set, since the quarter began."""
    return [
        {"revision": row["revision"], "on": day.isoformat(), "reason": row["reason"]}
        for row in _in_order(tables, "target_revision", target)
        if 1 < row["revision"] <= target["revision"]
        and (day := row["recordedAt"].astimezone(HERE).date()) >= _first_day(on)
    ]


def _target(tables: Tables, target: Row, known: list[Row], on: dt.date) -> Row:
    """A target as it was set and changed, and the figures that it judges and their limits as they were known."""
    metric = tables.one("metric", target["metricId"])
    assert metric is not None
    same = ("metricId", "organisationId")
    judged = [figure for figure in known if all(figure[name] == target[name] for name in same)]
    return {
        "metric": metric["code"],
        "organisation": _of(tables, target)["code"],
        "progress": {
            "judged": {
                "id": target["id"],
                "unit": metric["unit"],
                "counts": metric["counts"],
                "is_sample": metric["isSample"],
                "closed_on": (closed := _of(tables, target)["closedOn"]) and closed.isoformat(),
                "history": {
                    "due_before": (before := due_before(tables, target)) and before.isoformat(),
                    "days": _stays(target),
                    "revisions": [_revision(row) for row in _in_order(tables, "target_revision", target)],
                    "milestones": [
                        {"revision": row["revision"], "due": row["due"].isoformat(), "value": float(row["value"])}
                        for row in sorted(
                            tables.where("milestone", "targetId", rule_id(target)), key=lambda row: row["due"]
                        )
                    ],
                },
                "figures": [
                    _judged(tables, figure)
                    for figure in sorted(judged, key=lambda figure: (figure["periodEnds"], figure["id"]))
                ],
                "recalculations": [
                    {"starts": row["starts"].isoformat(), "reason": row["reason"]}
                    for row in recalculations(tables, target)
                ],
                "applies_to": target["appliesTo"],
                "inherited_from": target["inheritedFromId"],
                "members": None if target["appliesTo"] is None else _members(tables, target, known),
            },
            "as_of": on.isoformat(),
        },
        "changes": _changes(tables, target, on),
    }


def _members(tables: Tables, target: Row, known: list[Row]) -> list[Row]:
    """Who inherits a target, and what each is judged by: as a target of their own."""
    found = []
    for member in sorted(
        tables.where("target", "inheritedFromId", target["id"]), key=lambda row: row["organisationId"]
    ):
        judged = _target(tables, {**member, "appliesTo": None}, known, dt.date.max)["progress"]["judged"]
        days = {"days": _stays(member)}
        found.append({name: judged[name] for name in ("id", "closed_on", "figures", "recalculations")} | days)
    return found


def _stays(target: Row) -> list[Row] | None:
    if target["days"] is None:
        return None
    day = dt.timedelta(days=1)
    return [
        {"starts": each.lower and each.lower.isoformat(), "ends": each.upper and (each.upper - day).isoformat()}
        for each in target["days"]
    ]


def _judged(tables: Tables, figure: Row) -> Row:
    return {
        "id": figure["id"],
        "period_id": figure["periodId"],
        "period_starts": _starts(tables, figure).isoformat(),
        "period_ends": figure["periodEnds"].isoformat(),
        "value": float(figure["value"]),
        "numerator": _float(figure["numerator"]),
        "denominator": _float(figure["denominator"]),
        "lower_confidence_limit": _float(figure["lowerConfidenceLimit"]),
        "upper_confidence_limit": _float(figure["upperConfidenceLimit"]),
    }


def _in_order(tables: Tables, table: str, target: Row) -> list[Row]:
    return sorted(tables.where(table, "targetId", rule_id(target)), key=lambda row: row["revision"])


def _revision(row: Row) -> Row:
    days = {"baseline_on": row["baselineOn"], "start": row["start"], "due": row["due"]}
    return {
        "revision": row["revision"],
        "comparator": row["comparator"],
        "value": float(row["value"]),
        "upper_value": _float(row["upperValue"]),
        "baseline": _float(row["baseline"]),
        "kind": row["kind"],
        "frequency": row["frequency"],
        "members_needed": row["membersNeeded"],
        "members_needed_percent": _float(row["membersNeededPercent"]),
        "counts_from": targets.counts_from(row).isoformat(),
        **{name: value and value.isoformat() for name, value in days.items()},
    }


def _section(section: briefing.Section, by_key: dict[int, Row]) -> Row:
    names = ("text", "sentence", "table", "row", "column", "start", "end")
    return {
        "heading": section.heading,
        "sentences": section.sentences,
        "tables": [
            {"caption": each.caption, "columns": list(each.columns), "rows": each.rows} for each in section.tables
        ],
        "charts": [
            {"metricCode": each.metric_code, "title": each.title, "description": each.description, "svg": each.svg}
            for each in section.charts
        ],
        "numbers": [
            {**{name: getattr(each, name) for name in names}, "figure": by_key[each.figure]} for each in section.numbers
        ],
        "figures": [by_key[key] for key in section.figures],
    }


FIELDS_OF_BRIEFINGS: dict[str, Says] = {"Query.briefing": paper}
