"""What Python computes from: the inputs of each computation, as frozen dataclasses.

record.py          how such a class is selected in SQL, and how Python reads what was selected
figures.py         a figure's numbers; inputs of its confidence interval and of its comparison
recalculations.py  the dates from which the limits of a series are recalculated
targets.py         a target with its revisions and figures; inputs of its progress
series.py          inputs of a series
funnels.py         inputs of a funnel
matrix.py          inputs of the cells of a matrix
submissions.py     inputs of the available actions of a submission

`schema.sql` selects them, `service.computed` turns them into the values of GraphQL types.
"""
