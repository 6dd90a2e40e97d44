"""A module's source becomes its mutants: the same source with one small fault planted."""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_FUNCTIONS = {"min": "max", "max": "min", "all": "any", "any": "all"}


@dataclass(frozen=True)
class Mutant:
    """One planted fault: where it is, the source text it replaces and the text in its place."""

    path: Path
    line: int
    start: int
    end: int
    before: str
    after: str

    @property
    def rank(self) -> str:
        """A number that stays the same while the code around the fault changes: a sample is taken by it."""
        return hashlib.sha256(f"{self.path}|{self.before}|{self.after}".encode()).hexdigest()

    def planted(self, source: bytes) -> bytes:
        """The source with the fault."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        before, after = (" ".join(text.split())[:90] for text in (self.before, self.after))
        return f"{self.path}:{self.line}: {before}  →  {after}"


def mutants(path: Path, root: Path) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    source = (root / path).read_bytes()
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    for node in _code(ast.parse(source)):
        for target, replacement in _faults(node):
            start = offsets[target.lineno - 1] + target.col_offset
            end = offsets[(target.end_lineno or 0) - 1] + (target.end_col_offset or 0)
            before = source[start:end].decode()
            if before != replacement:
                yield Mutant(path, target.lineno, start, end, before, replacement)


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node but type annotations, imports and what only types see."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        yield node
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_params"}:
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [each for each in children if isinstance(each, ast.AST) and not _is_for_types(each)]


def _is_for_types(node: ast.AST) -> bool:
    is_guarded = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return is_guarded or isinstance(node, ast.Import | ast.ImportFrom)


def _faults(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The faults that a node can have: the node to replace, and the text in its place."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.expr):
        yield from _of_value(node)


def _of_statement(node: ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield node, "pass"
        case ast.If() if not node.orelse:
            yield node.test, "False"
        case ast.Return(value=ast.Name() as value):
            yield value, "None"
        case ast.AugAssign(op=ast.Add()) if not _is_text(node.value):
            yield node, f"{ast.unparse(node.target)} -= {ast.unparse(node.value)}"


def _of_operation(node: ast.expr) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Compare(left=left, ops=[first, *others], comparators=comparators) if type(first) in _COMPARISONS:
            yield node, ast.unparse(ast.Compare(left, [_COMPARISONS[type(first)](), *others], comparators))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, f"({ast.unparse(ast.BoolOp(other, node.values))})"
            yield node, f"({ast.unparse(node.values[0])})"
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"({ast.unparse(node.operand)})"
        case ast.BinOp() if type(node.op) in _ARITHMETIC and not _is_text(node):
            yield node, f"({ast.unparse(ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right))})"


def _of_value(node: ast.expr) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() | float() as number):
            yield node, repr(number + 1)
        case ast.IfExp():
            yield node, f"({ast.unparse(node.body)})"
            yield node, f"({ast.unparse(node.orelse)})"
        case ast.Call(func=ast.Name(id=name)) if name in _FUNCTIONS:
            yield node, ast.unparse(ast.Call(ast.Name(_FUNCTIONS[name]), node.args, node.keywords))


def _is_text(node: ast.AST) -> bool:
    return any(isinstance(each, ast.JoinedStr) or _is_string(each) for each in ast.walk(node))


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
