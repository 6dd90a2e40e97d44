"""The size of a page, read from each request and checked."""

from collections.abc import Callable

from schema.errors import Refusal
from schema.types.paging import LARGEST_PAGE, PAGE_SIZE
from service.reads.arguments import Binding, Scalar, Tree


def page_size(first: Tree, last: Tree, name: str) -> Callable[[Binding], int]:
    """How to read a page's size from a request. Refusals: `plan/page-size`."""
    if first is not None and last is not None:
        raise Refusal("plan/page-size", f"`{name}` is asked for its first and for its last: name one.")
    asked = first if first is not None else last
    if not isinstance(asked, Scalar):
        return lambda _: PAGE_SIZE

    def read(binding: Binding) -> int:
        number: int = asked.read(binding)
        if not 0 <= number <= LARGEST_PAGE:
            raise Refusal("plan/page-size", f"`{name}` is asked for a page of {number}; 0 to {LARGEST_PAGE} are given.")
        return number

    return read
