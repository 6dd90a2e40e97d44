"""The papers of quarters, as people read and write them in a browser."""
