"""Every small error of a kind that hides well: a comparison, a sign, an extreme turned round."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
EXTREMES = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One changed operator. `name` is stable while the statement and its function stand."""

    module: str
    line: int
    name: str
    source: str


def mutants(module: str, path: Path) -> list[Mutant]:
    """All mutants of a file, in the order of the text."""
    tree = ast.parse(path.read_text())
    owners = _owners(tree)
    found: list[Mutant] = []
    for index, node in enumerate(ast.walk(tree)):
        for what in _changes(node):
            changed = copy.deepcopy(tree)
            target = next(twin for number, twin in enumerate(ast.walk(changed)) if number == index)
            before = ast.unparse(node)
            _change(target, what)
            line = getattr(node, "lineno", 0)
            name = f"{module}:{owners.get(id(node), '')}: {before} -> {ast.unparse(target)}"
            found.append(Mutant(module, line, name, ast.unparse(changed)))
    return _numbered(sorted(found, key=lambda mutant: (mutant.line, mutant.name)))


def _numbered(found: list[Mutant]) -> list[Mutant]:
    """Equal changes of equal expressions in one function are told apart by their order."""
    seen: Counter[str] = Counter()
    numbered = []
    for mutant in found:
        seen[mutant.name] += 1
        more = f" #{seen[mutant.name]}" if seen[mutant.name] > 1 else ""
        numbered.append(replace(mutant, name=mutant.name + more))
    return numbered


def _owners(tree: ast.Module) -> dict[int, str]:
    """Qualified name of the function each node stands in."""
    owners: dict[int, str] = {}

    def visit(node: ast.AST, inside: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inside = f"{inside}.{node.name}" if inside else node.name
        owners[id(node)] = inside
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(tree, "")
    return owners


Change = tuple[str, int, type[ast.AST] | str]


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS.get(type(operator), ()):
                yield "compare", place, other
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SIGNS:
        yield "sign", 0, SIGNS[type(node.op)]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "unary", 0, ast.UAdd
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXTREMES:
        yield "extreme", 0, EXTREMES[node.func.id]


def _change(node: ast.AST, change: Change) -> None:
    _, place, new = change
    if isinstance(node, ast.Compare):
        assert isinstance(new, type)
        node.ops[place] = new()  # type: ignore[call-overload]
    elif isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        node.func.id = str(new)
    else:
        assert isinstance(new, type)
        node.op = new()  # type: ignore[attr-defined]
