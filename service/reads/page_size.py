"""The size of a page, read from each request and checked."""

from collections.abc import Callable

from schema.errors import Refusal
from schema.types.paging import LARGEST_PAGE, PAGE_SIZE
from service.reads.arguments import Binding, Scalar, Tree


def page_size(first: Tree, last: Tree, name: str) -> int | Callable[[Binding], int]:
    """A page's size, or how to read it from a request where a variable says it. Refusals: `plan/page-size`."""
    if first is not None and last is not None:
        raise Refusal("plan/page-size", f"`{name}` has both `first` and `last`. Use one of them.")
    size = first if first is not None else last
    if not isinstance(size, Scalar):
        return PAGE_SIZE
    if size.spelled is not None:
        return _checked(size.spelled, name)
    return lambda binding: _checked(size.read(binding), name)


def _checked(number: int, name: str) -> int:
    if not 0 <= number <= LARGEST_PAGE:
        raise Refusal("plan/page-size", f"The page size of `{name}` is {number}. It must be from 0 to {LARGEST_PAGE}.")
    return number
