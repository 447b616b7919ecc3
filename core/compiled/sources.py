"""What compiled functions are made from, in a few digits: other sources, forms or versions, other digits."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from core.base.version import __version__

MADE_BY = ("numba", "llvmlite", "numpy")

FOREIGN = ("numpy", "numba", "math", "builtins", "operator")
"""Packages whose functions are known by their names: their versions are counted."""


def name_of(files: Iterable[Path], forms: Iterable[Any]) -> str:
    """The version of the program, and what its compiled functions are made from.

    Parameters
    ----------
    files : sources.
    forms : functions, or records of functions, wherever they were written: those of a contributor as well.

    Raises
    ------
    OSError : a source cannot be read.
    """
    digest = sha256()
    for part in _parts(files, forms):
        digest.update(f"{len(part)} ".encode() + part)
    return f"{__version__}-{digest.hexdigest()[:24]}"


def _parts(files: Iterable[Path], forms: Iterable[Any]) -> Iterator[bytes]:
    from importlib.metadata import version  # takes longer than all that is done with it

    yield sys.version.encode()
    for package in MADE_BY:
        yield version(package).encode()
    for path in files:
        yield path.read_bytes()
    known: dict[int, int] = {}
    for form in forms:
        yield from _described(form, known)


def _described(thing: Any, known: dict[int, int]) -> Iterator[bytes]:
    """What decides what a form computes: its code, and all that the code names."""
    if isinstance(thing, FunctionType):
        if id(thing) in known:
            yield str(known[id(thing)]).encode()
            return
        known[id(thing)] = len(known)
        yield thing.__qualname__.encode()
        if (thing.__module__ or "").partition(".")[0] not in FOREIGN:
            yield from _described([thing.__code__, thing.__defaults__, *_named(thing)], known)
    elif isinstance(thing, CodeType):
        yield thing.co_code
        yield " ".join(thing.co_names + thing.co_varnames).encode()
        yield from _described(thing.co_consts, known)
    elif isinstance(thing, tuple | list):
        for each in thing:
            yield from _described(each, known)
    elif is_dataclass(thing) and not isinstance(thing, type):
        yield from _described([getattr(thing, field.name) for field in fields(thing)], known)
    elif thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
        yield repr(thing).encode()
    elif isinstance(thing, frozenset):
        yield repr(sorted(map(repr, thing))).encode()
    elif isinstance(thing, np.ndarray | np.generic):
        yield thing.dtype.str.encode() + thing.tobytes()
    elif hasattr(thing, "py_func"):  # compiled by numba
        yield from _described(thing.py_func, known)
    else:  # a module, a class, a function written in C
        yield str(getattr(thing, "__name__", type(thing).__qualname__)).encode()


def _named(function: FunctionType) -> list[Any]:
    """What the code of a function names outside of it."""
    code, world = function.__code__, function.__globals__
    named = [world[name] for name in code.co_names if name in world]
    modules = [thing for thing in named if isinstance(thing, ModuleType)]
    attributes = [getattr(module, name, None) for module in modules for name in code.co_names]
    return [*named, *attributes, *(cell.cell_contents for cell in function.__closure__ or ())]
