"""What a person sees in each panel and dialog: one table of words, a record each."""

from dataclasses import dataclass

from core.base.words import say


@dataclass(frozen=True, slots=True)
class PanelWords:
    """What there is to say of a panel, in whole sentences.

    Attributes
    ----------
    shows : what it is.
    looks : what its colours and marks mean.
    hands : what a person can do in it.
    """

    shows: str
    looks: str
    hands: str


def panel_words() -> dict[str, PanelWords]:
    """The words of every panel, by the name of its frame, and of dialogs that do not speak for themselves.

    The bar at the top is called `controls`.
    """
    return {
        "controls": PanelWords(
            say("The bar drives the run: start and pause, one epoch at a time, back to the beginning, anew."),
            say(
                "The bar beside the epochs fills as they pass. One word says how the run goes, and the two "
                "large numbers say how well, each with its curve so far."
            ),
            say(
                "The slider slows training down, so that it can be watched. Undo takes back whatever was "
                "done last, in any panel."
            ),
        ),
        "experiment": PanelWords(
            say(
                "Everything that defines a run: what it learns, the layers, the code, and how it is trained."
            ),
            say(
                "A preset is a known experiment, and the words below it say what it teaches. A marked name "
                "waits for the next start: what you see still belongs to its old value."
            ),
            say(
                "A value counts once you press Enter or leave its field; Esc brings the old one back. Some "
                "values act at once on a run that trains, and undo takes any change back."
            ),
        ),
        "draw": PanelWords(
            say(
                "Your drawing goes in on the left, through the network in the middle, and comes out as its "
                "answer on the right. Below the answer: the best that any method could make of it."
            ),
            say(
                "Blue is what you drew, orange what the network answers, violet the best possible. A cross "
                "marks a pixel that is lit and should not be, a ring one that is missing."
            ),
            say(
                "The left button draws and the right one erases; the arrow keys move a cursor, Space turns "
                "its pixel on or off, and Del erases it. Below, choose a noise that spoils the drawing "
                "before the network sees it."
            ),
        ),
        "network": PanelWords(
            say(
                "The network while it reads your drawing: hidden units, the code in the middle, hidden "
                "units again. A unit beside an image is a picture of its weights; a deeper one shows what "
                "excites it: the images it is active for, minus the mean of all images."
            ),
            say(
                "Blue is above 0 and solid, olive below 0 and dashed: weights, pixels that are lit more or "
                "less, and the lines, which are the strongest contributions. A strong frame is an active "
                "unit."
            ),
            say(
                "Point at a unit to learn more of it; a click pins what is said until Esc. Pull a number of "
                "the code and the answer follows; let go and it returns."
            ),
        ),
        "latent": PanelWords(
            say(
                "Where the network puts each image: two that it finds alike lie together. The quiet tiles "
                "behind are what it would make of the places around them."
            ),
            say(
                "The diamond is the code of your drawing, the ring is the cursor, and beside it stands what "
                "is decoded there. A variational code is a cloud: its ellipse is one standard deviation."
            ),
            say(
                "Drag the cursor, or move it with the arrow keys; a double click or Enter draws its image. "
                "The wheel zooms and the right button moves the map."
            ),
        ),
        "training": PanelWords(
            say(
                "How the run learns: its curves against the epochs, and beside them every image of the set, "
                "as it goes in and as it comes out."
            ),
            say(
                "The loss and its parts are above, what is counted is below, and each curve is named where "
                "it ends. Green is the image as it is, blue what was fed, orange what came out; a line "
                "below an image marks wrong pixels."
            ),
            say(
                "The wheel zooms the epochs and a double click shows all of them. A click on an image puts "
                "it into the drawing."
            ),
        ),
        "explore": PanelWords(
            say(
                "Images that are not in the set: on the way between two of it, a step beside every code, or "
                "made from random codes."
            ),
            say("Orange is what the network makes. The places it comes from are marked on the map."),
            say("Choose the way on the left. A click on an image puts it into the drawing."),
        ),
        "study": PanelWords(
            say(
                "Many runs that answer one question: every setting is trained several times, for one run "
                "alone may be luck."
            ),
            say(
                "A dot is the mean of the runs of a setting, and the band around it says how far they "
                "spread. Squares are what the slides report, dashes the best possible."
            ),
            say(
                "Choose a question and press Run study. A click on a setting takes up a typical run of it; "
                "the right button lists all its runs."
            ),
        ),
        "runs": PanelWords(
            say(
                "The runs that there are: the one in the window first, then those that were kept for you, "
                "saved or opened lately. Each card shows four images as that network gives them back."
            ),
            say(
                "The small curve is the loss so far. A pinned run stands at the top, and what you pin, name "
                "or note something of is never removed to make room."
            ),
            say(
                "A double click or Enter opens a run, F2 renames it, Del takes it away and undo brings it "
                "back. Choose two to four, with Ctrl and a click, to compare them."
            ),
        ),
        "data sets": PanelWords(
            say("The sets of images that a network can learn: the list on the left, and the images of one."),
            say(
                "Built-in sets never change: the first change is made in a copy. Your drawing below is the "
                "one in the main window."
            ),
            say(
                "Add your drawing or put it in the place of an image, and drag images into another order; "
                "undo takes every step back. A new run on the set waits in the main window for Start."
            ),
        ),
        "comparing": PanelWords(
            say("Two to four runs side by side, or moments of one: their numbers, their maps, their images."),
            say(
                "Every run has a letter, with its colour and its dashes. A full triangle upwards is better, "
                "a hollow one downwards worse; ✓ marks the best value. What cannot be compared is said."
            ),
            say(
                "Move the cursor on one map and it moves on all; point at an image and it is framed "
                "everywhere. The images can be sorted by what became worse or better."
            ),
        ),
        "import": PanelWords(
            say("The pictures of a folder, a file or a font, as they would be in a set of your own."),
            say("What is shown is exactly what is kept: its size, its greys and its labels."),
            say(
                "Choose where they come from, or drop it here. Every option acts at once; Add to my "
                "sets keeps them."
            ),
        ),
        "slides": PanelWords(
            say("The slides of the study, in their order, and what each of them says."),
            say("Below the words stands what going there does to the run in the main window."),
            say(
                "Go there shows the place where a slide is answered. This list makes way if it would cover "
                "it; a button at the foot of the window brings it back."
            ),
        ),
        "preferences": PanelWords(
            say("What holds for every run: how the window looks, what is kept by itself, and its speed."),
            say("A setting acts at once, and the next start remembers it."),
            say(
                "The settings of a run are in the Experiment panel. What is kept is listed in the File menu."
            ),
        ),
    }
