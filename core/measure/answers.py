"""The best answer to noisy images by each way of judging it, from what the set makes likely.

An answer is a function of the posterior weights (K, N): how likely each of K noisy images came from each of
the N images of the set. On average no other answer is better by its metric, with one exception:
`most_recognised` is only nearly the best on a set of more than `NEIGHBOURED` patterns, or of more than
`MOST_PAIRS` pairs of patterns two pixels apart.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.measure.rules import ON, TOLERANCE

if TYPE_CHECKING:
    from torch import Tensor

NEIGHBOURED = 2048
"""Patterns of a set of which every two are compared; of a larger set the most likely one is answered."""

MOST_PAIRS = 20_000
"""Pairs of patterns two pixels apart between which answers are looked for; further pairs are left out."""


@dataclass(frozen=True)
class Known:
    """A set as the best possible denoiser knows it: equally likely images, and how they resemble each other.

    Parameters
    ----------
    images : (N, D) in [0, 1].
    """

    images: "Tensor"

    @cached_property
    def lit(self) -> "Tensor":
        """Which pixels are on: (N, D), 0 or 1."""
        return (self.images > ON).to(self.images.dtype)

    @cached_property
    def _unique(self) -> "tuple[Tensor, Tensor]":
        import torch

        patterns, which = torch.unique(self.lit, dim=0, return_inverse=True)
        return patterns, which

    @property
    def patterns(self) -> "Tensor":
        """The different patterns of lit pixels: (U, D)."""
        return self._unique[0]

    def by_pattern(self, weights: "Tensor") -> "Tensor":
        """How likely each pattern is: weights of the images (K, N) -> (K, U)."""
        return weights.new_zeros(len(weights), len(self.patterns)).index_add_(1, self._unique[1], weights)

    @cached_property
    def _apart(self) -> "Tensor":
        """In how many pixels every two patterns differ: (U, U)."""
        count = self.patterns.sum(1)
        return count.unsqueeze(1) + count - 2 * self.patterns @ self.patterns.mT

    @cached_property
    def near(self) -> "Tensor":
        """1 where one pattern is recognised as the other, else 0: (U, U)."""
        return (self._apart <= TOLERANCE).to(self.patterns.dtype)

    @cached_property
    def between(self) -> "tuple[Tensor, Tensor, Tensor]":
        """Patterns (M, D) that are one pixel from at least two of the set, and which of the set these are.

        The latter as pairs, the number of the one and the number of the other: (E,) twice.
        """
        import torch

        one, other = torch.nonzero((self._apart == 2).triu(), as_tuple=True)
        one, other = one[:MOST_PAIRS], other[:MOST_PAIRS]
        first = (self.patterns[one] != self.patterns[other]).int().argmax(1, keepdim=True)
        middles = torch.cat([
            self.patterns[side].scatter(1, first, 1 - self.patterns[side].gather(1, first))
            for side in (one, other)
        ])  # fmt: skip
        found, which = torch.unique(middles, dim=0, return_inverse=True)
        pairs = torch.stack((which.repeat(2), torch.cat((one, one, other, other))))
        pairs = torch.unique(pairs, dim=1)
        return found, pairs[0], pairs[1]


def mean(known: Known, weights: "Tensor") -> "Tensor":
    """The posterior mean, of the least squared error: weights (K, N) -> (K, D) in [0, 1]."""
    return weights @ known.images


def likelier_pixels(known: Known, weights: "Tensor") -> "Tensor":
    """The likelier value of every pixel, of the fewest wrong pixels: weights (K, N) -> (K, D), 0 or 1."""
    return (weights @ known.lit > ON).to(weights.dtype)


def most_likely(known: Known, weights: "Tensor") -> "Tensor":
    """The most likely pattern, most often perfect: weights (K, N) -> (K, D), 0 or 1."""
    return known.patterns[known.by_pattern(weights).argmax(1)]


def most_recognised(known: Known, weights: "Tensor") -> "Tensor":
    """The pattern most often within one wrong pixel of the truth: weights (K, N) -> (K, D), 0 or 1.

    Only patterns of the set and their one-pixel neighbours can be recognised at all. A neighbour of a single
    pattern is not recognised more often than this pattern, so the neighbours between two patterns suffice.

    This is the best answer on a set of at most `NEIGHBOURED` patterns of which at most `MOST_PAIRS` pairs are
    two pixels apart. With more pairs, the best of the patterns and of the neighbours between the first pairs
    is answered; with more patterns, the most likely one.
    """
    import torch

    likely = known.by_pattern(weights)
    if len(known.patterns) > NEIGHBOURED:
        return most_likely(known, weights)
    found, neighbour, pattern = known.between
    near_found = likely.new_zeros(len(likely), len(found)).index_add_(1, neighbour, likely[:, pattern])
    probability = torch.cat((likely @ known.near, near_found), 1)
    return torch.cat((known.patterns, found))[probability.argmax(1)]
