"""Rows that exercise the corners: added to the seeds and a small sandbox, for tests that only read.

organisations.py   odd names, and stays that begin, end and change      figures.py   corrections and withdrawals
targets.py         targets that changed while figures came in           collections.py   figures due
actors.py          one person under two keys, two people of one name    audit.py         actions and actors
series.py          series of every length, targets and recalculations of theirs; lines.py makes rows of them
papers.py          papers that are frozen, and what later ones carry on
comments.py        what was said about answers of returns, changed since and not
data_quality.py    issues in every state, also of what the sandbox has made up
submissions.py     submissions in every state, and chains of amendments; steps.py takes them there
"""

from tests.service.reads.corners.database import cornered

__all__ = ["cornered"]
