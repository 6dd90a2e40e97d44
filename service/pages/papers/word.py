"""The paper of a quarter as a Word document: what people wrote stands in boxes that can be edited and uploaded."""

import io
from collections.abc import Iterable
from typing import Any

import resvg_py
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from service.charts.words import legible, legible_lines
from service.pages.frame import day_words, standing, value_words
from service.pages.paper import Grid, Part, Run
from service.pages.papers.boxes import EMPTY, NARRATIVE, OURS, box, said_in
from service.pages.papers.kept import KeptPaper, slug
from service.pages.papers.marks import Marks, digest
from service.pages.papers.numbering import Numbering, lists_of, put_in_list
from service.pages.word import Writer, add_field, element
from service.pages.written import Block, blocks

_UNCHANGED = " Unchanged since the last paper."


def word(paper: KeptPaper) -> bytes:
    """The document, as the bytes of a .docx file."""
    return _Writer(paper).written()


class _Writer(Writer):
    """Writes the paper in the order in which a committee reads it."""

    def __init__(self, kept: KeptPaper) -> None:
        super().__init__(kept.paper)
        self._kept = kept
        self._numbering = Numbering(self.document.part.numbering_part.element)
        # To look it up takes milliseconds, and there can be thousands of items.
        self._item_style = self.document.styles["List Paragraph"].style_id

    def written(self) -> bytes:
        """The whole document."""
        kept, document = self._kept, self.document
        self.set_up()
        self._frame()
        document.add_heading(legible(self.paper.title), level=0)
        # Nobody edits it, and it is not what somebody wrote.
        box([document.add_paragraph(legible(kept.state))], f"{OURS}state", "State", lock="sdtContentLocked")
        self._since()
        self._title_block()
        self._contents()
        document.add_heading("Summary", level=1)
        self._narrative("Summary")
        for part in kept.why:
            document.add_heading(legible(part.heading), level=2)
            self.bullets(part.sentences)
        self._targets()
        if kept.last is not None:
            self._changes()
        for part in kept.body:
            self.part(part)
            self._narrative(part.heading)
            self._charts(part)
        self.turn(is_wide=False)
        self._actions()
        self.doubts()
        self.figures()
        for part in kept.annex:
            self.part(part)
        self._mark()
        return self.saved()

    def _mark(self) -> None:
        """Keep in the document what it says now, as it is read when it comes back."""
        part, of = self.document.part, self._kept
        lists = lists_of(part.numbering_part.element, part.styles.element)
        said = said_in(self.document.element.body, lists)
        Marks(of.quarter.code, of.board["code"], said.digests, digest(*said.others)).put_on(self.document)

    def _frame(self) -> None:
        """The header, and the state and the number of each page. Later sections have those of the first."""
        section = self.document.sections[0]
        section.header.paragraphs[0].text = legible(f"{self._kept.board['name']}\t\t{self._kept.quarter.label}")
        foot = section.footer.paragraphs[0]
        foot.add_run(legible(f"{self._kept.state}\t\tPage "))
        add_field(foot, " PAGE ", "1")
        foot.add_run(" of ")
        add_field(foot, " NUMPAGES ", "1")

    def _since(self) -> None:
        """What has changed since the paper was frozen."""
        kept, document = self._kept, self.document
        if kept.superseded:
            document.add_paragraph(f"This paper has been superseded. {kept.superseded}")
            self.bullets([Run(kept.correction_words(each))] for each in kept.corrections)
            document.add_paragraph("The paper still says what the committee read.")
        if kept.later is not None:
            document.add_paragraph(f"There is a later paper, for {kept.later.quarter.label}. {kept.later.words}")
            self.bullets([Run(kept.moved_words(each))] for each in kept.later.moved)

    def _title_block(self) -> None:
        written = self._kept.written
        dated = written["datedOn"]
        rows = (
            ("To", written["addressedTo"], ""),
            ("From", written["sentFrom"], ""),
            ("Date", day_words(dated) if dated else None, ""),
            ("Quarter", self._kept.quarter.label, ""),
            ("Recommendation", written["recommendation"], _UNCHANGED if self._kept.has_same_recommendation else ""),
        )
        for words, value, remark in rows:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{words}: ").bold = True
            paragraph.add_run(legible(value or "Not written yet"))
            if remark:
                paragraph.add_run(remark).italic = True

    def _contents(self) -> None:
        """A table of contents, which Word makes again when it opens the document. Before, it has no page numbers."""
        self.document.add_heading("Contents", level=1)
        headings = ["Summary", *(part.heading for part in self._kept.body), "Actions"]
        paragraphs = [self.document.add_paragraph(legible(heading)) for heading in headings]
        first, last = paragraphs[0], paragraphs[-1]
        for kind, place in (("begin", 0), ("instruction", 1), ("separate", 2)):
            first._p.insert(place, _field_part(kind))
        last._p.append(_field_part("end"))
        # Word writes the numbers of pages in it: nobody has changed it then.
        box(paragraphs, f"{OURS}contents", "Contents")

    def _narrative(self, heading: str) -> None:
        """A box with what somebody wrote about a section, under who answers for it."""
        said = self._kept.narrative(heading)
        has_words = said is not None and said["words"]
        if self._kept.is_frozen and not has_words:
            return
        if said is not None and has_words:
            unchanged = "" if said["quarter"] == self._kept.quarter.code else _UNCHANGED
            self.document.add_paragraph().add_run(legible(f"{said['owner']}.{unchanged}")).italic = True
        words = said["words"] if said is not None and has_words else EMPTY
        paragraphs: list[Paragraph] = []
        # Before it, paragraphs are put in without a search for the end of the document.
        end = self.document.add_paragraph()
        for block in blocks(words):
            if block.is_below:
                paragraphs[-1].paragraph_format.space_after = Pt(0)
            paragraphs += self._block(block, end)
        end._p.getparent().remove(end._p)
        box(paragraphs, f"{NARRATIVE}{slug(heading)}", f"Narrative: {legible(heading)}")

    def _block(self, block: Block, end: Paragraph) -> list[Paragraph]:
        """A paragraph, or the items of a list, before the end."""
        if not block.mark:
            return [end.insert_paragraph_before(legible_lines(block.text))]
        number = self._numbering.add_list(block.mark, block.start)
        items = [end.insert_paragraph_before(legible(line)) for line in block.lines]
        for item in items:
            put_in_list(item._p, number, self._item_style)
        return items

    def _targets(self) -> None:
        rows = [[self._kept.target_name(each), standing(each), each["reason"]] for each in self._kept.targets]
        if rows:
            self.grid(_plain("Targets in this paper", ("Measure", "Status", "Why"), rows))

    def _changes(self) -> None:
        self.document.add_heading("What has changed since the last paper", level=1)
        for each in self._kept.moved:
            self.document.add_paragraph(legible(f"{self._kept.moved_words(each)}. {each.after['reason']}"))
        rows = [
            [
                self._kept.named(each.name, each.organisation, each.organisation_code),
                each.before or "Not in the last paper",
                each.after,
            ]
            for each in self._kept.changed
        ]
        if rows:
            self.grid(_plain("Figures that have changed", ("Measure", "Was", "Is now"), rows))
        else:
            self.document.add_paragraph("No figure has changed.")

    def _charts(self, part: Part) -> None:
        for chart in part.charts:
            picture = io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=legible(chart["svg"]), zoom=2)))
            shape: Any = self.document.add_picture(picture, width=Cm(16))
            shape._inline.docPr.set("descr", legible(f"{chart['title']}. {chart['description']}"))
            shape._inline.docPr.set("title", legible(chart["title"]))
            self.caption("Figure", f"{chart['title']}. {chart['description']}")

    def _actions(self) -> None:
        self.document.add_heading("Actions", level=1)
        if not self._kept.actions:
            self.document.add_paragraph("This paper asks for no action.")
            return
        rows = [
            [str(each["number"]), each["what"], each["owner"], day_words(each["due"]), _became(each)]
            for each in self._kept.actions
        ]
        columns = ("No.", "What has to be done", "Owner", "Due", "What became of it")
        self.grid(_plain("Actions that this paper asks for or follows up", columns, rows))


def _became(action: Any) -> str:
    """How the series has moved since an action was asked for, and what became of it."""
    said = [action["outcome"]] if action["outcome"] else []
    before, now, metric = action["figure"], action["figureNow"], action["metric"]
    if metric and before and now and now["period"]["label"] != before["period"]["label"]:
        values = [value_words(each, metric["unit"]) for each in (before, now)]
        said.append(f"{metric['name']}: {values[0]} before, {values[1]} now.")
    return " ".join(said)


def _plain(caption: str, columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Grid:
    return Grid(caption, columns, [[(Run(cell),) for cell in row] for row in rows])


def _field_part(kind: str) -> Any:
    """A part of a field that spans paragraphs, as a run of its own."""
    run = element("w:r")
    if kind == "instruction":
        instruction = element("w:instrText")
        instruction.text = ' TOC \\o "1-1" \\h '
        run.append(instruction)
    else:
        dirty = {"dirty": "true"} if kind == "begin" else {}
        run.append(element("w:fldChar", fldCharType=kind, **dirty))
    return run
