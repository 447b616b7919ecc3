"""How run files of older formats, and names of earlier days, become those of today.

A format is upgraded in numbered steps, `STEPS[n - 1]` from format n to n + 1. A step is a pure function of
header and arrays, knows its two formats and nothing of today's fields, and is never changed once released.
After the steps, whatever was renamed without a new format gets its new name from one table, `RENAMED`.
"""

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from core.base.words import Refusal
from core.data.limits import parsed
from core.train.torch_names import Sizes, named

Header = dict[str, str]
Arrays = dict[str, NDArray[Any]]


def upgraded(header: Header, arrays: Arrays) -> tuple[Header, Arrays]:
    """Header and arrays of a file as the newest format has them; what is given is left as it is.

    Raises
    ------
    Refusal : the format is newer than `NEWEST` or no format at all, or the file is not what its format says.
    """
    for step in STEPS[_format(header) - 1 :]:
        header, arrays = step(header, arrays)
    return _renamed(header, arrays)


def by_names_of_today(header: Header) -> Header:
    """The header of a file of any format with the names of today, for whom its arrays are of no interest.

    Raises
    ------
    Refusal : as `upgraded` does of a header.
    """
    _format(header)
    return _renamed(header, {})[0]


def parsed_object(header: Header, key: str) -> dict[str, Any]:
    """The JSON object that stands in the header under `key`; `Refusal` if there is none."""
    if key not in header:
        raise Refusal("it lacks {part}", part=key)
    value = parsed(header[key], key)
    if not isinstance(value, dict):
        raise Refusal("{part} must be a JSON object", part=key)
    return value


def _format(header: Header) -> int:
    text = header.get("format", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise Refusal("{text!r:.20} is not the number of a format", text=text)
    if int(text) > NEWEST:
        raise Refusal(
            "it has format {format}, this version reads up to {newest}; "
            "a newer version of tp5gui can open it",
            format=str(int(text)), newest=NEWEST,
        )  # fmt: skip
    return int(text)


def _from_1(header: Header, arrays: Arrays) -> tuple[Header, Arrays]:
    """Flat rows of weights and slots become named tensors; a `perfect_since` of -1 becomes null."""
    counters = parsed_object(header, "numbers")
    if counters.get("perfect_since") == -1:
        counters["perfect_since"] = None
    if "params" not in arrays:
        raise Refusal("it lacks {part}", part="params")
    encoder, decoder = _sizes_1(parsed_object(header, "spec"), arrays["params"])
    tensors: Arrays = {}
    for name, array in arrays.items():
        if name != "params" and not name.startswith("optimizer."):
            tensors[name] = array
        elif array.ndim == 2 and array.shape[1] == arrays["params"].shape[1]:
            prefix = "" if name == "params" else f"{name}."
            tensors |= named(array, encoder, decoder, prefix)
        else:
            raise Refusal("{part} has the shape {shape}", part=name, shape=array.shape)
    return header | {"format": "2", "numbers": json.dumps(counters)}, tensors


def _sizes_1(spec: dict[str, Any], params: NDArray[Any]) -> tuple[Sizes, Sizes]:
    """(in, out) of the layers of encoder and decoder; the pixels follow from the count of parameters."""
    hidden, latent = spec.get("hidden", [10]), spec.get("latent", 2)
    widths = [*hidden, latent] if isinstance(hidden, list) else []
    if not 0 < len(widths) <= 13 or not all(type(width) is int and 0 < width <= 4096 for width in widths):
        raise Refusal("hidden and latent must be widths of layers")
    code = 2 * latent if spec.get("variational", False) else latent

    def sizes(pixels: int) -> tuple[Sizes, Sizes]:
        return [*pairwise([pixels, *hidden, code])], [*pairwise([latent, *reversed(hidden), pixels])]

    def count(pixels: int) -> int:
        return sum((fan_in + 1) * fan_out for half in sizes(pixels) for fan_in, fan_out in half)

    found = params.shape[1] if params.ndim == 2 else 0
    pixels, rest = divmod(found - count(0), count(1) - count(0))  # every pixel takes as many parameters
    if rest or pixels < 1:
        raise Refusal("params has the shape {shape}, which its spec cannot have", shape=params.shape)
    return sizes(pixels)


STEPS: tuple[Callable[[Header, Arrays], tuple[Header, Arrays]], ...] = (_from_1,)
NEWEST = len(STEPS) + 1
"""The format that this version writes."""

RENAMED: dict[str, dict[str, str]] = {
    "header": {"numbers": "counters", "each": "by_replica"},
    "tensor": {"generator": "generators"},
    "field": {},
    "curve": {},
}
"""Old name -> new name of keys of the header, of tensors, of fields of a run and of curves."""


def _renamed(header: Header, arrays: Arrays) -> tuple[Header, Arrays]:
    curves = {f"history.{old}": f"history.{new}" for old, new in RENAMED["curve"].items()}
    header = _with_names(header, RENAMED["header"])
    parsed_object(header, "spec")  # every file has one
    fields = {
        key: json.dumps(_with_fields(parsed(header[key], key)))
        for key in ("spec", "by_replica", "changes")
        if key in header
    }
    return header | fields, _with_names(arrays, RENAMED["tensor"] | curves)


def _with_fields(value: Any) -> Any:
    """A part of the header, with the fields of a run in it by their new names wherever it has any.

    What is not as that part has to be stays as it is: whoever reads the part refuses it.
    """

    def each(part: Any) -> Any:
        return _with_names(part, RENAMED["field"]) if isinstance(part, dict) else part

    if isinstance(value, list):  # epochs, with the fields that were others before
        return [[*map(each, entry)] if isinstance(entry, list) else entry for entry in value]
    return each(value)


def _with_names(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The values by their new names; where a file has both names, the new one counts."""
    old = {names[name]: value for name, value in values.items() if name in names}
    return old | {name: value for name, value in values.items() if name not in names}
