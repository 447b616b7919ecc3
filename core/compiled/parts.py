"""Plain Python functions into machine code, in parts that are compiled and kept in the cache one by one.

Numba takes a compiled function that another one calls into the caller and makes all of it again. So what is
large is a part: others call it by its address only, and it is compiled once.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

from llvmlite import binding
from numba import cfunc, njit, types

from core.compiled.folder import claimed, keeps

EXACT = {"contract", "nsz"}
"""What the compiler may do to the arithmetic of the forms: no reordering, which would cost them their last
digits, and no wrong ideas about NaN."""

FAST = {*EXACT, "arcp", "reassoc"}
"""What it may do to long sums: take them in another order."""

_INNER: dict[str, Any] = {
    "error_model": "numpy", "fastmath": EXACT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
    "no_rewrites": True,
}  # fmt: skip

BRIEF = 150
"""Bytes of Python's code below which a word is written out where it is called, which is cheaper."""

_NOWHERE = 16
"""The address of a part that another process compiles: nobody calls it in this one."""

_parts: dict[Callable[..., Any], Any] = {}


@cache
def word(function: Callable[..., Any]) -> Any:
    """A plain function that a part calls: the part of that name, or else it becomes a piece of its callers.

    So do those that it calls itself.
    """
    if function in _parts:
        return _parts[function]
    brief = len(function.__code__.co_code) < BRIEF
    return njit(inline="always" if brief else "never", **_INNER)(_among_words(function))


def form(function: Callable[..., Any]) -> Callable[..., Any]:
    """A plain function of a record that one part calls: it is written out where it is called."""
    return njit(inline="always")(_among_words(function))


def _among_words(function: Callable[..., Any]) -> FunctionType:
    """A copy of a plain function to which the functions it names are words."""
    assert isinstance(function, FunctionType)
    named = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    words = {name: word(value) for name, value in named.items() if isinstance(value, FunctionType)}
    return FunctionType(
        function.__code__, {**function.__globals__, **words}, function.__name__,
        function.__defaults__, function.__closure__,
    )  # fmt: skip


def part(signature: Any, fastmath: set[str] = EXACT) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a function that compiled ones call by its address; its types are `signature`.

    It never takes Python's lock.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        name = f"tp5.{function.__module__}.{function.__qualname__}"
        _parts[function] = types.ExternalFunction(name, signature)
        if not claimed(name):
            binding.add_symbol(name, _NOWHERE)
            return _parts[function]
        options: dict[str, Any] = {
            "nopython": True, "cache": keeps(), "error_model": "numpy", "fastmath": fastmath,
            "no_rewrites": True,
        }  # fmt: skip
        made = cfunc(signature, **options)(_among_words(function))
        binding.add_symbol(name, made.address)
        return _parts[function]

    return compiled


def callable_part(part: Any) -> Callable[..., None]:
    """A part as Python calls it, with the addresses of what it is given; meanwhile Python's lock is free."""
    call = ctypes.CFUNCTYPE(None, *(ctypes.c_void_p for _ in part.sig.args))
    return call(binding.address_of_symbol(part.symbol))
