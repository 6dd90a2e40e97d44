// One client for queries over HTTP and subscriptions over a WebSocket.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { possibleTypes } from './generated/possible-types.ts';
import { typePolicies } from './generated/type-policies.ts';

const service = new URLSearchParams(location.search).get('service') ?? 'http://127.0.0.1:8000';
const socket = new URL('/graphql', service);
socket.protocol = socket.protocol.replace('http', 'ws');

export const client = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes, typePolicies }),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(createClient({ url: socket.href })),
    new HttpLink({ uri: new URL('/graphql', service).href }),
  ),
});
