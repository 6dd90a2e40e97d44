// For Apollo Client: `new InMemoryCache({ possibleTypes, typePolicies })`.
export const possibleTypes: Record<string, string[]> = {
  Node: ["AuditEvent","Figure","HealthAndCarePartnership","IntegratedCareBoard","Metric","Period","Practice","PrimaryCareNetwork","Region","Submission","Target","Theme","Trust"],
  Organisation: ["HealthAndCarePartnership","IntegratedCareBoard","Practice","PrimaryCareNetwork","Region","Trust"],
};
