"""How a report looks: on a light screen, on a dark one, on paper."""

from typing import Literal, TypeAlias

from core.base.files import shipped

LIGHT = {
    "ground": "#f3f3f0", "surface": "#fbfbf9", "sunken": "#e9e9e5", "line": "#d6d6d0",
    "text": "#1d2125", "text_soft": "#5a636c", "accent": "#1f5fbf", "paper": "#ffffff",
    "ink": "#0c2e60", "output": "#d9730d", "truth": "#008f70", "ideal": "#875dc6", "error": "#c01055",
    "code": "#087a8c", "positive": "#4a6584", "negative": "#6f7b37", "recognised": "#30672d",
    "perfect": "#022600", "noisy": "#846900", "part1": "#16110b", "part2": "#603a2a", "part3": "#824c05",
    "part4": "#985a83", "part5": "#251a74", "part6": "#6a0056",
}  # fmt: skip
"""The colours of the window by their meanings, on a light ground; `tests/gui` holds them together."""

DARK = {
    "ground": "#17191c", "surface": "#1f2226", "sunken": "#2a2e33", "line": "#3a3f46",
    "text": "#e8eaec", "text_soft": "#a8b0b8", "accent": "#7db1ff", "paper": "#121416",
    "ink": "#aed6ff", "output": "#fd9c53", "truth": "#31caa0", "ideal": "#b99cf7", "error": "#fe7e99",
    "code": "#33c3d5", "positive": "#8496b0", "negative": "#c4c61e", "recognised": "#abd245",
    "perfect": "#e8f7c0", "noisy": "#988c58", "part1": "#f8f5f0", "part2": "#8fc86f", "part3": "#e74ea5",
    "part4": "#928f1d", "part5": "#74de4d", "part6": "#f6c4ef",
}  # fmt: skip

Theme: TypeAlias = Literal["light", "dark"]
THEMES: dict[Theme, dict[str, str]] = {"light": LIGHT, "dark": DARK}
"""Both, by what a person calls them."""

RULES = shipped("resources/reports/report.css")
"""The rest of the style sheet, with the colours as variables."""


def css() -> str:
    """The style sheet of a report."""
    rules = RULES.read_text(encoding="utf-8")
    return rules.replace("/* light */", _variables(LIGHT)).replace("/* dark */", _variables(DARK))


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in colours.items())
