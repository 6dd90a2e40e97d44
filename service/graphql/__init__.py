"""GraphQL over HTTP and WebSockets: requests become documents, and answers become responses."""
