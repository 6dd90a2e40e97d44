"""Pure functions of numbers: no database, no clock, no network."""
