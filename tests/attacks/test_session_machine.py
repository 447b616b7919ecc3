"""A walk over everything that a session can be asked for: whatever comes after what, nothing is at odds.

Case and seed make a walk again: `walk(Walker(...), seed, steps)`.
"""

import random
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from core import Dataset, Spec, load_run, preset, presets
from core.data.datasets import save_dataset
from core.experiment.fields import SpecError, value_text
from core.experiment.spec import FIELDS, needs_rebuild
from tp5gui.panels.editors import TextEditor
from tp5gui.panels.form import SpecForm
from tp5gui.session.session import Session

VALUES = {
    "hidden": [(), (4,), (10,), (3, 3)], "latent": [1, 2, 3], "epochs": [1, 50, 5000], "replicas": [1, 2],
    "batch_size": [0, 8], "dataset": ["font5x7", "mine", "gone"], "seed": [0, 1], "patience": [0, 1],
    "device": ["cpu"],
}  # fmt: skip
EXPECTED = ("bad.tp5", "none.tp5", "gone", "diverged", "finite")


class Walker:
    """A session with a form, and what it said."""

    def __init__(self, qtbot, draw, home):
        self.qtbot, self.draw, self.home, self.saves = qtbot, draw, home, 0
        (home / "bad.tp5").write_bytes(b"x" * 100)
        self.session = Session(preset("font-autoencoder"))
        self.form = SpecForm(self.session.store)
        qtbot.addWidget(self.form)
        self.said, self.saved = [], []
        self.session.failed.connect(self.said.append)
        self.session.saved.connect(self.saved.append)
        self.session.begin()
        self.session.rewind()
        qtbot.waitUntil(lambda: self.session.frame is not None, timeout=20_000)

    # --- what can be done ---

    def toggle(self):
        self.session.toggle()

    def step(self):
        self.session.step()

    def rewind(self):
        self.session.rewind()

    def new_seed(self):
        for _ in range(self.draw.choice((1, 1, 4))):
            self.session.new_seed()

    def open(self):
        name = self.draw.choice(("bad.tp5", "none.tp5", "saved.tp5", "saved.tp5"))
        if self.saves or name != "saved.tp5":
            self.session.open(str(self.home / name))

    def open_trained(self):
        self.session.open_trained(self.draw.choice(("font-autoencoder", "font-denoiser")))

    def take_a_preset(self):
        small = [known.name for known in presets() if known.name.startswith("font")]
        self.session.choose_preset(self.draw.choice(small))

    def forget_edits(self):
        self.session.forget_edits()

    def edit(self):
        field = self.draw.choice(fields(Spec))
        facts, name = field.metadata, field.name
        if name in VALUES:
            value = self.draw.choice(VALUES[name])
        elif facts["choices"] is not None:
            value = self.draw.choice(facts["choices"].names())
        elif isinstance(field.default, bool):
            value = self.draw.random() < 0.5
        else:
            value = type(field.default)(self.draw.choice((facts["low"], field.default, 1)))
        with suppress(SpecError):
            self.session.store.update(**{name: value})

    def edit_the_rate(self):
        self.session.store.update(learning_rate=self.draw.choice((0.001, 0.01, 0.02)))

    def undo(self):
        for _ in range(self.draw.choice((1, 1, 3))):
            self.session.undo()

    def redo(self):
        for _ in range(self.draw.choice((1, 1, 3))):
            self.session.redo()

    def paint(self):
        drawing = self.session.drawing
        rows, columns = drawing.image.shape
        drawing.begin_stroke()
        for _ in range(3):
            cell = self.draw.randrange(rows), self.draw.randrange(columns)
            drawing.paint(np.array([cell]), self.draw.choice((0.0, 1.0)))
        drawing.end_stroke(lambda: "Stroke")

    def set_speed(self):
        self.session.set_speed(self.draw.choice((1, 300, float("inf"))))

    def forget_data(self):
        images = np.zeros((self.draw.choice((1, 3)), 7, 5), dtype=np.float32)
        save_dataset(Dataset("mine", images, tuple(map(str, range(len(images))))))
        self.session.forget_data()

    def save(self):
        """Save, and wait until that was heard: every order before it is carried out."""
        self.saves += 1
        path = str(self.home / f"saved-{self.saves}.tp5")
        self.session.save(path)
        self.qtbot.waitUntil(lambda: path in self.saved, timeout=20_000)
        (self.home / "saved.tp5").write_bytes(Path(path).read_bytes())
        return path

    # --- what must hold ---

    def check(self):
        """Once every order is carried out, form, store, session and bench agree."""
        session, on_bench = self.session, load_run(self.save()).spec
        wanted = session._course.current.version, on_bench  # what is saved may be shown a moment later
        self.qtbot.waitUntil(lambda: (session.frame.version, session.frame.spec) == wanted, timeout=20_000)
        spec = session.store.spec
        assert bool(session.state.stale) == needs_rebuild(on_bench, spec)
        if not session.state.stale:
            assert on_bench == spec
        for name in FIELDS:
            editor = self.form.row(name).editor
            if isinstance(editor, TextEditor):
                assert editor.line.text() == value_text(getattr(spec, name)), name
        strange = [words for words in self.said if not any(part in words for part in EXPECTED)]
        assert not strange

    def here(self):
        """Where the session is, apart from how far its run has come."""
        self.check()
        session = self.session
        return session.store.spec, session.frame.version, session.frame.spec, session.drawing.image.tobytes()

    def check_there_and_back(self):
        """Undoing everything and doing it again leads to the same place, twice."""
        stack = self.session.history.stack
        while stack.canRedo():
            self.session.redo()
        there = self.here()
        while stack.canUndo():
            self.session.undo()
        start = self.here()
        while stack.canRedo():
            self.session.redo()
        assert self.here() == there
        while stack.canUndo():
            self.session.undo()
        assert self.here() == start


ACTS = {
    Walker.toggle: 12, Walker.step: 8, Walker.rewind: 4, Walker.new_seed: 4, Walker.open: 3,
    Walker.open_trained: 3, Walker.take_a_preset: 4, Walker.forget_edits: 3, Walker.edit: 18,
    Walker.edit_the_rate: 10, Walker.undo: 12, Walker.redo: 8, Walker.paint: 8, Walker.set_speed: 3,
    Walker.save: 1, Walker.forget_data: 1,
}  # fmt: skip


def walk(qtbot, seed, steps, home):
    draw, done = random.Random(seed), []
    walker = Walker(qtbot, draw, home)
    try:
        for number in range(steps):
            (act,) = draw.choices(list(ACTS), list(ACTS.values()))
            done.append(act.__name__)
            act(walker)
            if draw.random() < 0.4:
                qtbot.wait(draw.choice((1, 5, 20)))
            if number % 20 == 19:
                walker.check()
        walker.check_there_and_back()
    except Exception as error:
        raise AssertionError(f"seed {seed}, step {len(done)}, after {done[-12:]}") from error
    finally:
        assert walker.session.close()


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 60), *(pytest.param(seed, 500, marks=pytest.mark.slow) for seed in range(2, 9))],
)
def test_that_a_walk_over_a_session_leaves_nothing_at_odds(qapp, qtbot, tmp_path, caplog, seed, steps):
    walk(qtbot, seed, steps, tmp_path)
