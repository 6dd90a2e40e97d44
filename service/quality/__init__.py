"""Looks for what does not add up in published figures whenever these change, and keeps what it finds as issues."""
