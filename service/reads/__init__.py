"""A document becomes one SQL statement, and its rows the JSON of the response."""
