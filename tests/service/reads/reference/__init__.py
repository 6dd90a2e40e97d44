"""A slow, obvious GraphQL service over plain rows: what `service.reads` answers must equal what this answers.

It executes the schema as it is printed, by graphql-core's own execution, with a Python function for each field. It has
nothing of `service.reads` and nothing of the SQL that the schema declares; the printed sentences are its specification.

tables.py          every table of a database as lists of rows   moments.py   as of when each field is
organisations.py   who belongs to which group on a date, from the memberships
figures.py         which figures a field lists, and the targets that judge them
standings.py       the status of targets on a date, and how many have it
figure_fields.py   a figure's interval, and its comparison with others
series.py          a metric of an organisation over time    pictures.py   its picture
series_charts.py   counts, drift and growth of a series
funnels.py         which organisations stand out
matrix.py          many metrics of many organisations
rollups.py         what members' figures make of a group's  distributions.py   how figures spread over organisations
briefings.py       the committee paper of a day
approximate.py     numbers that the service computes in its own way
filters.py         predicates
pages.py           total orders, and Relay's algorithm for pages; orders.py: what there is to order by
listings.py        the lists that are read in pages        nodes.py   rows by their ids
search.py        what a text finds, the best first       groupings.py   practices, counted by group
similar.py       practices that are like another          moves.py       targets that have moved since a day
scope.py           what a viewer may see        submissions.py   drafts, their parts and events, in pages
actions.py         what a viewer can do with a submission   changes.py   a submission compared with what is published
completeness.py    what a quarter asks for, and who has answered
fields.py          a function for each field, found by lookup.py; submission_fields.py has those of submissions
execution.py       a document → its data
"""
