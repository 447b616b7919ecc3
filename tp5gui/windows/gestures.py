"""What the mouse and the keys do on each picture: a small table, for the sheet of shortcuts."""

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from core.base.words import say

ARROWS = ("Left", "Right", "Up", "Down")
SHIFTED = tuple(f"Shift+{key}" for key in ARROWS)
WITH_CTRL = tuple(f"Ctrl+{key}" for key in ARROWS)
NEARER = ("+", "-")
WITH_ALT = tuple(f"Alt+{key}" for key in ARROWS)


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing that can be done.

    Attributes
    ----------
    does : what comes of it.
    keys : any of these, as `QKeySequence` reads them.
    hand : what the mouse does, in words; "" for nothing.
    """

    does: str
    keys: tuple[str, ...] = ()
    hand: str = ""

    @property
    def words(self) -> str:
        """How it is done, with keys named as the platform names them."""
        named = [self.hand] if self.hand else []
        keys = list(self.keys)
        while keys:
            key = keys.pop(0)
            front = key.removesuffix(ARROWS[0])
            if key != front and all(front + arrow in keys for arrow in ARROWS[1:]):
                for arrow in ARROWS[1:]:
                    keys.remove(front + arrow)
                named.append(native(key).removesuffix(native(ARROWS[0])) + say("arrow keys"))
            else:
                named.append(native(key))
        return ", ".join(named)


@dataclass(frozen=True, slots=True)
class Hands:
    """What can be done on one picture.

    Attributes
    ----------
    kind : the class of the canvas.
    title : what a person calls it.
    """

    kind: str
    title: str
    gestures: tuple[Gesture, ...]


def native(key: str) -> str:
    """A key as the platform names it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def hands() -> tuple[Hands, ...]:
    """What can be done on every picture that takes keys or the mouse."""
    return (
        Hands("Canvas", say("Every picture"), (
            Gesture(say("copy or save it"), ("Menu", "Shift+F10"), say("click with the right button")),
        )),
        Hands("PixelCanvas", say("You draw"), (
            Gesture(say("draw"), hand=say("left button")),
            Gesture(say("erase"), hand=say("right button")),
            Gesture(say("move to another pixel"), ARROWS),
            Gesture(say("turn the pixel on or off"), ("Space", "Return")),
            Gesture(say("erase the pixel"), ("Del", "Backspace")),
            Gesture(say("end the stroke"), ("Esc",)),
        )),
        Hands("NetworkView", say("The network"), (
            Gesture(say("say more of a unit"), WITH_CTRL, say("point at it")),
            Gesture(say("pin what is said"), ("Return",), say("click")),
            Gesture(say("pull a number of the code"), hand=say("drag its knob")),
            Gesture(say("choose a number and pull it"), ARROWS),
            Gesture(say("let go"), ("Esc",)),
        )),
        Hands("LatentMap", say("Latent map"), (
            Gesture(say("move the cursor"), ARROWS, say("drag")),
            Gesture(say("move it in long steps"), SHIFTED),
            Gesture(say("draw the image at the cursor"), ("Return",), say("double click")),
            Gesture(say("zoom"), NEARER, say("wheel")),
            Gesture(say("move the map"), WITH_CTRL, say("drag with the right button")),
            Gesture(say("show all images"), ("F",)),
            Gesture(say("bring the cursor into sight"), ("C",)),
        )),
        Hands("Curves", say("Curves"), (
            Gesture(say("read off an epoch"), ("Left", "Right"), say("point at it")),
            Gesture(say("read off one farther away"), ("PgUp", "PgDown")),
            Gesture(say("read off none"), ("Esc",)),
            Gesture(say("zoom the epochs"), NEARER, say("wheel")),
            Gesture(say("show all epochs"), ("F",), say("double click")),
        )),
        Hands("TimeLine", say("Time line"), (
            Gesture(say("go back to an epoch"), hand=say("click or drag")),
            Gesture(say("go to the moment before or after"), ARROWS, say("wheel")),
            Gesture(say("go ten moments on"), SHIFTED),
            Gesture(say("go a tenth of the run on"), ("PgUp", "PgDown")),
            Gesture(say("go to the start"), ("Home",)),
            Gesture(say("return to now"), ("End", "N"), say("double click")),
            Gesture(say("play the film, or stop it"), ("Space",)),
            Gesture(say("begin a new run here"), ("B",)),
        )),
        Hands("RunList", say("Runs"), (
            Gesture(say("open the run of a card"), ("Return",), say("double click")),
            Gesture(say("rename it"), ("F2",)),
            Gesture(say("take it away"), ("Del", "Backspace")),
            Gesture(
                say("list what can be done with it"), ("Menu", "Shift+F10"),
                say("click with the right button"),
            ),
        )),
        Hands("GlyphGrid", say("Images in and out"), (
            Gesture(say("put an image into the drawing"), ("Space", "Return"), say("click")),
            Gesture(say("choose an image"), ARROWS),
            Gesture(say("show further images"), ("PgUp", "PgDown"), say("wheel")),
        )),
        Hands("PairGrid", say("Images compared"), (
            Gesture(say("choose an image, which is framed on the maps"), ARROWS, say("point at it")),
            Gesture(say("show further images"), ("PgUp", "PgDown"), say("wheel")),
        )),
        Hands("Strip", say("Explored images"), (
            Gesture(say("put an image into the drawing"), ("Space", "Return"), say("click")),
            Gesture(say("choose an image"), ARROWS),
        )),
        Hands("StudyPlot", say("Answer of a study"), (
            Gesture(say("choose a setting"), ARROWS),
            Gesture(say("take up a typical run of a setting"), ("Space", "Return"), say("click")),
            Gesture(say("list all its runs"), ("Menu", "Shift+F10"), say("right button")),
        )),
        Hands("Thumbnails", say("Pictures of a data set"), (
            Gesture(say("choose a picture"), (*ARROWS, "PgUp", "PgDown", "Home", "End"), say("click")),
            Gesture(say("put it into the drawing"), ("Return",), say("double click")),
            Gesture(say("move it"), WITH_ALT, say("drag")),
            Gesture(say("leave it where it is"), ("Esc",)),
            Gesture(say("remove it"), ("Del",)),
        )),
    )  # fmt: skip
