"""The committee paper, rebuilt from the figures as known on a day: pure, from the JSON that a statement brings.

outline.py      the lines of a board's outline become sections: sentences with places for figures, and tables
facts.py        the JSON becomes figures
places.py       the places of a sentence, and their styles       wording.py   figures become words in those places
digits.py       with how many decimals a percentage is printed   comparing.py  areas in one period
tables.py       figures become the tables of the paper           consistency.py  what does not add up
reasons.py      why figures changed, from what is on record
document.py     all of it becomes a paper                         content.py  the paper as data
pictures.py     figures become charts                            changes.py  what differs between two papers
checklist.py    what to look at before a paper is frozen
"""

from service.briefing.document import Briefing, Section, built

__all__ = ["Briefing", "Section", "built"]
