"""Inputs become the values of GraphQL types: one module for each type that Python computes.

interval.py     a figure's confidence interval
comparison.py   a figure compared with another organisation's
progress.py     a target's progress, now or in each period
series.py       one metric of one organisation over time
series_charts.py  a series as a chart of counts, a lasting drift, and growth
funnel.py       many organisations next to each other
notes.py        the figures of note of a publication or a quarter
matrix.py       many metrics of one organisation next to each other
actions.py      what a viewer can do with a submission

`schema.computed_inputs` declares the inputs; `service.reads.computations` names the function for each class of them.
"""
