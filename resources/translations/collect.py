"""Finds every text that the code says to people: templates at calls, and the words of live records.

A call says a template (`say`, `say_count`, `Refusal` and its subclasses, `Word`) that is written out at the
call, so that it can be found here. A function that hands one of its parameters on to such a call says a
template itself: it is found by that, and the rule then holds where it is called.
"""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from core.base.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "tp5gui")

Text = str | tuple[str, str]
"""A template, or the two of singular and plural."""

TAKERS = {"say": [(0, "template")], "in_language": [(1, "text")], "Refusal": [(0, "template")],
          "remark": [(0, "template")], "Word": [(0, "text")],
          "say_count": [(0, "one"), (1, "many")]}  # fmt: skip
"""What a function or class is called -> the places and names of its parameters that are templates."""

RECORD_WORDS = ("label", "help", "unit", "lesson", "asks", "within")
"""Attributes of records (and keys of the metadata of fields) that people read."""

ELSEWHERE = (*RECORD_WORDS, "kind", "template")
"""Attributes whose text is collected from live records, or where an error was first raised."""


def collect() -> tuple[set[Text], list[str]]:
    """All texts, and what is wrong: `file:line: ...` for every text that is not written out at its call."""
    found = Collector({path: path.read_text(encoding="utf-8") for path in files()})
    return found.texts | set(record_texts()), found.problems


def files() -> list[Path]:
    """The files of the code, without the one that says whatever it is given."""
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if path != ROOT / "core" / "base" / "words.py"]


def record_texts() -> Iterator[str]:
    """The words of every record that stands at the top of a module, alone or in a table."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            for value in vars(importlib.import_module(found.name)).values():
                for record in _records(value):
                    yield from filter(None, _words(record))


def _records(value: object) -> list[object]:
    match value:
        case Registry():
            return [value, *value]
        case dict():
            return list(value.values())
        case tuple() | list():
            return list(value)
    return [value]


def _words(record: object) -> Iterator[str]:
    if isinstance(record, Registry):
        yield record.kind
    elif isinstance(record, Field):
        yield from (record.metadata[name] for name in RECORD_WORDS if name in record.metadata)
    elif is_dataclass(record) and not isinstance(record, type):
        words = (getattr(record, name, "") for name in RECORD_WORDS)
        yield from (word for word in words if isinstance(word, str))


@dataclass
class Collector:
    """The templates in some files of source.

    Parameters
    ----------
    sources : the text of every file.

    Attributes
    ----------
    texts : what was found.
    problems : `file:line: ...` for every call whose template is not written out.
    """

    sources: dict[Path, str]
    texts: set[Text] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._modules = {path: ast.parse(source) for path, source in self.sources.items()}
        self._takers: dict[tuple[Path | None, str], list[tuple[int, str]]] = {
            (None, name): places for name, places in TAKERS.items()
        }
        known = 0
        while known != len(self._takers):  # a function found in one file may be handed on in another
            known = len(self._takers)
            self.texts.clear()
            self.problems.clear()
            for path, module in self._modules.items():
                self._visit(path, module, module, [])

    def _visit(self, path: Path, module: ast.Module, node: ast.AST, around: list[ast.AST]) -> None:
        if isinstance(node, ast.Call):
            self._call(path, module, node, around)
        if isinstance(node, ast.ClassDef) and not any(_name_of(part) == "__init__" for part in node.body):
            for base in node.bases:
                self._learn(path, node.name, self._places(path, _name_of(base)))
        inside = [*around, node] if isinstance(node, ast.FunctionDef | ast.ClassDef) else around
        for child in ast.iter_child_nodes(node):
            self._visit(path, module, child, inside)

    def _call(self, path: Path, module: ast.Module, call: ast.Call, around: list[ast.AST]) -> None:
        if any(_defines(scope, call.func) for scope in around):
            return  # a function inside this one has the same name
        places = self._places(path, _name_of(call.func))
        if ast.unparse(call.func) == "super().__init__":
            (owner,) = [node for node in around if isinstance(node, ast.ClassDef)][-1:]
            places = [place for base in owner.bases for place in self._places(path, _name_of(base))]
        given = [_argument(call, *place) for place in places]
        if _name_of(call.func) == "say_count":
            one, many = given
            if isinstance(one, ast.Constant) and isinstance(many, ast.Constant):
                self.texts.add((one.value, many.value))
                return
        for text in given:
            if text is not None and not self._resolve(path, module, text, around):
                where = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{call.lineno}"
                self.problems.append(f"{where}: write the text out where it is said: {ast.unparse(text)}")

    def _resolve(self, path: Path, module: ast.Module, text: ast.expr, around: list[ast.AST]) -> bool:
        """Collect a text, or learn who is to give it; whether one of both was possible."""

        def all_of(parts: list[ast.expr]) -> bool:
            return bool(parts) and all(self._resolve(path, module, part, around) for part in parts)

        match text:
            case ast.Constant(value=str() as value):
                self.texts |= {value} - {""}
                return True
            case ast.IfExp():
                return all_of([text.body, text.orelse])
            case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=name)) if (
                name in ELSEWHERE
            ):
                return True
            case ast.Subscript(value=ast.Name(id=name)):
                table = _assigned(module, name)
                return len(table) == 1 and isinstance(table[0], ast.Dict) and all_of(table[0].values)
            case ast.Name(id=name):
                for depth, function in reversed(list(enumerate(around))):
                    if isinstance(function, ast.FunctionDef):
                        if (place := _parameter(function, name)) is not None:
                            owner = around[depth - 1] if depth else None
                            self._hand_on(path, function, owner, place, name)
                            return True
                        if values := _assigned(function, name):
                            return all_of(values)
                return all_of(_assigned(module, name))
        return False

    def _hand_on(
        self, path: Path, function: ast.FunctionDef, owner: ast.AST | None, place: int, name: str
    ) -> None:
        """Learn that a function, or the class whose constructor it is, takes a template."""
        method = isinstance(owner, ast.ClassDef)
        called = (
            owner.name if isinstance(owner, ast.ClassDef) and function.name == "__init__" else function.name
        )
        self._learn(path, called, [(place - method, name)])

    def _learn(self, path: Path, name: str, places: list[tuple[int, str]]) -> None:
        if places and name not in TAKERS:
            self._takers.setdefault((path if name.startswith("_") else None, name), places)

    def _places(self, path: Path, name: str) -> list[tuple[int, str]]:
        return self._takers.get((path, name)) or self._takers.get((None, name), [])


def _name_of(node: ast.AST) -> str:
    """The last name of what is called, derived from or defined."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
            return name
    return ""


def _defines(scope: ast.AST, called: ast.expr) -> bool:
    """Whether a function has what is called by its bare name inside itself."""
    inside = scope.body if isinstance(scope, ast.FunctionDef) and isinstance(called, ast.Name) else []
    return any(isinstance(part, ast.FunctionDef) and part.name == _name_of(called) for part in inside)


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named[0] if named else call.args[place] if place < len(call.args) else None


def _parameter(function: ast.FunctionDef, name: str) -> int | None:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names.index(name) if name in names else None


def _assigned(scope: ast.AST, name: str) -> list[ast.expr]:
    """What a name stands for in a scope: the right sides of all its assignments."""
    values: list[Any] = []
    for node in ast.walk(scope) if isinstance(scope, ast.FunctionDef) else ast.iter_child_nodes(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)):
                values += [node.value] if found == name else []
            case ast.For() | ast.AugAssign() if any(
                isinstance(part, ast.Name) and part.id == name for part in ast.walk(node.target)
            ):
                values.append(ast.Constant(None))  # not written out
    return values
