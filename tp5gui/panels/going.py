"""How the run goes, in one plain word that explains itself."""

from PySide6.QtCore import Slot

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.figure import Figure
from tp5gui.session.messages import Frame
from tp5gui.session.progress import Going, going_of
from tp5gui.words import count, folded

BAD = (Going.COLLAPSED, Going.DIVERGED)


class GoingWord(Figure):
    """The word, in room enough for the longest of them; its tool tip says why it is said and what helps."""

    def __init__(self) -> None:
        widest = "\n".join((*_words().values(), say("Preparing")))
        super().__init__(widest, theme.TITLE, strong=True)
        self._said: object = None
        self._frame: Frame | None = None
        self._awaited = ""  # what training waits for, in words

    @property
    def waits(self) -> bool:
        """Whether the run does not train yet."""
        return bool(self._awaited)

    def show_frame(self, frame: Frame) -> None:
        """Say how the run of a frame goes."""
        self._frame = frame
        if self._awaited:
            return
        going = going_of(frame)
        resting = frame.snapshot.epoch if going not in (Going.LEARNING, Going.STUCK) else -1
        said = (going, resting, frame.snapshot.cause)
        if said != self._said:
            self._said = said
            self.setText(_words()[going])
            theme.set_style(self, objectName=_style(going))
            self.setToolTip(folded(*_explained(going, frame)))

    @Slot(str)
    def show_awaited(self, words: str) -> None:
        """Say that the run does not train yet, and what it waits for; "" once it does not."""
        self._awaited, self._said = words, None
        if words:
            self.setText(say("Preparing"))
            theme.set_style(self, objectName="")
            self.setToolTip(words)
        elif self._frame is not None:
            self.show_frame(self._frame)


def _words() -> dict[Going, str]:
    return {
        Going.READY: say("Ready"), Going.LEARNING: say("Learning"), Going.STUCK: say("Stuck"),
        Going.PAUSED: say("Paused"), Going.DONE: say("Done"), Going.COLLAPSED: say("Collapsed"),
        Going.DIVERGED: say("Diverged"), Going.PAST: say("Looking back"),
    }  # fmt: skip


def _style(going: Going) -> str:
    """What is bad looks so, and so does what is no longer so."""
    return "bad" if going in BAD else "stale" if going is Going.PAST else ""


def _explained(going: Going, frame: Frame) -> list[str]:
    """Why it is said, and what helps."""
    epoch = count(frame.snapshot.epoch)
    match going:
        case Going.READY:
            return [say("Nothing has been trained yet. The blue button starts.")]
        case Going.LEARNING:
            return [say("The run trains, and nothing says that it is stuck.")]
        case Going.STUCK:
            return [
                say("The loss fell by less than 1 % over the last tenth of the epochs so far."),
                say(
                    "It may have learned what it can. If not, try another learning rate or optimiser, more "
                    "units, or a new seed."
                ),
            ]
        case Going.PAUSED:
            return [say("The run waits after epoch {epoch}. The blue button goes on.", epoch=epoch)]
        case Going.DONE:
            return [
                say(
                    "The run has ended after epoch {epoch}: it has had its epochs, or had no wrong pixel for "
                    "as long as was asked. With more epochs it goes on.",
                    epoch=epoch,
                )
            ]
        case Going.COLLAPSED:
            cause, lines = frame.snapshot.cause, [say("Every output is the same image.")]
            if cause is not None:
                lines.append(cause.words())
            if cause is None or not cause.lasting:
                lines.append(say("A smaller learning rate may help; of a variational code, a smaller beta."))
            return lines
        case Going.PAST:
            return [
                say(
                    "Everything shows the run as it was after epoch {epoch}. Now it is at epoch {now}; F4 "
                    "leads back there.",
                    epoch=epoch, now=count(frame.now),
                )
            ]  # fmt: skip
    return [
        say("The loss was no longer a finite number. The weights of epoch {epoch} were kept.", epoch=epoch),
        say("A smaller learning rate helps most; then resume."),
    ]
