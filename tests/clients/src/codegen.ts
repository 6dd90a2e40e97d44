import type { PracticeOrder } from './gql/graphql.js';
import { PracticePageDocument } from './gql/graphql.js';
import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';

type Answer = ResultOf<typeof PracticePageDocument>;

export const name = (answer: Answer): string | undefined => answer.practice?.name;
export const asked: VariablesOf<typeof PracticePageDocument> = { practice: 'G82002' };
export const order: PracticeOrder = { name: 'ASC' };
// @ts-expect-error An order has one key.
export const twice: PracticeOrder = { name: 'ASC', code: 'ASC' };
// @ts-expect-error The practice may be null.
export const wrong = (answer: Answer): string => answer.practice.name;
