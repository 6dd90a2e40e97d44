"""Keeps the status of each target for every day to come: only what a transaction has touched is judged again.

It also keeps what a series says about each figure. That may be thousands of figures, so no command waits for it: they
are judged when somebody reads them. A figure is judged by those before it, so a new one changes nothing that is kept.

Triggers note the targets that a transaction touches. A command judges its own before it ends, so whoever reads sees
figures and statuses of one moment. What others have touched, such as an import or a migration, is judged when the
service starts or somebody reads statuses: in slices, once for all processes and requests. A thread does the work.

judge.py      some targets are judged, and their statuses are written
series.py     some series are judged, and what they say about their figures is written
touched.py    which targets wait for it, and who has them judged
start.py      what waits when the service starts is judged ahead of readers
"""
