"""A paper becomes a Word document: real headings, numbered captions, heads of tables that repeat on every page.

Each number is a link to the row of its figure in the list at the end.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.text.paragraph import Paragraph

from service.charts.words import legible
from service.pages.paper import LISTED, Grid, Paper, Part, Run

_GRID = "Light Grid Accent 1"
_CAPTION = "Caption"
_BULLET = "List Bullet"
# Wider tables than this are set in smaller letters.
_MOST_COLUMNS = 4
_SIZE, _SMALL = Pt(11), Pt(8)
# How wide a bold letter is with the size of its type, and what lies between a text and the lines around it.
_LETTER, _PADDING = 0.62, Cm(0.45)
# Columns of longer texts than so many letters share what width is left.
_WIDEST = 120
# Longer words than this are broken: addresses, mostly.
_LONGEST_WORD = 25
# The NHS's blue, which on white has a contrast of 6.3 to 1.
_LINK = RGBColor(0x00, 0x5E, 0xB8)
_MARGIN = Cm(2)


def word(paper: Paper) -> bytes:
    """The document, as the bytes of a .docx file."""
    return Writer(paper).written()


class Writer:
    """Writes one document: it counts the captions and the bookmarks."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = Document()
        self._captions: Counter[str] = Counter()

    def written(self) -> bytes:
        """The whole document."""
        self.set_up()
        self.document.add_heading(legible(self.paper.title), level=0)
        for part in self.paper.parts:
            self.part(part)
        self.turn(is_wide=False)
        self.doubts()
        self.figures()
        return self.saved()

    def saved(self) -> bytes:
        """The document, as bytes."""
        held = io.BytesIO()
        self.document.save(held)
        return held.getvalue()

    def set_up(self) -> None:
        """Say what the document is, and set its letters and its pages."""
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = legible(self.paper.title), "", "en-GB"
        properties.comments = ""
        # Else those of the library's own template.
        properties.created = properties.modified = dt.datetime.now(dt.UTC)
        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = "Arial", _SIZE
        style.element.rPr.append(element("w:lang", val="en-GB"))
        for section in self.document.sections:
            section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
            # A4, as the NHS prints.
            section.page_width, section.page_height = Cm(21), Cm(29.7)

    def part(self, part: Part) -> None:
        """A section: its heading, sentences and tables."""
        self.turn(is_wide=part.is_wide)
        self.document.add_heading(legible(part.heading), level=1)
        for sentence in part.sentences:
            _write(self.document.add_paragraph(), sentence)
        for grid in part.tables:
            self.grid(grid)

    def bullets(self, texts: Iterable[Sequence[Run]]) -> None:
        """A list of texts."""
        for text in texts:
            _write(self.document.add_paragraph(style=_BULLET), text)

    def doubts(self) -> None:
        """The published numbers that do not add up, if any."""
        if self.paper.doubts:
            self.document.add_heading("Published numbers that do not add up", level=1)
            for doubt in self.paper.doubts:
                self.document.add_paragraph(legible(doubt), style=_BULLET)

    def figures(self) -> None:
        """The list of figures, if there are any."""
        if not self.paper.figures:
            return
        self.turn(is_wide=True)
        self.document.add_heading("Figures in this paper", level=1)
        rows = [[(Run(cell),) for cell in figure.cells] for figure in self.paper.figures]
        table = self.grid(Grid("The figures, where they were published, and what to know of them", LISTED, rows))
        for at, row in enumerate(table.rows[1:], start=1):
            _bookmark(row.cells[0].paragraphs[0], at)

    def turn(self, *, is_wide: bool) -> None:
        """Go on sideways, or upright again: on a new page, where the one before lies otherwise."""
        way = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        if self.document.sections[-1].orientation is way:
            return
        section = self.document.add_section()
        section.orientation = way
        section.page_width, section.page_height = section.page_height, section.page_width

    def caption(self, word: str, words: str) -> Paragraph:
        """A numbered caption: "Table 3: Practices by CQC rating"."""
        self._captions[word] += 1
        caption = self.document.add_paragraph(style=_CAPTION)
        caption.add_run(f"{word} ")
        add_field(caption, f" SEQ {word} \\* ARABIC ", str(self._captions[word]))
        caption.add_run(f": {legible(words)}")
        return caption

    def grid(self, grid: Grid) -> Any:
        """A table with its caption above. Columns of numbers are set to the right."""
        self.caption("Table", grid.caption).paragraph_format.keep_with_next = True
        size = _SMALL if len(grid.columns) > _MOST_COLUMNS else _SIZE
        table: Any = self.document.add_table(rows=1, cols=len(grid.columns), style=_GRID)
        section = self.document.sections[-1]
        widths = _widths(grid, section.page_width - section.left_margin - section.right_margin, size)  # type: ignore[operator]
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        _row(table.rows[0], [(Run(column),) for column in grid.columns], size)
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(element("w:tblHeader"))
        for cells in grid.rows:
            row = table.add_row()
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
            _row(row, cells, size)
        # Word goes by the columns, LibreOffice by the cells.
        for at, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            for cell in column.cells:
                cell.width = width
                if grid.is_number(at):
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.document.add_paragraph()
        return table


def _widths(grid: Grid, whole: int, size: Length) -> list[int]:
    """How wide each column is: room for its longest word, and of what is left a share by how much stands in it."""
    columns = zip(*([(Run(head),) for head in grid.columns], *grid.rows), strict=True)
    texts = [["".join(run.text for run in text) for text in column] for column in columns]
    letter = int(size * _LETTER)
    longest = [max(len(word) for text in column for word in text.split() or [""]) for column in texts]
    needed = [min(letters, _LONGEST_WORD) * letter + _PADDING for letters in longest]
    # Where even that is too much, all are narrower alike, and words are broken.
    needed = [int(need * min(1, whole / sum(needed))) for need in needed]
    left = max(whole - sum(needed), 0)
    weights = [min(sum(map(len, column)) / len(column), _WIDEST) + 1 for column in texts]
    return [int(need + left * weight / sum(weights)) for need, weight in zip(needed, weights, strict=True)]


def _row(row: Any, texts: Iterable[Sequence[Run]], size: Length) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        _write(cell.paragraphs[0], text, size)


def _write(paragraph: Paragraph, text: Iterable[Run], size: Length = _SIZE) -> None:
    """Write runs; a number is a link to its figure in the list."""
    for each in text:
        run = paragraph.add_run(legible(each.text))
        if size != _SIZE:
            run.font.size = size
        if each.figure is not None:
            run.font.color.rgb = _LINK
            link = element("w:hyperlink", anchor=_name(each.figure), history="1")
            run._r.addprevious(link)
            link.append(run._r)


def _name(at: int) -> str:
    return f"figure_{at}"


def _bookmark(paragraph: Paragraph, at: int) -> None:
    paragraph._p.insert(0, element("w:bookmarkStart", id=str(at), name=_name(at)))
    paragraph._p.append(element("w:bookmarkEnd", id=str(at)))


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field of Word at the end of a paragraph, and what it shows until Word works it out again."""
    field = element("w:fldSimple", instr=instruction)
    run = paragraph.add_run(shown)
    run._r.addprevious(field)
    field.append(run._r)


def element(tag: str, /, **attributes: str) -> Any:
    """An element of Word's XML, with attributes of its namespace."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
