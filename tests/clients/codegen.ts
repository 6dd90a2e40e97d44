import type { CodegenConfig } from '@graphql-codegen/cli';
import { scalars } from './src/clients/scalars.ts';

const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: ['../../service/recipes/*.graphql', 'src/*.graphql'],
  generates: { 'src/gql/': { preset: 'client' } },
  config: { scalars, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
};

export default config;
