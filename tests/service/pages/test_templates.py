"""Templates of pages: what a page defines for itself leaves the frame around it alone."""

from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

from service import pages

TEMPLATES = Path(pages.__file__).parent / "jinja"
FRAME = "layout.html"


def parsed(name: str) -> nodes.Template:
    return Environment().parse((TEMPLATES / name).read_text())


PAGES = sorted(each.name for each in TEMPLATES.glob("*.html") if parsed(each.name).find(nodes.Extends))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_defines_what_the_frame_reads(name: str) -> None:
    """A macro or a variable of a page would take the place of the frame's own, such as the words of its search."""
    of_frame = meta.find_undeclared_variables(parsed(FRAME))
    assert {"title", "asked", "faults"} <= of_frame
    top = parsed(name).body
    macros = {each.name for each in top if isinstance(each, nodes.Macro)}
    names = {
        one.name
        for each in top
        if isinstance(each, nodes.Assign)
        for one in each.find_all(nodes.Name)
        if one.ctx == "store"
    }
    assert not (macros | names) & of_frame
