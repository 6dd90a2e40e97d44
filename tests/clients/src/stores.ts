// The files of docs/clients, used as the libraries want them, with an answer put into each store.
import { ApolloClient, ApolloLink, InMemoryCache, Observable, gql } from '@apollo/client';
import { buildSchema, introspectionFromSchema, parse } from 'graphql';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import { Client, fetchExchange } from '@urql/core';
import { readFileSync } from 'node:fs';
import { possibleTypes } from './clients/possible-types.js';
import { typePolicies } from './clients/type-policies.js';
import { keys } from './clients/urql-keys.js';

const warnings: string[] = [];
console.warn = console.error = (...words: unknown[]) => void warnings.push(words.join(' '));

const answer = JSON.parse(readFileSync('answer.json', 'utf8'));
const query = readFileSync('query.graphql', 'utf8');
const schema = introspectionFromSchema(buildSchema(readFileSync('../../schema/schema.graphql', 'utf8')));

const apollo = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes, typePolicies }),
  link: new ApolloLink(() => new Observable(out => (out.next(answer), out.complete()))),
});
const held = await apollo.query({ query: gql(query) });
const again = apollo.cache.readQuery({ query: gql(query) });

const urql = new Client({
  url: 'http://tracker.invalid/graphql',
  preferGetMethod: false,
  fetch: async () => new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } }),
  exchanges: [cacheExchange({ schema, keys } as CacheExchangeOpts), fetchExchange],
});
const kept = await urql.query(parse(query), {}).toPromise();

const same = (one: unknown) => JSON.stringify(one, sorted) === JSON.stringify(answer.data, sorted);
function sorted(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)));
}
console.log(JSON.stringify({ apollo: same(held.data), again: same(again), urql: same(kept.data), warnings }));
