"""Colours, type and spacing of the window, in one table of tokens for light and one for dark.

One colour means one thing everywhere: `ink` is what the person drew, `output` what the network answered,
`truth` the character as it is in the data, `ideal` the best possible denoiser, `error` a wrong pixel
(which always has a shape as well: a ring or a cross), `code` what the network keeps, `positive` and
`negative` the sign of a weight or an activity (solid and dashed), `part1` to `part6` the loss and its parts,
`series` what a study measured and `reference` what the slides report (round dots and squares). The hues stay
apart under the common kinds of colour blindness; text colours reach WCAG AA (4.5:1) on `ground` and
`surface`.

Type has one scale, which the person zooms. The zoom is the size of the application's font and nothing else:
what is painted or laid out asks for `size` of a step of the scale, and is told by Qt when the font changes.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from core.base.files import shipped

Scheme = Literal["light", "dark", "system"]

ICONS = shipped("resources/icons")

SPACE = 8  # px: the unit of every margin and gap; halves and doubles of it are allowed
RADIUS = 4  # px: corners of buttons and fields
BAR = 10  # px: how wide a scroll bar is

CAPTION, BODY, TITLE, FIGURE = 12, 14, 18, 28  # px: the scale of type, as it is without a zoom

ZOOMS = (80, 90, 100, 115, 130, 150, 175, 200)
"""What the scale can be zoomed to, in percent."""


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
    series: str
    reference: str
    output_text: str  # the same meaning as `output`, dark or light enough for text
    truth_text: str
    error_text: str
    part1: str  # the loss; the others are its parts, which differ in their dashes as well
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
    ink="#1f5fbf", output="#d9730d", truth="#0f8a65", ideal="#7a5cc4", error="#c2185b", code="#00798c",
    positive="#2f4b6e", negative="#6f7d00",
    series="#33360f", reference="#806a3a",
    output_text="#a8540a", truth_text="#0b6e50", error_text="#b3144f",
    part1="#000045", part2="#806c0a", part3="#004e00", part4="#a74e45", part5="#4e3b45",
    part6="#891d76",
)  # fmt: skip

DARK = Tokens(
    dark=True,
    ground="#17191c", surface="#1f2226", sunken="#2a2e33", line="#3a3f46",
    text="#e8eaec", text_soft="#a3abb3", accent="#7db1ff", on_accent="#0d1a2b",
    paper="#121416", grid="#22262a",
    ink="#7db1ff", output="#ffa348", truth="#4fd1a5", ideal="#b59cf5", error="#ff6f9f", code="#5fc9d8",
    positive="#9fb8d9", negative="#c9cf4a",
    series="#dfe39a", reference="#a98b55",
    output_text="#ffb066", truth_text="#4fd1a5", error_text="#ff8bb0",
    part1="#d8ffce", part2="#e2d862", part3="#459d45", part4="#ebb189", part5="#769380",
    part6="#e2cef5",
)  # fmt: skip


def tokens() -> Tokens:
    """The tokens of the palette the application wears now; canvases ask at every paint."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if window.lightness() < 128 else LIGHT


def apply_theme(app: QApplication, scheme: Scheme) -> None:
    """Dress the application in a scheme; `system` is that of the desktop, or light where it has none.

    The palettes are our own because on a bare X server and offscreen `QStyleHints.setColorScheme`
    changes nothing (PySide6 6.8.3 to 6.11.3).
    """
    if scheme == "system":
        scheme = "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    app.setStyle("Fusion")
    app.setPalette(_palette(DARK if scheme == "dark" else LIGHT))
    set_zoom(app, zoom())


def set_zoom(app: QApplication, percent: int) -> None:
    """Zoom all type of the application, tool tips and dialogs included, and whatever goes with it.

    The style sheet is set anew, since what it dresses keeps the font it had (Qt 6.11).
    """
    font = app.font()
    font.setPixelSize(_body(percent))
    app.setFont(font)
    app.setStyleSheet(_sheet(tokens()))


def zoom() -> int:
    """How large the type is now, in percent."""
    return min(ZOOMS, key=lambda percent: abs(_body(percent) - size(BODY)))


def size(step: int) -> int:
    """A step of the scale of type, or a length that goes with type, as it is zoomed now, in px."""
    body = QGuiApplication.font().pixelSize()
    return round(step * body / BODY) if body > 0 else step  # before the first theme Qt counts in points


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
    """One of `count` colours, evenly round the wheel, for kinds of things without a colour of their own."""
    light = 0.72 if tokens().dark else 0.42
    return QColor.fromHslF((number / count + 0.02) % 1.0, 0.65, light).name()


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
        role.BrightText: table.error,
        role.ToolTipBase: table.surface,
        role.ToolTipText: table.text,
        role.PlaceholderText: table.text_soft,
        role.Highlight: table.accent,
        role.HighlightedText: table.on_accent,
        role.Accent: table.accent,
        role.Link: table.accent,
        role.LinkVisited: table.ideal,
        role.Light: table.surface,
        role.Midlight: table.sunken,
        role.Mid: table.line,
        role.Dark: table.line,
        role.Shadow: table.line,
    }.items():
        palette.setColor(which, QColor(colour))
    soft = QColor(table.text_soft)
    soft.setAlphaF(0.6)
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, soft)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(table.line))
    return palette


def _sheet(t: Tokens) -> str:
    """The few things that a palette cannot say.

    One is that no label takes its text for markup, of whichever kind, Qt's own tool tips and questions
    included: what comes from outside could name a file there, which Qt would read.
    """
    check, error = (
        (ICONS / f"{name}-on-{'dark' if t.dark else 'light'}.svg").as_posix() for name in ("check", "error")
    )
    return f"""
    QLabel, QToolTip {{ qproperty-textFormat: PlainText; }}
    QToolTip {{ color: {t.text}; background: {t.surface}; border: 1px solid {t.line}; padding: 4px; }}
    QMainWindow::separator {{ background: {t.ground}; width: 6px; height: 6px; }}
    QMainWindow::separator:hover {{ background: {t.line}; }}
    QToolBar {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
    QWidget#offer {{ background: {t.sunken}; border-radius: {RADIUS}px; }}
    QStatusBar {{ color: {t.text_soft}; background: {t.ground}; }}
    QStatusBar::item {{ border: none; }}
    QDockWidget {{ color: {t.text}; font-weight: 600; }}
    QDockWidget::title {{ background: {t.ground}; padding: 5px 8px; text-align: left; }}
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
    QPushButton#primary:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.text_soft}; }}
    QPushButton#primary:focus {{ outline: none; border-color: {t.text}; }}
    QCheckBox::indicator {{
        width: 13px; height: 13px; background: {t.surface};
        border: 1px solid {t.text_soft}; border-radius: 2px;
    }}
    QCheckBox::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: url("{check}");
    }}
    QCheckBox::indicator:focus {{ width: 11px; height: 11px; border: 2px solid {t.accent}; }}
    QCheckBox::indicator:disabled {{ border-color: {t.line}; }}
    QCheckBox[invalid="true"]::indicator, QCheckBox[invalid="true"]::indicator:checked {{
        width: 11px; height: 11px; border: 2px solid {t.error};
    }}
    QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS}px; padding: 4px; }}
    QToolButton:hover {{ background: {t.sunken}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QProgressBar {{ background: {t.sunken}; border: none; border-radius: 2px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    """
