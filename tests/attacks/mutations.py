"""Damage to valid files, drawn from a seeded generator, so that every case can be made again.

`mutated(random.Random(f"{seed}/{case}"), files)` is the same bytes on every machine.
"""

import random
import struct
from collections.abc import Callable, Sequence
from typing import Any

Mutation = Callable[[random.Random, bytes], bytes]

NUMBERS = (
    0, 1, -1, 2, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 10**400,
    -(2**63), 0.5, 1e308, -0.0, float("nan"), float("inf"), -float("inf"), True, None, "", "1", [], {}, "nan",
)  # fmt: skip
TEXTS = (
    "", "../../x", "/etc/passwd", "..", "a\0b", "\u202egnp.exe", "\ud800", "é" * 200, "x" * 10_000,
    "<img src='/dev/zero'>", "CON", "a/b", "-rf", " x", "＿／", "font5x7", "digits", "none", "tanh", "cuda",
    "auto", "%s%n", "\n\n", "{field}", "&amp;",
)  # fmt: skip


def _flip_bytes(draw: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 16, 64))):
        if damaged:
            damaged[draw.randrange(len(damaged))] = draw.choice((0, 255, draw.randrange(256), 0x7F, 0x80))
    return bytes(damaged)


def _flip_bits(draw: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8))):
        if damaged:
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    return bytes(damaged)


def _damage_the_head(draw: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data or b"x")
    for _ in range(draw.choice((1, 2, 4))):
        damaged[draw.randrange(min(len(damaged), 128))] = draw.randrange(256)
    return bytes(damaged)


def _cut(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _insert(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data) + 1)
    return data[:place] + draw.randbytes(draw.choice((1, 4, 64, 1000))) + data[place:]


def _delete(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data) + 1)
    return data[:place] + data[place + draw.choice((1, 2, 4, 100)) :]


def _repeat(draw: random.Random, data: bytes) -> bytes:
    start = draw.randrange(len(data) + 1)
    end = min(len(data), start + draw.choice((4, 64, 512)))
    return data[:end] + data[start:end] * draw.choice((1, 2, 50)) + data[end:]


def _replace_a_number(draw: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    if len(damaged) > 8:
        place = draw.randrange(len(damaged) - 8)
        value = draw.choice((0, 1, 2**32 - 1, 2**31 - 1, 2**31, 65536, draw.randrange(2**32)))
        damaged[place : place + 4] = struct.pack(draw.choice("<>") + "I", value)
    return bytes(damaged)


def _damage_and_cut(draw: random.Random, data: bytes) -> bytes:
    return _flip_bytes(draw, _cut(draw, data))


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bytes, _flip_bits, _damage_the_head, _cut, _insert, _delete, _repeat, _replace_a_number,
    _damage_and_cut,
)  # fmt: skip


def mutated(draw: random.Random, files: Sequence[bytes], more: Sequence[Mutation] = ()) -> bytes:
    """One of the `files` with one to three kinds of damage; `more` are kinds that suit the format."""
    data = draw.choice(files)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        mutation = draw.choice((*MUTATIONS, *more, None))
        if mutation is None:  # the head of this one, the tail of another
            other = draw.choice(files)
            data = data[: draw.randrange(len(data) + 1)] + other[draw.randrange(len(other) + 1) :]
        else:
            data = mutation(draw, data)
    return data


def mutated_value(draw: random.Random, value: Any) -> Any:
    """A value that JSON can hold with one part changed, removed, or put in the place of another."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        name = draw.choice(sorted(value))
        rest = {other: part for other, part in value.items() if other != name}
        action = draw.random()
        if action < 0.1:
            return rest
        if action < 0.15:
            return value | {draw.choice(TEXTS): draw.choice(NUMBERS)}
        return value | {name: mutated_value(draw, value[name])}
    if isinstance(value, list) and value and draw.random() < 0.7:
        place = draw.randrange(len(value))
        action = draw.random()
        if action < 0.2:
            return value[:place] + value[place + 1 :]
        if action < 0.3:
            return value * draw.choice((2, 50))
        return [*value[:place], mutated_value(draw, value[place]), *value[place + 1 :]]
    return draw.choice((*NUMBERS, *TEXTS, [[]] * 100, {"a": 1}))
