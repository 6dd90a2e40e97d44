"""Why statistics are not calculated: the fields of an object that are null, empty or NOT_ASSESSABLE, with the reason.

series.py     of a series and its points
progress.py   of the progress towards a target
figure.py     of one figure
spread.py     of many organisations: a distribution, a funnel
"""
