"""What somebody types into the forms of a set-up: codes from names, and numbers. What is wrong goes to its field."""

import re
from typing import Any

from starlette.requests import Request

from schema.enumerations import Role, Unit
from service.pages.acting import Fault, NotTaken, Sent
from service.pages.scope import check_role
from service.pages.showing import read
from service.sheets.cells import Cell
from service.sheets.vocabulary import alike
from service.sheets.written import read_exact
from service.viewer import Viewer

_LONGEST_CODE = 63
_THEMES = "{ themes { code name } }"


def check_administrator(by: Viewer, purpose: str) -> None:
    """Let administrators use a page. Refusals: `FORBIDDEN`."""
    check_role(by, [Role.ADMINISTRATOR], purpose)


def code_of(name: str) -> str:
    """The code that a name makes: Practices with call back makes practices_with_call_back."""
    words = re.sub("[^a-z0-9]+", "_", alike(name).encode("ascii", "ignore").decode()).strip("_")
    # A code begins with a letter, and has two signs at least.
    code = words if re.match("[a-z][a-z0-9_]", words) else f"m_{words}"
    return code[:_LONGEST_CODE].rstrip("_")


async def themes(request: Request) -> list[Any]:
    """The themes, in their order."""
    found: list[Any] = (await read(request, _THEMES))["themes"]
    return found


def number(sent: Sent, name: str, unit: Unit, faults: list[Fault]) -> float | None:
    """A number as people write it; None for none, and where it cannot be read."""
    text = sent.text(name)
    if not text:
        return None
    understood = read_exact(Cell(text), Unit.COUNT if unit is Unit.YES_NO else unit)
    if understood.number is None:
        faults.append(Fault(name, understood.wrong or "Enter a number."))
    return understood.number


def whole(sent: Sent, name: str, faults: list[Fault]) -> int | None:
    """A whole number, which may be below zero; None for none, and where it is none."""
    text = sent.text(name).replace("−", "-")
    if not text:
        return None
    if not re.fullmatch("-?[0-9]{1,6}", text):
        faults.append(Fault(name, "Enter a whole number."))
        return None
    return int(text)


def refuse(problems: Any, names: Any, otherwise: str) -> None:
    """Show what blocks a command at its field, or at another one. Raises `NotTaken`."""
    blocking = [each for each in problems if each["severity"] != "INFO"]
    if blocking:
        raise NotTaken(*(Fault(_field(each["path"], names, otherwise), each["message"]) for each in blocking))


def _field(path: Any, names: Any, otherwise: str) -> str:
    return next((part for part in path if part in names), otherwise)
