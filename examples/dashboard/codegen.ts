import type { CodegenConfig } from '@graphql-codegen/cli';
import { scalars } from './src/generated/scalars.ts';

const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: 'src/*.tsx',
  generates: {
    'src/generated/gql/': { preset: 'client', presetConfig: { fragmentMasking: false } },
  },
  config: { scalars, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
};

export default config;
