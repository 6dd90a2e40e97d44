// Networks by measures: the colour is how the series varies.
import { useQuery } from '@apollo/client/react';
import { graphql } from './generated/gql/gql.ts';

const HEAT_MAP = graphql(`
  query HeatMap($metrics: [String!]!) {
    primaryCareNetworks(first: 12) {
      nodes {
        id
        name
        seriesOf(metrics: $metrics) { metric { id code name } variation }
      }
    }
  }
`);

export function HeatMap({ metrics }: { metrics: string[] }) {
  const { data } = useQuery(HEAT_MAP, { variables: { metrics } });
  const rows = data?.primaryCareNetworks.nodes;
  return (
    <section aria-label="Heat map">
      <h2>Networks</h2>
      {rows && (
        <table>
          <thead>
            <tr>
              <th scope="col">Network</th>
              {rows[0]?.seriesOf.map(({ metric }) => <th key={metric.id} scope="col">{metric.name}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.id}>
                <th scope="row">{row.name}</th>
                {row.seriesOf.map(({ metric, variation }) => (
                  <td key={metric.id} className={variation}>{variation.replaceAll('_', ' ').toLowerCase()}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
