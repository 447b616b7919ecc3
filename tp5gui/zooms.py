"""How large all type can be: known before Qt is, so that the command line and the window have one list."""

ZOOMS = (80, 90, 100, 115, 130, 150, 175, 200)
"""What the scale of type can be zoomed to, in percent."""
