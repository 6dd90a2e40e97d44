-- What the rivals serve: the product's own figures, metrics, periods and targets through views that PostgreSQL inlines,
-- and the organisations as three small tables of today with plain foreign keys. To the rivals' advantage: they have
-- neither dated groups nor scopes nor withdrawn targets to think of.

DROP SCHEMA IF EXISTS rivals CASCADE;
CREATE SCHEMA rivals;

CREATE TABLE rivals.partnerships AS
  SELECT id, code, name FROM public.organisation WHERE kind = 'HEALTH_AND_CARE_PARTNERSHIP';
ALTER TABLE rivals.partnerships ADD PRIMARY KEY (id);

CREATE TABLE rivals.networks AS
  SELECT id, code, name, lower(name) AS sort_name FROM public.organisation WHERE kind = 'PRIMARY_CARE_NETWORK';
ALTER TABLE rivals.networks ADD PRIMARY KEY (id);
CREATE INDEX ON rivals.networks (sort_name, id);

CREATE TABLE rivals.practices AS
  SELECT practice.id, practice.code, practice.name, practice.postcode, practice.is_synthetic,
         lower(practice.name) AS sort_name, network.id AS network_id,
         partnership.id AS partnership_id
  FROM public.organisation AS practice
  LEFT JOIN (public.ancestry AS under JOIN rivals.networks AS network ON network.id = under.ancestor_id)
    ON under.member_id = practice.id AND under.period @> current_date
  LEFT JOIN (public.ancestry AS below JOIN rivals.partnerships AS partnership ON partnership.id = below.ancestor_id)
    ON below.member_id = practice.id AND below.period @> current_date
  WHERE practice.kind = 'PRACTICE';
ALTER TABLE rivals.practices
  ADD PRIMARY KEY (id),
  ADD UNIQUE (code),
  ADD FOREIGN KEY (network_id) REFERENCES rivals.networks,
  ADD FOREIGN KEY (partnership_id) REFERENCES rivals.partnerships;
CREATE INDEX ON rivals.practices (network_id, is_synthetic, sort_name, id);
CREATE INDEX ON rivals.practices (partnership_id);
CREATE INDEX ON rivals.practices (is_synthetic, sort_name, id);

CREATE VIEW rivals.metrics AS SELECT id, code, name, unit, direction, decimals FROM public.metric;
COMMENT ON VIEW rivals.metrics IS E'@primaryKey id\n@unique code';

CREATE VIEW rivals.periods AS SELECT id, label, ends AS "end" FROM public.period;
COMMENT ON VIEW rivals.periods IS '@primaryKey id';

CREATE VIEW rivals.figures AS
  SELECT id, metric_id, organisation_id, period_id, period_ends, value::float8 AS value,
         numerator::float8 AS numerator, denominator::float8 AS denominator, status
  FROM public.figure WHERE status <> 'WITHDRAWN';
COMMENT ON VIEW rivals.figures IS
  E'@primaryKey id\n@foreignKey (metric_id) references rivals.metrics (id)|@fieldName metric'
  '\n@foreignKey (period_id) references rivals.periods (id)|@fieldName period'
  '\n@foreignKey (organisation_id) references rivals.practices (id)|@fieldName practice|@foreignFieldName figures';

CREATE VIEW rivals.targets AS
  SELECT id, metric_id, organisation_id, comparator, value::float8 AS value, upper_value::float8 AS upper_value, due
  FROM public.target;
COMMENT ON VIEW rivals.targets IS
  E'@primaryKey id\n@foreignKey (metric_id) references rivals.metrics (id)|@fieldName metric'
  '\n@foreignKey (organisation_id) references rivals.practices (id)|@fieldName practice|@foreignFieldName targets';

-- The latest figure of each metric: one look-up in the index for each, which does not grow with the years.
CREATE FUNCTION rivals.practices_latest_figures(practice rivals.practices) RETURNS SETOF rivals.figures
LANGUAGE sql STABLE ROWS 40 AS $$
  SELECT latest.* FROM rivals.metrics AS metric CROSS JOIN LATERAL (
    SELECT * FROM rivals.figures AS figure
    WHERE figure.organisation_id = practice.id AND figure.metric_id = metric.id
    ORDER BY figure.period_ends DESC LIMIT 1
  ) AS latest
$$;

-- The figures of some metrics.
CREATE FUNCTION rivals.practices_series(practice rivals.practices, metrics text[]) RETURNS SETOF rivals.figures
LANGUAGE sql STABLE ROWS 20 AS $$
  SELECT figure.* FROM rivals.figures AS figure
  WHERE figure.organisation_id = practice.id
    AND figure.metric_id IN (SELECT metric.id FROM rivals.metrics AS metric WHERE metric.code = ANY (metrics))
  ORDER BY figure.period_ends, figure.id
$$;

-- A publication of figures that exist: what the product keeps of it, by SQL alone and with no rule checked.
CREATE FUNCTION rivals.publish(metric text, period text, organisations text[], new_values float8[]) RETURNS integer
LANGUAGE sql VOLATILE AS $$
  WITH sent AS (
    SELECT figure.id, figure.revision + 1 AS revision, sent.value
    FROM unnest(organisations, new_values) AS sent (code, value)
    JOIN public.organisation ON organisation.code = sent.code
    JOIN public.metric ON metric.code = publish.metric
    JOIN public.period ON period.code = publish.period
    JOIN public.figure ON figure.metric_id = metric.id AND figure.organisation_id = organisation.id
      AND figure.period_id = period.id
  ), revised AS (
    UPDATE public.figure SET value = sent.value, revision = sent.revision, published_at = now()
    FROM sent WHERE figure.id = sent.id
    RETURNING figure.id, figure.revision, figure.value, figure.numerator, figure.denominator, figure.unit,
              figure.qualifier, figure.status, figure.source_id, figure.published_at
  ), kept AS (
    INSERT INTO public.figure_revision
      (figure_id, revision, value, numerator, denominator, unit, qualifier, status, source_id, published_at)
    SELECT * FROM revised RETURNING 1
  )
  SELECT count(*)::integer FROM kept
$$;
