// What is published while the page is open.
import { useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from './generated/gql/gql.ts';

const PUBLISHED = graphql(`
  subscription Published {
    figuresPublished { id value metric { id name } organisation { id name } period { id label } }
  }
`);

export function Feed() {
  const [lines, setLines] = useState<string[]>([]);
  useSubscription(PUBLISHED, {
    onData: ({ data: { data } }) => {
      const figure = data?.figuresPublished;
      if (figure) {
        const line = `${figure.metric.name}, ${figure.organisation.name}, ${figure.period.label}: ${figure.value}`;
        setLines(before => [line, ...before].slice(0, 20));
      }
    },
  });
  return (
    <section aria-label="Published now">
      <h2>Published now</h2>
      <ul aria-live="polite">{lines.map(line => <li key={line}>{line}</li>)}</ul>
    </section>
  );
}
