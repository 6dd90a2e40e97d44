"""A peer: the statements that somebody would write by hand who had only these shapes to answer, on the same tables.

Each gives the JSON text of `data`. Texts are put together where that takes less time than objects. They are written for
the answer alone: no scope, no version, no withdrawn target, no check of a code that nobody has.
"""

from typing import Any

from tests.performance.shapes import ALIASES, METRICS, Shape

_PRACTICE = """
    SELECT json_build_object('practice', json_build_object(
      'code', practice.code, 'name', practice.name, 'postcode', practice.postcode,
      'figures', json_build_object('nodes', (
        SELECT json_agg(json_build_object(
          'value', value, 'numerator', numerator, 'denominator', denominator, 'status', status,
          'metric', json_build_object('code', metric.code, 'name', metric.name, 'unit', metric.unit,
                                      'direction', direction, 'decimals', decimals),
          'period', json_build_object('label', period.label, 'end', period.ends)
        ) ORDER BY period.ends, figure.id)
        FROM metric CROSS JOIN LATERAL (
          SELECT * FROM figure
          WHERE organisation_id = practice.id AND metric_id = metric.id AND status <> 'WITHDRAWN'
          ORDER BY period_ends DESC, id DESC LIMIT 1
        ) AS figure JOIN period ON period.id = figure.period_id
      )),
      'targets', (SELECT coalesce(json_agg(json_build_object(
          'comparator', comparator, 'value', value, 'upperValue', upper_value, 'due', due,
          'metric', json_build_object('code', metric.code)
        ) ORDER BY metric_id, due, target.id), '[]')
        FROM target JOIN metric ON metric.id = metric_id WHERE organisation_id = practice.id)
    ))::text
    FROM organisation AS practice WHERE code = $1 AND kind = 'PRACTICE'
"""
_PRACTICES = """
    SELECT json_build_object('practices', json_build_object('nodes', json_agg(json_build_object(
      'code', practice.code, 'name', practice.name, 'postcode', practice.postcode,
      'primaryCareNetwork', above.network, 'healthAndCarePartnership', above.partnership
    ) ORDER BY lower(practice.name), practice.id)))::text
    FROM organisation AS practice LEFT JOIN (
      SELECT member_id,
        min(json_build_object('code', code, 'name', name)::text) FILTER (WHERE kind = 'PRIMARY_CARE_NETWORK')::json
          AS network,
        min(json_build_object('code', code, 'name', name)::text)
          FILTER (WHERE kind = 'HEALTH_AND_CARE_PARTNERSHIP')::json AS partnership
      FROM ancestry JOIN organisation ON organisation.id = ancestor_id
      WHERE period @> current_date AND kind IN ('PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP')
      GROUP BY member_id
    ) AS above ON above.member_id = practice.id
    WHERE practice.kind = 'PRACTICE' AND NOT practice.is_synthetic
"""
_NETWORKS = """
    WITH quarter AS MATERIALIZED (
      SELECT id, json_build_object('label', label, 'end', ends)::text AS text FROM period
    ), series AS MATERIALIZED (
      SELECT organisation_id, string_agg(
        '{"value":' || value || ',"numerator":' || coalesce(numerator::text, 'null') ||
        ',"denominator":' || coalesce(denominator::text, 'null') || ',"period":' || quarter.text || '}',
        ',' ORDER BY period_ends, figure.id) AS text
      FROM figure JOIN quarter ON quarter.id = period_id
      WHERE metric_id = (SELECT id FROM metric WHERE code = $1) AND status <> 'WITHDRAWN'
      GROUP BY organisation_id
    ), below AS (
      SELECT ancestor_id, string_agg(
        '{"code":"' || code || '","name":' || to_json(name) || ',"figures":{"nodes":[' ||
        coalesce(series.text, '') || ']}}', ',' ORDER BY lower(name), id) AS text
      FROM ancestry JOIN organisation ON id = member_id LEFT JOIN series ON organisation_id = id
      WHERE kind = 'PRACTICE' AND period @> current_date AND NOT is_synthetic
        AND (closed_on IS NULL OR closed_on >= current_date)
      GROUP BY ancestor_id
    )
    SELECT '{"primaryCareNetworks":{"nodes":[' || string_agg(
      '{"code":"' || code || '","name":' || to_json(name) || ',"practices":{"nodes":[' ||
      coalesce(below.text, '') || ']}}', ',' ORDER BY lower(name), id) || ']}}'
    FROM organisation LEFT JOIN below ON ancestor_id = id
    WHERE kind = 'PRIMARY_CARE_NETWORK' AND NOT is_synthetic
"""
# Counted and put in order by one index.
_WANTED = """
    FROM figure JOIN organisation AS practice ON practice.id = organisation_id AND practice.kind = 'PRACTICE'
    WHERE metric_id = (SELECT id FROM metric WHERE code = $1) AND status <> 'WITHDRAWN' AND value > $2::float8::numeric
"""
_PAGE = f"""
    SELECT json_build_object('figures', json_build_object(
      'totalCount', (SELECT count(*) {_WANTED}),
      'nodes', (SELECT json_agg(json_build_object(
        'value', value, 'organisation', json_build_object('code', page.code, 'name', page.name),
        'period', json_build_object('label', label, 'end', ends)
      ) ORDER BY value DESC, page.id DESC)
      FROM (SELECT figure.id, value, period_id, practice.code, practice.name {_WANTED}
            ORDER BY value DESC, figure.id DESC LIMIT 50) AS page JOIN period ON period.id = period_id)
    ))::text
"""
_NODES = (
    """coalesce(min(series.text) FILTER (WHERE series.code = '{metric}'), '{{"nodes":[]}}')""",
    """
      SELECT metric.code, '{"nodes":[' || string_agg(
        '{"value":' || value || ',"period":{"label":' || to_json(label) || ',"end":"' || ends || '"}}',
        ',' ORDER BY period_ends, figure.id) || ']}' AS text
      FROM figure JOIN metric ON metric.id = metric_id JOIN period ON period.id = period_id
      WHERE organisation_id = practice.id AND metric.code = ANY ($2) AND status <> 'WITHDRAWN'
      GROUP BY metric.code
    """,
)
_TARGETS = """
    (SELECT coalesce(json_agg(json_build_object(
      'comparator', comparator, 'value', value, 'due', due, 'metric', json_build_object('code', metric.code)
    ) ORDER BY metric_id, due, target.id), '[]')
    FROM target JOIN metric ON metric.id = metric_id WHERE organisation_id = practice.id)
"""
_SERIES_BY_ALIAS = " ||\n".join(
    f"""',"{alias}":' || {_NODES[0].format(metric=metric)}""" for alias, metric in ALIASES.items()
)
_ALIASES = f"""
    SELECT '{{"practice":{{"code":"' || practice.code || '","name":' || to_json(practice.name) ||
      {_SERIES_BY_ALIAS} || ',"targets":' || {_TARGETS} || '}}}}'
    FROM organisation AS practice LEFT JOIN LATERAL ({_NODES[1]}) AS series ON true
    WHERE practice.code = $1 AND kind = 'PRACTICE' GROUP BY practice.id
"""
_LIST = """
    SELECT '{"practice":{"code":"' || practice.code || '","name":' || to_json(practice.name) ||
      ',"figures":{"nodes":[' || string_agg(
        '{"value":' || value || ',"metric":{"code":"' || metric.code || '"},"period":{"label":' || to_json(label) ||
        ',"end":"' || ends || '"}}', ',' ORDER BY period_ends, figure.id) || ']}}}'
    FROM organisation AS practice JOIN figure ON organisation_id = practice.id
    JOIN metric ON metric.id = metric_id JOIN period ON period.id = period_id
    WHERE practice.code = $1 AND practice.kind = 'PRACTICE' AND metric.code = ANY ($2) AND status <> 'WITHDRAWN'
    GROUP BY practice.id
"""
_NAME = """
    SELECT '{"practice":{"name":' || to_json(name) || '}}' FROM organisation WHERE code = $1 AND kind = 'PRACTICE'
"""
# The trivial shape needs no statement.
_STATEMENTS = {
    "a": _PRACTICE,
    "b": _PRACTICES,
    "c": _NETWORKS,
    "d": _PAGE,
    "e": _ALIASES,
    "e2": _LIST,
    "h2": _NAME,
}


def statement(shape: Shape) -> tuple[str, list[Any]]:
    """The statement for a shape, empty where it needs none, and its parameters."""
    parameters = list(shape.variables.values())
    return _STATEMENTS.get(shape.key, ""), [*parameters, METRICS] if shape.key == "e" else parameters
