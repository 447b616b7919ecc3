"""What there is to say of the marks that lie over a latent map."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from core.base.words import say
from tp5gui.canvases.latent_clouds import DEVIATIONS

if TYPE_CHECKING:
    from tp5gui.canvases.latent_map import LatentMap

RING = 15.0  # px: reach of the cursor
DIAMOND = 10.0  # px
NEAR = 6.0  # px from a line or a dot


def told_at(latent: "LatentMap", place: QPointF) -> str:
    """What the mark at a place of the widget is; "" where there is none."""
    cursor = latent.cursor_point
    if _away(latent.to_widget(cursor.x(), cursor.y()), place) <= RING:
        return say("The cursor. Drag it: the plate shows what the network decodes here.")
    if latent.plate.contains(place):
        return say("What the network decodes at the cursor, and which image of the set is nearest to it.")
    drawing = latent.drawing_point
    if drawing is not None and _away(latent.to_widget(drawing.x(), drawing.y()), place) <= DIAMOND:
        return say("The code of your drawing.")
    if any(_away(latent.to_widget(x, y), place) <= NEAR for x, y in latent.walk.tolist()):
        return say("A place of what the Explore panel shows.")
    return _of_prior(latent, place)


def _of_prior(latent: "LatentMap", place: QPointF) -> str:
    if latent.prior is None:
        return ""
    middle, flat = latent.to_widget(*latent.prior), not latent.axis_names[1]
    radius = DEVIATIONS / latent.unit
    away = abs(place.x() - middle.x()) if flat else _away(middle, place)
    if abs(away - radius) > NEAR:
        return ""
    if flat:
        return say("95 of 100 draws from the prior fall between the dashed lines.")
    return say("86 of 100 draws from the prior fall inside the dashed circle.")


def _away(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
