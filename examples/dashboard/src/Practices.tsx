// A list in pages, with a search box.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from './generated/gql/gql.ts';

const PRACTICES = graphql(`
  query Practices($filter: PracticeFilter, $after: String) {
    practices(filter: $filter, orderBy: [{ name: ASC }], first: 10, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        node { id code name primaryCareNetwork { id name } }
      }
    }
  }
`);

export function Practices({ onChoose }: { onChoose: (code: string) => void }) {
  const [text, setText] = useState('');
  const { data, error, fetchMore } = useQuery(PRACTICES, {
    variables: { filter: text ? { or: [{ name: { contains: text } }, { postcode: { startsWith: text } }] } : null },
  });
  const list = data?.practices;
  return (
    <section aria-label="Practices">
      <h2>Practices</h2>
      <label>
        Name or postcode <input value={text} onChange={event => setText(event.target.value)} />
      </label>
      {error && <p role="alert">{error.message}</p>}
      {list && (
        <>
          <p role="status">
            {list.edges.length} of {list.totalCount}
          </p>
          <ul>
            {list.edges.map(({ node }) => (
              <li key={node.id}>
                <button type="button" onClick={() => onChoose(node.code)}>
                  {node.name}
                </button>{' '}
                {node.primaryCareNetwork?.name ?? 'in no network'}
              </li>
            ))}
          </ul>
          {list.pageInfo.hasNextPage && (
            <button type="button" onClick={() => fetchMore({ variables: { after: list.pageInfo.endCursor } })}>
              More
            </button>
          )}
        </>
      )}
    </section>
  );
}
