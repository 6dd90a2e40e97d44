// Mercurius on Fastify with graphql-jit and a DataLoader for each relation, over the schema `rivals`.
// It answers the service's own documents.

import DataLoader from "dataloader";
import fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { connections, connectionString } from "./database.mjs";

const DATE = 1082;
pg.types.setTypeParser(DATE, (text) => text);
const pool = new pg.Pool({ connectionString, max: connections });

// pg prepares a statement that has a name, once on each connection.
const rows = async (name, text, ...values) => (await pool.query({ name, text, values })).rows;

const schema = `
  scalar OdsCode
  scalar Date
  enum OrganisationKind { PRACTICE }
  enum Sort { ASC DESC }
  input TextFilter { eq: String }
  input KindFilter { eq: OrganisationKind }
  input FloatFilter { gt: Float }
  input MetricFilter { code: TextFilter }
  input OrganisationFilter { kind: KindFilter }
  input FigureFilter { metric: MetricFilter! organisation: OrganisationFilter! value: FloatFilter! }
  input FigureOrder { value: Sort! }
  type Metric { code: String! name: String! unit: String! direction: String! decimals: Int! }
  type Period { label: String! end: Date! }
  type Figure {
    value: Float! numerator: Float denominator: Float status: String!
    metric: Metric! period: Period! organisation: Practice!
  }
  type FigureConnection { nodes: [Figure!]! totalCount: Int! }
  type Target { comparator: String! value: Float! upperValue: Float due: Date metric: Metric! }
  type Partnership { code: OdsCode! name: String! }
  type Network { code: OdsCode! name: String! practices(first: Int): PracticeConnection! }
  type NetworkConnection { nodes: [Network!]! }
  type Practice {
    code: OdsCode! name: String! postcode: String
    primaryCareNetwork: Network healthAndCarePartnership: Partnership
    figures(metrics: [String!], latestOnly: Boolean, includeSynthetic: Boolean, first: Int): FigureConnection!
    targets(includeSynthetic: Boolean): [Target!]!
  }
  type PracticeConnection { nodes: [Practice!]! }
  type Query {
    practice(code: OdsCode!): Practice
    practices(includeClosed: Boolean, first: Int): PracticeConnection!
    primaryCareNetworks(includeClosed: Boolean, first: Int): NetworkConnection!
    figures(
      filter: FigureFilter!, orderBy: [FigureOrder!]!, includeSynthetic: Boolean, first: Int
    ): FigureConnection!
  }
`;

const byId = (table) =>
  new DataLoader(async (ids) => {
    const found = new Map();
    for (const row of await rows(table, `SELECT * FROM rivals.${table} WHERE id = ANY ($1::bigint[])`, ids)) {
      found.set(row.id, row);
    }
    return ids.map((id) => found.get(id) ?? null);
  });

const grouped = (key, read) =>
  new DataLoader(async (ids) => {
    const groups = new Map(ids.map((id) => [id, []]));
    for (const row of await read(ids)) groups.get(row[key]).push(row);
    return ids.map((id) => groups.get(id));
  });

const LATEST = `
  SELECT latest.* FROM unnest($1::bigint[]) AS practice (id) CROSS JOIN rivals.metrics AS metric CROSS JOIN LATERAL (
    SELECT * FROM rivals.figures AS figure
    WHERE figure.organisation_id = practice.id AND figure.metric_id = metric.id
    ORDER BY figure.period_ends DESC LIMIT 1
  ) AS latest`;
const SERIES = `
  SELECT figure.* FROM rivals.figures AS figure
  WHERE figure.organisation_id = ANY ($1::bigint[])
    AND figure.metric_id IN (SELECT id FROM rivals.metrics WHERE code = ANY ($2))
  ORDER BY figure.period_ends, figure.id`;
const TARGETS = "SELECT * FROM rivals.targets WHERE organisation_id = ANY ($1::bigint[])";
const PRACTICES = `
  SELECT * FROM rivals.practices WHERE network_id = ANY ($1::bigint[]) AND NOT is_synthetic ORDER BY sort_name, id`;
const ALL_PRACTICES = "SELECT * FROM rivals.practices WHERE NOT is_synthetic ORDER BY sort_name, id LIMIT $1";
const ALL_NETWORKS = "SELECT * FROM rivals.networks ORDER BY sort_name, id LIMIT $1";
const PAGE = `
  FROM rivals.figures AS figure
  WHERE figure.metric_id = (SELECT id FROM rivals.metrics WHERE code = $1) AND figure.value > $2
    AND EXISTS (SELECT FROM rivals.practices AS practice WHERE practice.id = figure.organisation_id)`;

// One loader for each relation and its arguments, for one request.
function loaders() {
  const series = new Map();
  return {
    metrics: byId("metrics"),
    periods: byId("periods"),
    practice: byId("practices"),
    networks: byId("networks"),
    partnerships: byId("partnerships"),
    practices: grouped("network_id", (ids) => rows("below", PRACTICES, ids)),
    targets: grouped("organisation_id", (ids) => rows("targets of", TARGETS, ids)),
    latest: grouped("organisation_id", (ids) => rows("latest", LATEST, ids)),
    series(metrics) {
      const key = metrics.join();
      if (!series.has(key)) {
        series.set(key, grouped("organisation_id", (ids) => rows("series", SERIES, ids, metrics)));
      }
      return series.get(key);
    },
  };
}

const first = (nodes, most) => ({ nodes: most < nodes.length ? nodes.slice(0, most) : nodes });

const resolvers = {
  Query: {
    practice: async (_, { code }) => (await rows("practice", "SELECT * FROM rivals.practices WHERE code = $1", code))[0],
    practices: async (_, { first }) => ({ nodes: await rows("all practices", ALL_PRACTICES, first) }),
    primaryCareNetworks: async (_, { first }) => ({ nodes: await rows("all networks", ALL_NETWORKS, first) }),
    figures: (_, { filter, first }) => ({ wanted: [filter.metric.code.eq, filter.value.gt], first }),
  },
  FigureConnection: {
    nodes: ({ nodes, wanted, first }) =>
      nodes ?? rows("page", `SELECT figure.* ${PAGE} ORDER BY value DESC, id DESC LIMIT $3`, ...wanted, first),
    totalCount: async ({ wanted }) => (await rows("count", `SELECT count(*)::int4 AS count ${PAGE}`, ...wanted))[0].count,
  },
  Network: {
    practices: async ({ id }, { first: most }, { practices }) => first(await practices.load(id), most),
  },
  Practice: {
    primaryCareNetwork: ({ network_id: id }, _, { networks }) => id && networks.load(id),
    healthAndCarePartnership: ({ partnership_id: id }, _, { partnerships }) => id && partnerships.load(id),
    figures: async ({ id }, { metrics, latestOnly, first: most }, { latest, series }) =>
      first(await (latestOnly ? latest : series(metrics)).load(id), most),
    targets: ({ id }, _, { targets }) => targets.load(id),
  },
  Figure: {
    metric: ({ metric_id: id }, _, { metrics }) => metrics.load(id),
    period: ({ period_id: id }, _, { periods }) => periods.load(id),
    organisation: ({ organisation_id: id }, _, { practice }) => practice.load(id),
  },
  Target: {
    metric: ({ metric_id: id }, _, { metrics }) => metrics.load(id),
    upperValue: (target) => target.upper_value,
  },
};

const app = fastify();
await app.register(mercurius, { schema, resolvers, context: loaders, jit: 1 });
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(app.server.address().port);
