"""The values of GraphQL types, computed from their inputs."""
