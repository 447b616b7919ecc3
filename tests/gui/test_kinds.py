"""Every kind of run in the real window: after a Start nothing is left of the run before."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QTabBar

from core import Trainer, preset
from core.data import library
from core.data.datasets import Dataset, load_dataset, save_dataset
from core.data.noise import NOISES
from core.experiment.presets import presets
from core.measure.collapse import critical_beta
from core.measure.latent import HELD, places, plane_of
from core.studies.questions import questions
from core.train.runfile import load_run, save_run
from tp5gui import theme
from tp5gui.session import bench
from tp5gui.session.history import undo_name
from tp5gui.session.messages import Between, Phase
from tp5gui.words import count, decimal

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key

SMALL = {
    "font-autoencoder": {"epochs": 3},
    "font-denoiser": {"epochs": 3, "hidden": (8,), "latent": 3},
    "emoji-vae": {"epochs": 2, "hidden": (6,)},
    "emoji-vae-slides-3": {"epochs": 1, "hidden": (6,), "latent": 20},
    "digits-vae": {"epochs": 2, "hidden": (6,)},
    "digits-denoiser": {"epochs": 1, "hidden": (8,), "latent": 4},
    "font-vae": {"epochs": 3, "hidden": (6,)},
    "font-sparse": {"epochs": 2},
    "font-contractive": {"epochs": 2},
}
CURVES = {
    "font-autoencoder": ({"loss", "wrong pixels"}, {"recognised", "perfect"}),
    "font-denoiser": ({"loss", "wrong pixels"}, {"recognised", "perfect", "recognised, noisy"}),
    "emoji-vae": ({"loss", "reconstruction", "KL", "squared error"}, {"active units"}),
    "emoji-vae-slides-3": ({"loss", "reconstruction", "KL", "squared error"}, {"active units"}),
    "digits-vae": ({"loss", "reconstruction", "KL", "squared error"}, {"active units"}),
    "digits-denoiser": ({"loss"}, {"squared error", "squared error, noisy"}),
    "font-vae": ({"loss", "reconstruction", "KL", "wrong pixels"}, {"recognised", "perfect"}),
    "font-sparse": ({"loss", "reconstruction", "sparsity", "wrong pixels"}, {"recognised", "perfect"}),
    "font-contractive": (
        {"loss", "reconstruction", "contraction", "wrong pixels"},
        {"recognised", "perfect"},
    ),
}


def choose(qtbot, window, name):
    """Choose a preset with the keyboard."""
    box = window.experiment.presets
    qtbot.keyClick(box, KEY.Key_Home)
    while box.currentData() != name:
        qtbot.keyClick(box, KEY.Key_Down)
    assert window.session.store.spec == preset(name)


def start(qtbot, window):
    """Press Start and wait until the new run has had its epochs."""
    session, version = window.session, window.session.frame.version
    assert window.controls.start.isEnabled()
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.version > version and session.frame.phase is Phase.FINISHED)
    assert session.frame.spec == session.store.spec


def train(qtbot, window, name, **changes):
    choose(qtbot, window, name)
    window.session.store.update(**(SMALL[name] | changes))
    start(qtbot, window)
    return Trainer(window.session.store.spec).run()


def raise_explore(qtbot, window):
    (bar,) = [bar for bar in window.findChildren(QTabBar) if bar.tabText(1) == "Explore"]
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(1).center())


def items(box):
    return tuple(box.itemText(row) for row in range(box.count()))


def check_drawing(window, twin):
    draw, data = window.draw, twin.dataset
    for view in (draw.canvas, draw.fed, draw.output, draw.ideal):
        assert view.image.shape == data.shape
        assert view.rect().contains(view.cell_rect(data.shape[0] - 1, data.shape[1] - 1))
    assert np.array_equal(draw.canvas.image, window.session.drawing.image)
    np.testing.assert_allclose(
        draw.output.image, twin.model.reconstruct(draw.fed.image[None])[0], rtol=0, atol=1e-5
    )
    assert items(draw.characters) == data.labels
    assert draw.characters.currentIndex() == -1
    assert draw.pen.isVisible() is not data.binary
    assert draw.notes[draw.output].text().split("“")[1].split("”")[0] in data.labels
    assert ("px off" in draw.notes[draw.ideal].text()) <= data.binary


def check_grid(window, twin):
    grid, shot = window.training.grid, twin.snapshot()
    (first, inputs), (last, outputs) = grid.glyphs[0], grid.glyphs[-1]
    assert (first, last) == ("truth", "output")
    assert np.array_equal(inputs, shot.inputs)
    np.testing.assert_allclose(outputs, shot.outputs, rtol=0, atol=1e-5)
    assert len(grid.glyphs) == (3 if twin.spec.noisy else 2)
    end = len(inputs) - 1
    assert grid.explained(end).split(":")[0] == twin.dataset.labels[end]
    assert ("wrong pixel" in grid.explained(end)) == twin.dataset.binary


def axes_of(points, codes):
    """The axes (2, L) of the plane on which codes (N, L) are at these points (N, 2): a plane it is."""
    centred = (codes - codes.mean(0)).astype(float)
    axes = np.linalg.lstsq(centred, points, rcond=1e-6)[0].T
    np.testing.assert_allclose(centred @ axes.T, points, rtol=1e-3, atol=2e-3)
    return axes


def check_map(window, twin):
    latent, data, codes = window.latent.map, twin.dataset, twin.snapshot().codes
    assert latent.points.shape == (data.count, 2)
    assert np.isfinite(latent.points).all()
    best = plane_of(codes)
    if twin.spec.latent > 2:  # which way round is arbitrary, and it need not be quite the best
        axes = axes_of(latent.points, codes)
        assert latent.points.var(0).sum() >= 0.99 * HELD * best.points(codes).var(0).sum()
    else:
        axes = best.axes
        np.testing.assert_allclose(latent.points, places(best, codes), rtol=1e-3, atol=1e-3)
    if data.count > 200:
        assert latent.glyphs is None
        assert set(latent.kinds) == set(data.labels)
    else:
        assert np.array_equal(latent.glyphs, data.images)
        assert latent.kinds == {}
    assert latent.labels == data.labels
    assert latent.cursor_image.shape == data.shape
    assert latent.caption.split("“")[1].split("”")[0] in data.labels
    assert latent.tiles.shape[2:] == data.shape
    rows, columns, bounds = latent.backdrop_grid()
    assert latent.tiles.shape[:2] == (rows, columns)
    assert latent.tiles_bounds == bounds
    names = {1: ("z1", ""), 2: ("z1", "z2")}
    directions = tuple(f"main direction {nth} of {twin.spec.latent}" for nth in (1, 2))
    assert latent.axis_names == names.get(twin.spec.latent, directions)
    code = twin.model.encode(window.draw.fed.image[None])
    (drawn,) = (code - best.origin) @ axes.T
    found = [latent.drawing_point.x(), latent.drawing_point.y()]
    np.testing.assert_allclose(found, drawn, rtol=1e-2, atol=1e-2)


def check_units(window, twin):
    panel, shot = window.latent.code, twin.snapshot()
    shown = twin.spec.latent > 2 or twin.spec.variational
    assert panel.units.isVisible() == panel.words.isVisible() == shown
    if twin.spec.variational:
        np.testing.assert_allclose(panel.units.values, shot.kl, rtol=1e-3, atol=1e-5)
        active = int((panel.units.values > 0.01).sum())
        assert panel.words.text().startswith(f"{active} of {twin.spec.latent} code units active; KL ")
        assert panel.units.explained(0).split("\n")[0].endswith("nats")
    elif shown and twin.spec.sparse and twin.spec.sparse_units == "code":
        np.testing.assert_allclose(panel.units.values, np.abs(shot.codes).mean(0), rtol=1e-3, atol=1e-5)
        assert "mean activity" in panel.words.text()
        assert panel.units.explained(0).split("\n")[0].endswith("mean activity")
    elif shown:
        np.testing.assert_allclose(panel.units.values, shot.codes.std(0), rtol=1e-3, atol=1e-5)
        assert panel.words.text().startswith(f"{twin.spec.latent} code units; ")
        assert "standard deviation" in panel.units.explained(0)


def check_explore(window, twin):
    explore, data = window.explore, twin.dataset
    assert items(explore.between.start) == items(explore.between.end) == data.labels
    pair = explore.between.start.currentIndex(), explore.between.end.currentIndex()
    if data.name.startswith("emojis"):
        assert [data.labels[index] for index in pair] == ["zipper-mouth face", "grinning face with sweat"]
    else:
        assert pair == (1, 15)
    first, last = twin.model.encode(data.images[list(pair)])
    codes = np.array([first + share * (last - first) for share in np.linspace(0, 1, 10)], dtype=np.float32)
    np.testing.assert_allclose(explore.strip.images, twin.model.decode(codes), rtol=0, atol=1e-5)
    assert all(explore.strip.rect().contains(explore.strip.rect_of(index)) for index in range(10))
    assert explore.prior.again.isEnabled() == twin.spec.variational


def check_curves(window, twin, name):
    curves = window.training.curves
    upper, lower = CURVES[name]
    assert set(curves.values) == upper | lower
    for over, names, others in ((curves.names[0], upper, lower), (curves.names[1], lower, upper)):
        assert all(name in over for name in names)
        assert not any(name in over for name in others)
    assert {len(column) for column in curves.values.values()} == {len(curves.epochs)}
    assert np.array_equal(curves.epochs, twin.snapshot().curves.epochs)
    counted = twin.spec.noisy and (twin.dataset.binary or not twin.spec.variational)
    assert (curves.reference is not None) == ("best" in curves.names[1]) == counted


def check_read_outs(window, twin):
    epochs, shot = twin.spec.epochs, twin.snapshot()
    assert f"{epochs} / {epochs}" in [label.text() for label in window.controls.findChildren(QLabel)]
    assert window.controls.going.text() in ("Done", "Collapsed")
    below, above = window.controls.readouts
    read = [(one.number.text(), one.unit.text()) for one in (below, above)]
    error = (decimal(shot.squared_error, 5), "squared error per pixel")
    if twin.dataset.binary:
        wrong = "wrong pixel" if shot.wrong_pixels == 1 else "wrong pixels"
        assert read == [(count(shot.recognised), "of 32 recognised"), (count(shot.wrong_pixels), wrong)]
    elif twin.spec.variational:
        assert read == [(count(shot.active_units), f"of {twin.spec.latent} active units"), error]
    else:
        assert read[0] == error
        assert read[1][1] == "loss per image"
    assert ("without noise" in below.toolTip()) == twin.spec.noisy
    own = f"{shot.nearest_own} of {shot.compared} outputs are nearer"
    assert (own in below.toolTip() + above.toolTip()) == (not twin.dataset.binary)


def test_that_nothing_is_left_of_the_run_before_whatever_came_before(window, qtbot):
    raise_explore(qtbot, window)
    for name in (
        "emoji-vae", "digits-vae", "font-denoiser", "digits-denoiser", "emoji-vae-slides-3", "font-sparse",
        "font-vae", "font-contractive", "emoji-vae", "font-autoencoder", "digits-vae", "font-autoencoder",
    ):  # fmt: skip
        twin = train(qtbot, window, name)
        check_grid(window, twin)
        check_units(window, twin)
        check_curves(window, twin, name)
        check_read_outs(window, twin)
        for check in (check_drawing, check_map, check_explore):  # these wait for answers
            qtbot.waitUntil(lambda check=check, twin=twin: check(window, twin) or True)
        window.grab()


def test_that_what_stays_on_screen_is_answered_by_the_last_weights(window, qtbot, tmp_path, monkeypatch):
    """An answer before an epoch, the epoch's frame and an answer after it, none fetched before the last."""
    train(qtbot, window, "font-autoencoder", epochs=1)
    session, done = window.session, threading.Event()
    session.store.update(epochs=2)
    qtbot.waitUntil(lambda: session.state.can_step)

    def save_and_tell(trainer, path, moment_bytes):
        saved = save_run(trainer, path, moment_bytes)
        done.set()
        return saved

    monkeypatch.setattr(bench, "save_run", save_and_tell)

    def and_wait(order, number):
        """Give an order and wait for the training thread without fetching what it tells."""
        order()
        done.clear()
        session.save(str(tmp_path / f"{number}.tp5"))
        assert done.wait(5)

    and_wait(lambda: session.asking.move_cursor(0.25, 0.5), 1)
    and_wait(session.step, 2)
    and_wait(lambda: session.asking.ask_walk(Between(0, 1, 3, "linear")), 3)
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 2 and window.latent.decoded.place == (0.25, 0.5))
    qtbot.waitUntil(lambda: len(window.latent.map.walk) == 3)
    wanted = load_run(tmp_path / "3.tp5").model.decode([[0.25, 0.5]])[0]
    np.testing.assert_allclose(window.latent.map.cursor_image, wanted, rtol=0, atol=1e-5)


def test_that_a_stroke_on_the_run_before_is_undone_after_the_run(window, qtbot):
    drawing, before = window.session.drawing, window.session.drawing.image
    qtbot.mouseClick(window.draw.canvas, LEFT, pos=window.draw.canvas.cell_rect(0, 0).center())
    drawn = drawing.image
    assert not np.array_equal(drawn, before)
    window.session.start(preset("emoji-vae"))
    qtbot.waitUntil(lambda: drawing.image.shape == (20, 20))
    qtbot.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: np.array_equal(drawing.image, drawn))
    assert window.session.frame.spec.dataset == "font5x7"
    qtbot.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(drawing.image, before)


def test_that_a_stroke_on_greys_is_as_strong_as_the_pen_and_on_black_and_white_full(window, qtbot):
    canvas, drawing = window.draw.canvas, window.session.drawing

    def stroke():
        drawing.replace(np.zeros_like(drawing.image), lambda: "Clear")
        qtbot.mouseClick(canvas, LEFT, pos=canvas.cell_rect(2, 3).center())
        return drawing.image

    assert stroke().sum() == stroke()[2, 3] == 1
    train(qtbot, window, "emoji-vae")
    for _ in range(6):
        qtbot.keyClick(window.draw.pen, KEY.Key_Left)
    drawn = stroke()
    assert drawn.sum() == drawn[2, 3] == np.float32(0.4)
    ink, paper = QColor(theme.tokens().ink).red(), QColor(theme.tokens().paper).red()
    place = canvas.cell_rect(2, 3).topLeft() + QPoint(3, 3)
    painted = canvas.grab().toImage().pixelColor(place).red()
    assert painted == pytest.approx(paper + 0.4 * (ink - paper), abs=2)
    train(qtbot, window, "font-autoencoder")
    assert stroke()[2, 3] == 1


@pytest.mark.parametrize("shown", [True, False])
def test_that_no_image_of_the_run_before_can_be_drawn_into_the_next(window, qtbot, shown):
    strip, drawing = window.explore.strip, window.session.drawing
    raise_explore(qtbot, window)
    qtbot.waitUntil(lambda: strip.images is not None)
    (bar,) = [bar for bar in window.findChildren(QTabBar) if bar.tabText(1) == "Explore"]
    if not shown:
        qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(0).center())
    seen = []

    def click(frame):
        """Click where the first image was, as soon as the new run is there, before any of its answers."""
        if not seen and frame.dataset.shape == (20, 20):
            if not shown:
                qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(1).center())
            qtbot.mouseClick(strip, LEFT, pos=strip.rect_of(0).center())
            seen.append(drawing.image.shape)

    window.session.framed.connect(click)
    train(qtbot, window, "emoji-vae")
    assert seen == [(20, 20)]


def test_that_a_double_click_on_the_map_draws_the_greys_that_are_there(window, qtbot):
    train(qtbot, window, "emoji-vae")
    latent = window.latent.map
    place = QPoint(latent.width() // 3, latent.height() // 3)
    qtbot.mouseClick(latent, LEFT, pos=place)
    qtbot.mouseDClick(latent, LEFT, pos=place)
    qtbot.waitUntil(lambda: undo_name(window.session.drawing.stack) == "Draw from the map")
    np.testing.assert_allclose(window.session.drawing.image, latent.cursor_image, rtol=0, atol=1e-5)


def figures_along_the_left(latent):
    """How many pixels of a figure's colour are painted where the vertical axis has its figures."""
    shot, soft = latent.grab().toImage(), QColor(theme.tokens().text_soft)
    rows, columns = range(40, latent.height() - 60), range(6, 30)
    return sum(shot.pixelColor(x, y) == soft for y in rows for x in columns)


@pytest.mark.parametrize("width", [1, 2, 3, 20])
def test_that_a_code_of_any_size_has_a_map_and_a_cursor_that_decodes(window, qtbot, width):
    twin = train(qtbot, window, "font-autoencoder", latent=width, epochs=4)
    latent, session = window.latent.map, window.session
    codes = twin.snapshot().codes
    assert latent.points.shape == (32, 2)
    assert np.isfinite(latent.points).all()
    assert all(latent.rect().contains(latent.to_widget(*point).toPoint()) for point in latent.points.tolist())
    assert (figures_along_the_left(latent) > 0) == (width > 1)
    place = QPoint(latent.width() // 3, latent.height() // 4)
    qtbot.mouseClick(latent, LEFT, pos=place)
    at = latent.to_plane(place.toPointF())
    qtbot.waitUntil(lambda: window.latent.decoded.place == (at.x(), at.y()))
    assert latent.cursor_image.shape == (7, 5)
    assert window.latent.place_words.text() == f"cursor {at.x():.2f}, {at.y():.2f}"
    if width <= 2:
        wanted = twin.model.decode([[at.x(), at.y()][:width]])[0]
    else:  # on the plane of the codes
        axes = axes_of(latent.points, codes)
        wanted = twin.model.decode([codes.mean(0) + [at.x(), at.y()] @ axes])[0]
    np.testing.assert_allclose(latent.cursor_image, wanted, rtol=0, atol=1e-3)
    qtbot.mouseDClick(latent, LEFT, pos=place)
    qtbot.waitUntil(lambda: np.array_equal(session.drawing.image, latent.cursor_image > 0.5))


def test_that_codes_of_one_number_are_staggered_so_that_neighbours_do_not_cover_each_other(window, qtbot):
    twin = train(qtbot, window, "font-autoencoder", latent=1, epochs=4)
    points = window.latent.map.points
    np.testing.assert_allclose(points[:, 0], twin.snapshot().codes[:, 0], rtol=0, atol=1e-4)
    order = points[:, 0].argsort()
    heights = points[order, 1]
    for apart in range(1, 7):
        assert (np.abs(heights[apart:] - heights[:-apart]) > 0.05 * np.ptp(points[:, 0])).all()
    assert "only the place across counts" in window.latent.map.toolTip()


def test_that_boxes_list_what_the_tables_of_the_laboratory_hold(window):
    def names(box):
        return [box.itemData(row) for row in range(box.count())]

    assert names(window.draw.noise) == list(NOISES.names())
    assert names(window.experiment.presets) == [known.name for known in presets()]
    assert names(window.study.form.question)[:-1] == [asked.name for asked in questions() if asked.axes]


def test_that_every_preset_is_built_and_trained_without_a_complaint(window, qtbot):
    complaints, names = [], [known.name for known in presets()]
    window.session.failed.connect(complaints.append)
    for name in names:
        choose(qtbot, window, name)
        assert window.experiment.board.lesson.text() == next(p.lesson for p in presets() if p.name == name)
        window.session.store.update(epochs=1)
        start(qtbot, window)
        assert window.session.frame.snapshot.epoch == 1
        assert window.latent.map.points.shape == (window.session.frame.dataset.count, 2)
        window.grab()
    assert complaints == []


def test_that_a_run_that_collapses_is_warned_of_and_a_sound_one_is_not(window, qtbot):
    warning = window.latent.code.warning
    assert not warning.isVisible()
    choose(qtbot, window, "emoji-vae-slides-1")
    window.session.store.update(epochs=8)
    start(qtbot, window)
    assert window.session.frame.snapshot.collapsed
    assert warning.isVisible()
    assert warning.text().startswith("Collapsed: every output is the same image")
    qtbot.mouseClick(window.controls.rewind, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 0)
    assert not warning.isVisible()  # nothing is learned yet, and nothing lost
    start_again = window.session.frame.version
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.FINISHED)
    assert window.session.frame.version == start_again
    assert warning.isVisible()
    window.session.open_trained("font-autoencoder")
    qtbot.waitUntil(lambda: window.session.frame.spec.dataset == "font5x7")
    assert not warning.isVisible()


@pytest.mark.parametrize(
    ("changes", "bias", "cause"),
    [
        ({}, 0.0, "No unit of the code is active"),
        ({"beta": 900.0}, 0.0, "at a beta below {critical:.3g}, and beta is 900"),
        ({"reduction": "mean"}, 0.0, "at a beta below {critical:.3g}, and beta is 1"),
        ({"learning_rate": 0.5}, -1000.0, "All 6 SiLU units of layer 1 are dead"),
        ({"activation": "tanh", "learning_rate": 0.5}, 1000.0, "All 6 tanh units of layer 1 are saturated"),
    ],
)
def test_that_the_warning_names_the_actual_cause(window, qtbot, tmp_path, changes, bias, cause):
    run = Trainer(replace(preset("font-vae"), **{"hidden": (6,), "epochs": 5, "kl_warmup": 0} | changes))
    run.step()
    run.network.params.zero_()
    run.network.encoder.layers[0].bias.fill_(bias)
    window.open_run(str(save_run(run, tmp_path / "dead.tp5")))
    qtbot.waitUntil(lambda: window.session.frame.spec.variational)
    assert window.latent.code.warning.isVisible()
    critical = critical_beta(run.evaluate().of(0), run.spec)
    assert cause.format(critical=critical) in window.latent.code.warning.text()
    assert ("learning rate is 0.5:" in window.latent.code.warning.text()) == bool(bias)
    assert window.latent.code.words.text().startswith("0 of 2 code units active; KL 0.00")


def test_that_the_warning_names_no_cause_where_none_is_certain(window, qtbot, tmp_path):
    run = Trainer(replace(preset("font-contractive"), epochs=1)).run()
    run.network.decoder.layers[0].weight.zero_()
    window.open_run(str(save_run(run, tmp_path / "deaf.tp5")))
    qtbot.waitUntil(lambda: window.session.frame.spec.contraction > 0)
    assert window.latent.code.warning.isVisible()
    assert window.latent.code.warning.text() == "Collapsed: every output is the same image."


def test_that_a_set_chosen_by_its_characters_is_loaded_by_them(window, qtbot):
    train(qtbot, window, "digits-vae")
    box, data = window.draw.characters, load_dataset("digits")
    for _ in range(3):
        qtbot.keyClick(box, KEY.Key_Down)
    assert np.array_equal(window.session.drawing.image, data.images[2])
    qtbot.waitUntil(lambda: window.draw.output.image.shape == (8, 8))


def test_that_of_more_images_than_are_shown_each_keeps_its_label_and_is_loaded_by_a_click(
    window, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    images = np.random.default_rng(0).random((2100, 3, 3)).astype(np.float32)
    save_dataset(Dataset("many", images, tuple(map(str, range(2100)))))
    spec = replace(preset("font-denoiser"), dataset="many", hidden=(4,), latent=2, batch_size=300, epochs=1)
    window.session.store.replace(spec)
    start(qtbot, window)
    grid, shown = window.training.grid, window.session.frame.snapshot.inputs
    assert len(shown) == 2048
    place = int(np.flatnonzero((shown != images[:2048]).any((1, 2)))[0])  # the first that is not in its place
    measured = f"{count(2048)} of {count(2100)} images measured, evenly spaced"
    assert window.training.measured.text() == measured
    assert not window.latent.code.measured.isVisible()  # a code of 2 has no bars to be measured
    assert measured in window.controls.readouts[0].toolTip()
    (number,) = np.flatnonzero((images == shown[place]).all((1, 2)))
    while not grid.sample_rect(place).isValid():
        qtbot.keyClick(grid, KEY.Key_Down)
    assert grid.explained(place).split(":")[0] == str(number)
    assert window.latent.map.labels[place] == str(number)
    qtbot.mouseClick(grid, LEFT, pos=grid.sample_rect(place).center())
    assert np.array_equal(window.session.drawing.image, shown[place])


def test_that_counts_of_a_large_black_and_white_set_say_of_how_many(window, qtbot, tmp_path, monkeypatch):
    """And the best possible beside their curve is of as many."""
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    font = load_dataset("font5x7")
    images, labels = np.tile(font.images, (66, 1, 1)), font.labels * 66
    save_dataset(Dataset("letters", images, labels))
    spec = replace(
        preset("font-denoiser"), dataset="letters", hidden=(4,), latent=3, batch_size=300, epochs=1
    )
    window.session.store.replace(spec)
    start(qtbot, window)
    shot = window.session.frame.snapshot
    recognised = window.controls.readouts[0]
    assert (recognised.number.text(), recognised.unit.text()) == (
        count(shot.recognised), f"of {count(2048)} recognised"
    )  # fmt: skip
    measured = f"{count(2048)} of {count(2112)} images measured, evenly spaced"
    assert measured in recognised.toolTip()
    assert window.latent.code.measured.text() == measured
    assert window.latent.code.measured.isVisible()
    assert 0.8 * 2048 < window.training.curves.reference <= 2048
