"""The fields of `Query`, by what they are about."""
