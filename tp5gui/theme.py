"""Colours, type and spacing of the window, in one table of tokens for light and one for dark.

One colour means one thing everywhere:

- `ink` is what the person does: the drawing, also as the network is fed it, and changes while a run trains;
  `output` what the network answered, `truth` the image as it is in the data, `ideal` the best possible,
  `error` what is wrong (a pixel has a shape as well, a ring or a cross), and how much is;
- `code` is what the network keeps; `positive` and `negative` the sign of a weight or an activity (solid and
  dashed); `quiet` what is there and is not the point: the other runs of a race, a silent unit;
- `part1` to `part6` are the loss and its parts, and in a comparison its runs; `recognised` and `perfect`
  count the images that come back right, `noisy` is measured under the noise (all with dashes of their own);
- `series` is what a study measured, `reference` what the slides report (round dots and squares);
- `accent` is what is chosen, has the focus, or is to be pressed next, and how far a run is.

What stands in one picture in one shape keeps apart to every kind of colour blindness, and every pair of
colours reaches WCAG AA: `tests/gui/test_theme.py` has both lists, and `tests/sights.py` the eyes.

Type has one scale, which the person zooms. The zoom is the size of the application's font and nothing else:
what is painted or laid out asks for `size` of a step of the scale, and is told by Qt when the font changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from core.base.files import shipped
from tp5gui.tips import dress
from tp5gui.zooms import ZOOMS

Scheme = Literal["light", "dark", "system"]

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

ICONS = shipped("resources/icons")

SPACE = 8  # px: the unit of every margin and gap; halves and doubles of it are allowed
RADIUS = 4  # px: corners of buttons and fields
BAR = 10  # px: how wide a scroll bar is
RING = 3  # px: how far around a control the ring reaches that shows what the keys go to

CAPTION, BODY, TITLE, FIGURE = 12, 14, 18, 28  # px: the scale of type, as it is without a zoom


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, as `#rrggbb`."""

    dark: bool
    ground: str  # behind the panels
    surface: str  # panels, fields
    sunken: str  # tracks, headers, things pressed
    line: str  # hairlines and borders
    text: str
    text_soft: str  # captions, units, help
    accent: str  # the one thing to press next; what is selected
    on_accent: str
    paper: str  # an unlit pixel
    grid: str  # hairlines between pixels
    ink: str
    output: str
    truth: str
    ideal: str
    error: str
    code: str
    positive: str  # a weight, an activity or a contribution above 0; drawn solid
    negative: str  # one below 0; drawn dashed
    quiet: str
    series: str
    reference: str
    recognised: str
    perfect: str
    noisy: str
    error_text: str  # the same meaning as `error`, dark or light enough for text
    part1: str  # the loss; the others are its parts
    part2: str
    part3: str
    part4: str
    part5: str
    part6: str


LIGHT = Tokens(
    dark=False,
    ground="#f3f3f0", surface="#fbfbf9", sunken="#e9e9e5", line="#d6d6d0",
    text="#1d2125", text_soft="#5a636c", accent="#1f5fbf", on_accent="#ffffff",
    paper="#ffffff", grid="#ebebe6",
    ink="#0c2e60", output="#d9730d", truth="#008f70", ideal="#875dc6", error="#c01055", code="#087a8c",
    positive="#4a6584", negative="#6f7b37", quiet="#898f94",
    series="#393913", reference="#856b3c", recognised="#30672d", perfect="#022600", noisy="#846900",
    error_text="#b3144f",
    part1="#16110b", part2="#603a2a", part3="#824c05", part4="#985a83", part5="#251a74", part6="#6a0056",
)  # fmt: skip

DARK = Tokens(
    dark=True,
    ground="#17191c", surface="#1f2226", sunken="#2a2e33", line="#3a3f46",
    text="#e8eaec", text_soft="#a8b0b8", accent="#7db1ff", on_accent="#0d1a2b",
    paper="#121416", grid="#22262a",
    ink="#aed6ff", output="#fd9c53", truth="#31caa0", ideal="#b99cf7", error="#fe7e99", code="#33c3d5",
    positive="#8496b0", negative="#c4c61e", quiet="#6d757d",
    series="#cbd480", reference="#b28c3c", recognised="#abd245", perfect="#e8f7c0", noisy="#988c58",
    error_text="#ff8bb0",
    part1="#f8f5f0", part2="#8fc86f", part3="#e74ea5", part4="#928f1d", part5="#74de4d", part6="#f6c4ef",
)  # fmt: skip


PAPER = replace(LIGHT, ground="#ffffff", surface="#ffffff")
"""The colours of a picture to take away, whatever the window wears: for a report, or to be printed."""

_worn: list[Tokens] = []  # in place of what the palette says; the last one counts


def tokens() -> Tokens:
    """The tokens of the palette the application wears now; canvases ask at every paint."""
    if _worn:
        return _worn[-1]
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if window.lightness() < 128 else LIGHT


@contextmanager
def wearing(table: Tokens) -> Iterator[None]:
    """Have `tokens` give other ones until the end of the block."""
    _worn.append(table)
    try:
        yield
    finally:
        _worn.pop()


def scheme(name: str) -> Scheme:
    """The scheme of that name; `system` for one that nobody knows."""
    return next((known for known in SCHEMES if known == name), "system")


def apply_theme(app: QApplication, scheme: Scheme) -> None:
    """Dress the application in a scheme; `system` is that of the desktop, or light where it has none.

    The palettes are our own because on a bare X server and offscreen `QStyleHints.setColorScheme`
    changes nothing (PySide6 6.8.3 to 6.11.3).
    """
    if scheme == "system":
        scheme = "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    dress(app)
    app.setStyleSheet("")  # under which a palette takes long to arrive everywhere; `set_zoom` sets it anew
    table = DARK if scheme == "dark" else LIGHT
    palette = _palette(table)
    app.setPalette(palette)
    palette.setColor(QPalette.ColorRole.Button, QColor(table.quiet))
    # its handle is seen on dark ground as well, from the back row; the stubs of PySide 6.11 name bytes, which
    # it refuses
    app.setPalette(palette, "QSlider")  # type: ignore[arg-type]
    set_zoom(app, zoom())


def set_zoom(app: QApplication, percent: int) -> None:
    """Zoom all type of the application, tool tips and dialogs included, and whatever goes with it.

    The style sheet is set anew, since what it dresses keeps the font it had (Qt 6.11). It comes off in
    between: where one takes the place of another, every widget is polished eight times over, a long wait.
    """
    font = app.font()
    font.setPixelSize(_body(percent))
    app.setFont(font)
    app.setStyleSheet("")
    app.setStyleSheet(_sheet(tokens()))


def zoom() -> int:
    """How large the type is now, in percent."""
    return min(ZOOMS, key=lambda percent: abs(_body(percent) - size(BODY)))


def size(step: int) -> int:
    """A step of the scale of type, or a length that goes with type, as it is zoomed now, in px."""
    body = QGuiApplication.font().pixelSize()
    return round(step * body / BODY) if body > 0 else step  # before the first theme Qt counts in points


def size_at(step: int, percent: int) -> int:
    """A step of the scale of type, or a length that goes with type, at a zoom in percent, in px."""
    return round(step * _body(percent) / BODY)


def _body(percent: int) -> int:
    return round(BODY * percent / 100)


def set_style(widget: QWidget, **properties: str | bool) -> None:
    """Set properties that the style sheet asks for, and dress the widget anew where one of them is another.

    Where it is only polished again, Qt keeps the old border of a box and the old colour of a label.
    """
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def hue(number: int, count: int) -> str:
    """One of `count` colours, evenly round the wheel, for kinds of things that are named as well.

    It is the nearest to grey in lightness that can be read on paper (WCAG AA).
    """
    return _hue((number / count + 0.02) % 1.0, tokens().dark)


@cache
def _hue(turn: float, dark: bool) -> str:
    paper = _luminance(QColor((DARK if dark else LIGHT).paper))
    steps = range(50, 101) if dark else range(50, -1, -1)
    colours = (QColor.fromHslF(turn, 0.65, step / 100).name() for step in steps)
    return next(colour for colour in colours if _contrast(_luminance(QColor(colour)), paper) >= AA)


AA = 4.5  # the least contrast of text (WCAG 2)


def _luminance(colour: QColor) -> float:
    """The relative luminance of WCAG 2."""
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    light = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def _contrast(first: float, second: float) -> float:
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def caption_font(base: QFont) -> QFont:
    """`base` in the size of captions and units."""
    return sized_font(base, CAPTION)


def sized_font(base: QFont, step: int, *, strong: bool = False) -> QFont:
    """`base` in a step of the scale of type, as it is zoomed now; `strong` for what is read first."""
    font = QFont(base)
    font.setPixelSize(size(step))
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def figure_font(base: QFont) -> QFont:
    """`base` with tabular figures, so that a number that changes does not jump."""
    font = QFont(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _palette(table: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in {
        role.Window: table.ground,
        role.WindowText: table.text,
        role.Base: table.surface,
        role.AlternateBase: table.sunken,
        role.Text: table.text,
        role.Button: table.surface,
        role.ButtonText: table.text,
        role.BrightText: table.text,
        role.ToolTipBase: table.surface,
        role.ToolTipText: table.text,
        role.PlaceholderText: table.text_soft,
        role.Highlight: table.accent,
        role.HighlightedText: table.on_accent,
        role.Accent: table.accent,
        role.Link: table.accent,
        role.LinkVisited: table.accent,
        role.Light: table.surface,
        role.Midlight: table.sunken,
        role.Mid: table.line,
        role.Dark: table.line,
        role.Shadow: table.line,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(table.text_soft))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(table.sunken))
    return palette


def _sheet(t: Tokens) -> str:
    """The few things that a palette cannot say.

    One is that no label takes its text for markup, of whichever kind, Qt's own tool tips and questions
    included: what comes from outside could name a file there, which Qt would read.
    """
    check, error = (
        (ICONS / f"{name}-on-{'dark' if t.dark else 'light'}.svg").as_posix() for name in ("check", "error")
    )
    pressed, small, box = (max(step, size(step)) for step in (16, 12, 13))  # px of icons and of a check box
    return f"""
    QLabel, QToolTip {{ qproperty-textFormat: PlainText; }}
    QToolTip {{ color: {t.text}; background: {t.surface}; border: 1px solid {t.line}; padding: 4px; }}
    QMainWindow::separator {{ background: {t.ground}; width: 6px; height: 6px; }}
    QMainWindow::separator:hover {{ background: {t.line}; }}
    QToolBar {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
    QWidget#offer {{ background: {t.sunken}; border-radius: {RADIUS}px; }}
    QFrame#card {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
    QStatusBar {{ color: {t.text_soft}; background: {t.ground}; }}
    QStatusBar::item {{ border: none; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QDockWidget {{ color: {t.text}; font-weight: 600; }}
    QDockWidget::title {{ background: {t.ground}; padding: 5px 8px; text-align: left; }}
    QDockWidget::close-button, QDockWidget::float-button {{
        subcontrol-origin: padding; subcontrol-position: top right; position: absolute;
        width: {pressed + 4}px;
    }}
    QDockWidget::close-button {{ right: 2px; }}
    QDockWidget::float-button {{ right: {pressed + 6}px; }}
    QMainWindow > QTabBar::tab {{
        color: {t.text_soft}; background: transparent; padding: 4px 10px;
        border: 1px solid transparent; border-top: 2px solid {t.line};
    }}
    QMainWindow > QTabBar::tab:hover {{ color: {t.text}; background: {t.sunken}; }}
    QMainWindow > QTabBar::tab:selected {{
        color: {t.text}; background: {t.surface}; border-top-color: {t.accent};
    }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: {t.surface}; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: {BAR}px; }}
    QScrollBar:horizontal {{ height: {BAR}px; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: {3 * BAR}px; }}
    QScrollBar::handle:horizontal {{ min-width: {3 * BAR}px; }}
    QScrollBar::handle:hover {{ background: {t.text_soft}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; }}
    QLabel#heading {{ color: {t.text}; font-weight: 600; padding-top: {SPACE}px; }}
    QLabel#title {{ font-size: {size(TITLE)}px; font-weight: 600; }}
    QLabel#caption {{ color: {t.text}; }}
    QLabel#soft {{ color: {t.text_soft}; }}
    QLabel#field {{ color: {t.text_soft}; }}
    QLabel#field[stale="true"] {{ color: {t.accent}; font-weight: 600; }}
    PictureBox {{ combobox-popup: 0; }}
    QToolButton#fold {{ font-weight: 600; border-color: {t.line}; text-align: left; }}
    QToolButton#fold:checked {{ background: {t.surface}; border-color: {t.line}; }}
    QToolButton#fold[stale="true"] {{ color: {t.accent}; }}
    QToolButton#fold[invalid="true"] {{ color: {t.error_text}; border: 2px solid {t.error}; padding: 3px; }}
    QLabel#stale {{ color: {t.accent}; }}
    QLabel#bad {{ color: {t.error_text}; }}
    QLabel#fault {{ color: {t.error_text}; font-weight: 600; }}
    QLabel#sign {{ min-width: 16px; min-height: 16px; background: url("{error}") no-repeat center; }}
    QLabel#reason {{
        color: {t.error_text}; padding-left: 22px; min-height: 16px;
        background: url("{error}") no-repeat left center; background-origin: border;
    }}
    QLineEdit[invalid="true"], QComboBox[invalid="true"] {{ border: 2px solid {t.error}; }}
    QPushButton#primary {{
        color: {t.on_accent}; background: {t.accent}; border: 2px solid {t.accent}; border-radius: {RADIUS}px;
        padding: 4px 12px; font-weight: 600;
    }}
    QPushButton#primary:disabled {{ background: {t.sunken}; border-color: {t.line}; color: {t.text_soft}; }}
    QPushButton#primary:focus {{ outline: none; }}
    QCheckBox::indicator {{
        width: {box}px; height: {box}px; background: {t.surface};
        border: 1px solid {t.text_soft}; border-radius: 2px;
    }}
    QCheckBox::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: url("{check}");
    }}
    QCheckBox::indicator:disabled {{ border-color: {t.line}; }}
    QCheckBox[invalid="true"]::indicator, QCheckBox[invalid="true"]::indicator:checked {{
        width: {box - 2}px; height: {box - 2}px; border: 2px solid {t.error};
    }}
    QToolButton, QPushButton#primary {{ qproperty-iconSize: {pressed}px {pressed}px; }}
    QStatusBar QToolButton {{ qproperty-iconSize: {small}px {small}px; }}
    QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS}px; padding: 4px; }}
    QToolButton#help {{ color: {t.text_soft}; padding: 0; }}
    QToolButton:hover {{ background: {t.sunken}; }}
    QToolButton:checked {{ background: {t.sunken}; border-color: {t.text_soft}; }}
    QProgressBar {{ background: {t.sunken}; border: none; border-radius: 2px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    """
