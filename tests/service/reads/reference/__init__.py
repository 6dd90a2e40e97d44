"""A slow, obvious GraphQL service over plain rows: what `service.reads` answers must equal what this answers.

It executes the schema as it is printed, by graphql-core's own execution, with a Python function for each field. It has
nothing of `service.reads` and nothing of the SQL that the schema declares; the printed sentences are its specification.

tables.py          every table of a database as lists of rows
organisations.py   who belongs to whom on a date, from the memberships themselves
figures.py         figures as they stand or stood, and the targets that judge them
standings.py       how targets stand on a day, and how many
figure_fields.py   a figure's interval, and other figures beside it
series.py          a metric of an organisation over time    pictures.py   its picture
rollups.py         what members' figures make of a group's  distributions.py   how figures spread over organisations
briefings.py       the committee paper of a day
reckoned.py        numbers that SQL reckons in its own way
filters.py         predicates
pages.py           total orders, and Relay's algorithm for pages; orders.py: what there is to order by
listings.py        the lists that are read in pages        nodes.py   rows by their ids
scope.py           what a viewer may see        submissions.py   drafts, their parts and events, in pages
actions.py         what a viewer can do with a submission   changes.py   a submission beside what is published
completeness.py    what a quarter asks for, and who has answered
fields.py          a function for each field, found by lookup.py; submission_fields.py has those of submissions
execution.py       a document → its data
"""
