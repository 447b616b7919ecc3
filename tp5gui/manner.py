"""How a picture is saved: what the settings remember of it, and the window asks."""

from dataclasses import dataclass

FORMS = ("png", "svg", "pdf")
"""What a picture can be saved as; the first is proposed at first."""

SCALES = (0.5, 16.0)
"""Pixels for each of the layout in a picture of pixels: the fewest and the most."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a picture is saved.

    Attributes
    ----------
    form : one of `FORMS`.
    scale : pixels for each of the layout where it is saved in pixels; within `SCALES`.
    """

    form: str = FORMS[0]
    scale: float = 2.0
