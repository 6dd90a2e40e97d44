"""Pages for people, answered by the same documents as GraphQL."""
