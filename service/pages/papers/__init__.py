"""The paper of a quarter: read as a committee reads it, written by those who answer for it, and frozen."""
