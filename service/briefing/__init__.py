"""The committee paper, rebuilt from the figures as known on a day: pure, from the JSON that a statement brings.

paper.py      what the paper says, in its order: headings, sentences with places for figures, tables
facts.py      the JSON becomes figures           words.py     figures become words in the places of sentences
tables.py     the tables that are more than a list of figures
doubts.py     what does not add up               document.py  all of it becomes a paper
"""

from service.briefing.document import Briefing, Section, built

__all__ = ["Briefing", "Section", "built"]
