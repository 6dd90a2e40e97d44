"""Data from files into the database: read, check, load."""
