"""Peers: what else serves GraphQL from PostgreSQL, each with what its documentation offers for speed."""
