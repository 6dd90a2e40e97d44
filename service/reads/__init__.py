"""A document becomes one SQL statement, and its rows the JSON of the response.

plan.py        document → plan: what to select from which rows, by key, with fragments and @skip/@include resolved
arguments.py   arguments → what shapes a statement, and scalars that are bound to it (parameters.py)
statement.py   plan → SQL, with json_objects.py, pages.py, ordering.py, filters.py, nodes.py and request_rows.py
cursors.py     a place in an ordered list ⇄ an opaque string; ids.py: a row's key ⇄ its id
cost.py        how many rows a plan could return, estimated before it runs
reader.py      runs a plan, from a cache by document and shape of the variables
completion.py  what Python adds to the rows, by computations.py
"""
