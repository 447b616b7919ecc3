"""Memory as compiled functions see it: an address and what lies there, as in C.

A pointer costs the compiler next to nothing, where an array of numpy is seven numbers and an owner. Nobody
checks an index. Whoever hands over an address keeps the array that it belongs to.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import from_dtype, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = NDArray[Any]

INTEGER, REAL, DOUBLE = types.int64, types.float32, types.float64
REALS, INTEGERS, DOUBLES, WORDS, FLAGS = (
    types.CPointer(kind) for kind in (REAL, INTEGER, DOUBLE, types.uint64, types.uint8)
)


def view_of(pointer: Any) -> Any:
    """A compiled function: (address or pointer, elements to leave out) -> pointer."""

    def view(typing: Any, where: Any, start: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base, first = arguments
            if isinstance(signature.args[0], types.Integer):
                base = builder.inttoptr(base, context.get_value_type(pointer))
            return builder.gep(base, [first])

        return pointer(where if isinstance(where, types.CPointer) else types.int64, types.int64), build

    return intrinsic(view)


reals, integers, doubles, words, flags = (
    view_of(pointer) for pointer in (REALS, INTEGERS, DOUBLES, WORDS, FLAGS)
)
"""(address or pointer, elements to leave out) -> pointer to what follows."""

_FIELDS = {int: np.int64, bool: np.int64, Array: np.int64, np.float32: np.float32, float: np.float64}


@cache
def layout(kind: type[NamedTuple]) -> np.dtype[Any]:
    """How the values of such a tuple lie in memory; arrays by their addresses."""
    return np.dtype([(name, _FIELDS[field]) for name, field in kind.__annotations__.items()], align=True)


def record(kind: type[NamedTuple]) -> Any:
    """The type of such a tuple in compiled functions."""
    return from_dtype(layout(kind))


def packed(*rows: Any) -> Array:
    """Tuples of one kind as compiled functions take them, (n,); they hold no reference to the arrays."""
    plain = [
        tuple(value.ctypes.data if isinstance(value, np.ndarray) else value for value in row) for row in rows
    ]
    kind: Any = type(rows[0])
    return np.array(plain, layout(kind))
