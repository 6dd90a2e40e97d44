"""Commands: each one transaction that holds the change, its audit event and the version bump."""
