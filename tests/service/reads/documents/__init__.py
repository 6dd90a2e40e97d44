"""Random documents over the schema, that ask for what there is.

hypothesis-graphql writes documents of one field after another with values out of thin air; the corners of reading are
in fragments, directives, variables, cursors and values that exist. So this walks the schema by itself.

pools.py      the values that are sent     orders.py   the orders, and cursors that the service gave for them
arguments.py  arguments, as literals and as variables
walk.py       documents                    reduction.py   a document that fails → the least of it that still fails
"""
