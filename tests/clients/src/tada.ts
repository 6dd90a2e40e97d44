import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './tada-env.js';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { OdsCode: string; Date: string; DateTime: string };
}>();

const PRACTICE = graphql(`
  fragment Practice on Practice { id code name isOrphan cqcRating openedOn }
`);

export const PRACTICES = graphql(
  `
    query Practices($on: Date, $filter: PracticeFilter, $orderBy: [PracticeOrder!]) {
      practices(on: $on, filter: $filter, orderBy: $orderBy) {
        totalCount
        nodes { ...Practice figures(latestOnly: true) { nodes { value publishedAt } } }
      }
    }
  `,
  [PRACTICE],
);

type Answer = import('gql.tada').ResultOf<typeof PRACTICES>;
type Variables = import('gql.tada').VariablesOf<typeof PRACTICES>;

export const count = (answer: Answer): number => answer.practices.totalCount;
export const moments = (answer: Answer): string[] =>
  answer.practices.nodes.flatMap(node => node.figures.nodes.map(figure => figure.publishedAt));
export const asked: Variables = { on: '2025-01-31', orderBy: [{ name: 'ASC' }], filter: { isOrphan: { eq: true } } };
// @ts-expect-error A count is a number.
export const wrong = (answer: Answer): string => answer.practices.totalCount;
