"""The draws of `core.base.twister`, compiled."""

from numba import void

from core.base import twister
from core.compiled.memory import INTEGER, INTEGERS, REALS, WORDS
from core.compiled.parts import part

uniform = part(void(WORDS, REALS, INTEGER, INTEGER))(twister.uniform)
normal = part(void(WORDS, REALS, INTEGER))(twister.normal)
order = part(void(WORDS, INTEGERS, INTEGER))(twister.order)
