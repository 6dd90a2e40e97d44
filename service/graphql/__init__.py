"""GraphQL over HTTP: a request becomes a document, and a result a response."""
