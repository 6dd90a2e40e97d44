"""A document becomes one SQL statement, and its rows the JSON of the response.

plan.py        document → plan: what is wanted of which rows, by key, with fragments and @skip/@include resolved
arguments.py   arguments → bound parameters, so that one statement serves any value
statement.py   plan → SQL            filters.py, pages.py: the parts of it that are large
cursors.py     a place in an ordered list ⇄ an opaque string
reader.py      runs a plan, from a cache by document and shape of the variables
completion.py  what Python adds to the rows
"""
