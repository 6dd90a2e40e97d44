// For graphql-codegen: `config: { scalars, strictScalars: true }`.
export const scalars = {
  Date: "string",
  DateTime: "string",
  OdsCode: "string",
} as const;
