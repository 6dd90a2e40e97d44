// A series as a line, with what it says.
import { useQuery } from '@apollo/client/react';
import { graphql } from './generated/gql/gql.ts';

const TREND = graphql(`
  query Trend($practice: OdsCode!, $metric: String!) {
    practice(code: $practice) {
      id
      name
      series(metric: $metric) {
        metric { id name }
        variation
        trend
        points { value period { id label } specialCauses }
      }
    }
  }
`);
const WIDTH = 600;
const HEIGHT = 160;

export function Trend({ practice, metric }: { practice: string; metric: string }) {
  const { data } = useQuery(TREND, { variables: { practice, metric } });
  const series = data?.practice?.series;
  if (!series) return null;
  const values = series.points.map(point => point.value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const place = (value: number, index: number) => ({
    x: 10 + (index * (WIDTH - 20)) / Math.max(values.length - 1, 1),
    y: HEIGHT - 10 - ((value - least) * (HEIGHT - 20)) / (most - least || 1),
  });
  const label = `${series.metric.name}, ${data.practice?.name}: from ${values[0]} to ${values.at(-1)}`;
  return (
    <section aria-label="Trend">
      <h2>{series.metric.name}</h2>
      <p>
        {data.practice?.name}. Variation: {series.variation.replaceAll('_', ' ').toLowerCase()}.
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} role="img" aria-label={label}>
        <polyline
          fill="none"
          stroke="#005eb8"
          points={values.map((value, index) => `${place(value, index).x},${place(value, index).y}`).join(' ')}
        />
        {series.points.map((point, index) => (
          <circle
            key={point.period.id}
            cx={place(point.value, index).x}
            cy={place(point.value, index).y}
            r="4"
            fill={point.specialCauses.length ? '#b34700' : '#005eb8'}
          >
            <title>{`${point.period.label}: ${point.value}`}</title>
          </circle>
        ))}
      </svg>
    </section>
  );
}
