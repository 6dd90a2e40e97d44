import { graphql } from 'relay-runtime';

export const query = graphql`
  query PracticesQuery($first: Int, $id: ID!) {
    ...Practices_list @arguments(first: $first)
    node(id: $id) {
      ...Practices_practice @alias(as: "practice")
    }
  }
`;

export const list = graphql`
  fragment Practices_list on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "PracticesPageQuery") {
    practices(first: $first, after: $after) @connection(key: "Practices_practices") {
      totalCount
      edges {
        node {
          ...Practices_practice
        }
      }
    }
  }
`;

export const practice = graphql`
  fragment Practices_practice on Practice @refetchable(queryName: "PracticesPracticeQuery") {
    code
    name
    openedOn
    primaryCareNetwork {
      name
    }
  }
`;

export const published = graphql`
  subscription PracticesSubscription {
    figuresPublished {
      value
      publishedAt
      metric {
        name
      }
    }
  }
`;
