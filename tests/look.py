"""Take pictures of the real window, offscreen, to look at: those of the README, or all of them.

python tests/look.py            the README's, into resources/pictures
python tests/look.py FOLDER     all: every size, scale, zoom and theme that the window has to be whole in

Run it, then look at them.
"""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from sights import seen

from core import Trainer, load_dataset, preset, save_run
from core.data.pictures import sheet, write_png
from core.measure.latent import PATHS, prior_draws
from core.reports.film import write_film

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "resources" / "pictures"

SHOTS = {
    "autoencoder-light": ["--theme", "light"],
    "denoiser-dark": ["--theme", "dark", "--preset", "font-denoiser"],
    "spanish-light": ["--theme", "light", "--preset", "font-denoiser", "--lang", "es"],
    "large-type": ["--theme", "light", "--preset", "font-denoiser", "--zoom", "130", "--size", "1366x768"],
}
SIZE = "1280x800"
AFTER = "15"  # seconds from the start to the picture: a machine under load takes ten to show a run
LOOKS = {
    f"{preset}-{scheme}": ["--theme", scheme, "--preset", preset]
    for preset in ("font-autoencoder", "font-denoiser")
    for scheme in ("light", "dark")
} | {
    "no-hidden-layer": ["--theme", "light", "--preset", "font-sparse", "--train"],
    "variational": ["--theme", "light", "--preset", "font-vae", "--train"],
    "emojis": ["--theme", "dark", "--preset", "emoji-vae", "--train"],
}  # fmt: skip
"""Windows of the usual size."""

KINDS = (
    ("contractive", "font-contractive"), ("deep", "font-deep"), ("slides-3", "emoji-vae-slides-3"),
)  # fmt: skip
"""Networks of other kinds, while they train: what they are called here, and the preset."""

SIZES = ("1920x1080", "1366x768", "1024x700", "800x600")
SCALES = ("1.25", "1.5", "2")
ZOOMS = ("80", "130", "150", "200")
EYES = ("deuteranopia", "grey")
ANY = ["--theme", "light", "--preset", "font-denoiser"]  # it has all that a window can have

PAIRS = (
    ("zipper-mouth face", "grinning face with sweat"),
    ("tired face", "cold face"),
    ("face with monocle", "neutral face"),
)
BETAS = (4.0, 1.0, 0.3, 0.1, 0.03)
STEPS = 10


def shoot(path: Path, arguments: list[str], *, size: str = SIZE, scale: str = "1") -> None:
    """The window of a size, in pixels of the layout, once it shows a run."""
    main = "import sys; from tp5gui.app import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", main, "--screenshot", str(path), "--after", AFTER, "--size", size]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
    subprocess.run([*command, *arguments], check=True, cwd=ROOT, env=environment)
    print(path)


def looks(folder: Path) -> None:
    """The window as it has to be whole, into `folder`."""
    for name, arguments in LOOKS.items():
        shoot(folder / f"{name}.png", arguments)
    for name, kind in KINDS:
        shoot(folder / f"{name}.png", ["--theme", "light", "--preset", kind, "--train"])
    for scheme in ("light", "dark"):
        for eye in EYES:
            see(folder / f"font-denoiser-{scheme}.png", eye)
    for size in SIZES:
        shoot(folder / f"size-{size}.png", ANY, size=size)
    for scale in SCALES:
        shoot(folder / f"scale-{scale}.png", ANY, size="1024x700", scale=scale)
    for percent in ZOOMS:
        shoot(folder / f"zoom-{percent}.png", [*ANY, "--zoom", percent])


def see(path: Path, eye: str) -> None:
    """Beside a picture, how it looks to an eye of `sights.SIGHTS`, or printed without colours."""
    with Image.open(path) as picture:
        if eye == "grey":
            looks_like = picture.convert("L")
        else:
            values = seen(np.asarray(picture.convert("RGB")) / 255, eye)
            looks_like = Image.fromarray(np.rint(255 * values).astype(np.uint8))
    looks_like.save(path.with_stem(f"{path.stem}-{eye}"))


def shrink(path: Path) -> None:
    """Write a picture again in the 256 colours that suit it: a third of the bytes, the same to the eye."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(
            256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
        )
    small.save(path, optimize=True)


def walks(trainer: Trainer) -> np.ndarray:
    """The slides' three interpolations, (3 x STEPS, 20, 20)."""
    images, labels, model = trainer.dataset.images, trainer.dataset.labels, trainer.model
    rows = []
    for pair in PAIRS:
        start, end = model.encode(images[[labels.index(label) for label in pair]])
        rows.append(model.decode(PATHS["linear"](start, end, STEPS)))
    return np.concatenate(rows)


def networks(folder: Path, emojis: Path) -> None:
    """The network between drawing and answer, and the larger view of a run on emojis."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # Qt asks for it once, when it begins

    from PySide6.QtCore import QPoint, QRect
    from PySide6.QtWidgets import QApplication

    from tp5gui import theme
    from tp5gui.session.session import RUNS, Session
    from tp5gui.settings import Settings
    from tp5gui.windows.main_window import MainWindow

    app = QApplication.instance() or QApplication([])
    theme.apply_theme(app, "light")
    for name, known, run, size in (
        ("network-row", "font-denoiser", RUNS / "font-denoiser.tp5", (1280, 800)),
        ("network-emoji", "emoji-vae", emojis, (2240, 1000)),
    ):
        with TemporaryDirectory() as nobody:
            window = MainWindow(Session(preset(known)), Settings(Path(nobody)), str(run))
            window.resize(*size)
            window.show()
            larger = window.network.network.view
            until = time.monotonic() + float(AFTER)
            while time.monotonic() < until:
                app.processEvents()
                if name == "network-emoji" and not window.is_in_sight(larger):
                    next(dock for dock in window.docks if dock.objectName() == "network").raise_()
            part = window.draw if name == "network-row" else larger
            ground = QRect(part.mapTo(window, QPoint()), part.size())
            window.grab(ground).save(str(folder / f"{name}.png"))
            window.close()
        shrink(folder / f"{name}.png")
        print(folder / f"{name}.png")


def looking_back(folder: Path) -> None:
    """The window while it shows an earlier epoch of a run, and that epoch beside the run now."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # Qt asks for it once, when it begins

    from PySide6.QtWidgets import QApplication, QWidget

    from core.base.words import use_language
    from tp5gui import theme
    from tp5gui.session.session import Session
    from tp5gui.settings import Settings
    from tp5gui.windows.comparing import open_comparison
    from tp5gui.windows.main_window import MainWindow

    app = QApplication.instance() or QApplication([])

    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            app.processEvents()

    with TemporaryDirectory() as nobody:
        run = save_run(Trainer(preset("font-autoencoder")).run(), Path(nobody, "run.tp5"))
        for language, scheme in (("en", "light"), ("es", "dark")):
            use_language(language)
            theme.apply_theme(app, scheme)
            settings = Settings(Path(nobody, language))
            window = MainWindow(Session(preset("font-autoencoder")), settings, str(run))
            window.resize(1280, 800)
            window.show()
            wait(float(AFTER) / 2)
            window.guide.hide()
            window.session.travelling.travel(200)
            wait(4)
            pictures: list[tuple[QWidget, str]] = [(window, f"time-{language}")]
            if language == "en":
                window.training.time.compare.trigger()
                wait(4)
                pictures.append((open_comparison(window, ()), "compare-en"))
            for shown, name in pictures:
                shown.grab().save(str(folder / f"{name}.png"))
                shrink(folder / f"{name}.png")
                print(folder / f"{name}.png")
            window.close()
        use_language("en")


def importing(folder: Path) -> None:
    """The import dialog with what scikit-learn's digits are like in a file, and a course's fonts in C."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # Qt asks for it once, when it begins

    from PySide6.QtWidgets import QApplication

    from core.base.words import use_language
    from tp5gui import theme
    from tp5gui.windows.import_images import ImportImages

    app = QApplication.instance() or QApplication([])
    digits, font = load_dataset("digits"), load_dataset("font5x7")
    rows = (font.images.astype(int) << np.arange(4, -1, -1)).sum(-1)
    lines = (
        f"  {{{', '.join(f'0x{row:02x}' for row in letter)}}}, // 0x{code:02x}"
        for code, letter in enumerate(rows, 0x60)
    )
    course = "\n".join(["unsigned char Font3[32][7] = {", *lines, "};", "unsigned char Font4[1][1] = {{1}};"])
    with TemporaryDirectory() as place:
        np.savez(Path(place, "sklearn.npz"), images=16 * digits.images, target=digits.labels)
        Path(place, "font.h").write_text(course, encoding="utf-8")
        for name, language, scheme, source in (
            ("import-en", "en", "light", "sklearn.npz"),
            ("import-es", "es", "dark", "font.h"),
        ):
            use_language(language)
            theme.apply_theme(app, scheme)
            dialog = ImportImages()
            dialog.resize(1040, 640)
            dialog.show()
            dialog.set_source(str(Path(place, source)))
            while dialog.dataset is None or dialog.working:
                app.processEvents()
            dialog.path.setText(source)  # the folder is one of this machine
            app.processEvents()
            dialog.grab().save(str(folder / f"{name}.png"))
            dialog.close()
            shrink(folder / f"{name}.png")
            print(folder / f"{name}.png")


def learning(folder: Path) -> None:
    """The film of the autoencoder of characters."""
    place = folder / "learning.png"
    write_film(Trainer(preset("font-autoencoder")).run().past(), place)
    print(place)


def readme(folder: Path) -> None:
    """The README's pictures, strips out of latent space and a film, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in SHOTS.items():
        shoot(folder / f"{name}.png", arguments)
        shrink(folder / f"{name}.png")
    draws = []
    for beta in BETAS:
        trainer = Trainer(replace(preset("emoji-vae"), beta=beta)).run()
        draws.append(trainer.model.decode(prior_draws(STEPS, trainer.spec.latent, 0)))
        if beta == preset("emoji-vae").beta:
            print(write_png(sheet(walks(trainer), STEPS, 3), folder / "interpolations.png"))
            run = save_run(trainer, folder / "emoji-vae.tp5")
    print(write_png(sheet(np.concatenate(draws), STEPS, 3), folder / "prior-by-beta.png"))
    shoot(folder / "emoji-vae-light.png", ["--theme", "light", str(run)])
    shrink(folder / "emoji-vae-light.png")
    networks(folder, run)
    run.unlink()
    importing(folder)
    looking_back(folder)
    learning(folder)


def main(folder: Path | None) -> None:
    """Write all pictures into a folder; without one those of the README where it shows them."""
    readme(folder or PICTURES)
    if folder is not None:
        looks(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
