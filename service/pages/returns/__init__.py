"""A quarter's return of one organisation: answered question by question, checked, and sent for approval."""
