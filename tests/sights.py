"""How colours look to eyes that lack one kind of cone, and how far apart they are.

The matrices are those of Machado, Oliveira and Fernandes (2009) at full severity, for linear RGB; distances
are those of CIE L*a*b* under D65 (1976): 2 or 3 is the least that one sees side by side.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIGHTS: dict[str, Array] = {
    "all cones": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def encoded(colour: str) -> Array:
    """`#rrggbb` as three numbers in [0, 1]."""
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255


def linear(values: Array) -> Array:
    """Encoded sRGB (..., 3) in [0, 1] as light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(values: Array, sight: str) -> Array:
    """Encoded colours (..., 3) in [0, 1] as an eye of `SIGHTS` sees them, encoded as well.

    A picture (H, W, 3) is recoloured whole, as for a screenshot.
    """
    light = np.clip(linear(values) @ SIGHTS[sight].T, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def lab(values: Array) -> Array:
    """Encoded colours (..., 3) as CIE L*a*b* under D65."""
    shares = linear(values) @ TO_XYZ.T / [0.9505, 1, 1.089]
    x, y, z = np.moveaxis(np.where(shares > 0.008856, np.cbrt(shares), 7.787 * shares + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def distance(first: str, second: str, sight: str) -> float:
    """How far apart two colours `#rrggbb` are to an eye of `SIGHTS`."""
    return float(np.linalg.norm(np.subtract(*(lab(seen(encoded(one), sight)) for one in (first, second)))))


def contrast(first: Array, second: Array) -> float:
    """The contrast of WCAG 2 between two encoded colours, from 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(values)) for values in (first, second))
    return (light + 0.05) / (dark + 0.05)
