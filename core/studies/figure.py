"""A study's figure, for print: mean and band of every setting, or a map of two fields; PNG, SVG or PDF.

matplotlib draws it; it takes half a second to load, so this room is entered only when a figure is wanted.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from core.experiment.spec import FIELDS
from core.measure.rules import logarithmic
from core.studies.study import TEST_NOISE, Study
from core.studies.summary import Cell

INK, BAND, THEIRS, LIMIT = "#1f5fbf", "#1f5fbf33", "#d9730d", "#7a5cc4"

WORDS = {
    "en": {
        "runs": "mean and {band} of {runs} runs", "slides": "slides", "best": "best possible",
        "sd": "standard deviation", "range": "range", "bootstrap": "95 % interval of the mean",
        TEST_NOISE: "Test noise",
    },
    "es": {
        "runs": "media y {band} de {runs} corridas", "slides": "diapositivas", "best": "mejor posible",
        "sd": "desvío estándar", "range": "rango", "bootstrap": "intervalo del 95 % de la media",
        TEST_NOISE: "Ruido de prueba",
    },
}  # fmt: skip

CAMPOS = {
    "dataset": "Conjunto de datos",
    "hidden": "Capas ocultas (unidades)",
    "latent": "Tamaño del código (unidades)",
    "activation": "Activación",
    "code_activation": "Activación del código",
    "output": "Salida",
    "gain": "Ganancia inicial",
    "variational": "Variacional",
    "beta": "Beta",
    "kl_reduction": "Reducción del KL",
    "kl_warmup": "Calentamiento del KL (épocas)",
    "free_bits": "Bits libres (nats por unidad)",
    "sparsity": "Dispersión",
    "sparse_units": "Unidades dispersas",
    "sparsity_weight": "Peso de la dispersión",
    "sparsity_rate": "Tasa objetivo",
    "contraction": "Contracción",
    "noise": "Ruido",
    "noise_level": "Nivel de ruido",
    "loss": "Pérdida",
    "reduction": "Reducción",
    "focus": "Foco",
    "optimizer": "Optimizador",
    "learning_rate": "Tasa de aprendizaje",
    "schedule": "Programa",
    "momentum": "Momento",
    "beta2": "Beta 2",
    "weight_decay": "Decaimiento de pesos",
    "batch_size": "Tamaño del lote (imágenes)",
    "shuffle": "Mezclar",
    "epochs": "Épocas",
    "patience": "Parar si es perfecto (épocas)",
    "device": "Dispositivo",
}
"""The fields in Spanish, as an axis calls them."""

MEASURES = {
    "en": {
        "recognised": "characters with at most one wrong pixel",
        "perfect": "characters without a wrong pixel", "wrong_pixels": "wrong pixels",
        "squared_error": "squared error a pixel", "ssim": "structural similarity",
        "kl": "KL, nats an image", "loss": "loss", "active_units": "active code units",
        "seconds": "seconds a run", "nearest_own": "images nearest to their own original",
    },
    "es": {
        "recognised": "caracteres con a lo sumo un píxel mal", "perfect": "caracteres sin píxeles mal",
        "wrong_pixels": "píxeles mal", "squared_error": "error cuadrático por píxel",
        "ssim": "similitud estructural",
        "kl": "KL, nats por imagen", "loss": "pérdida", "active_units": "unidades de código activas",
        "seconds": "segundos por corrida", "nearest_own": "imágenes más cercanas a su propio original",
    },
}  # fmt: skip


def write_figure(
    path: str | os.PathLike[str],
    study: Study,
    cells: Sequence[Cell],
    measure: str,
    band: str,
    *,
    title: str = "",
    theirs: Sequence[tuple[float, float]] = (),
    ceiling: Sequence[Cell] = (),
    lang: str = "en",
) -> Path:
    """Draw a study of one or two axes; the suffix of `path` says which kind of file.

    `theirs` are the slides' points, `ceiling` the best possible in the same settings. `ValueError` where the
    suffix is none of .png, .svg, .pdf, or the study has no axis.
    """
    path = Path(path)
    if path.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise ValueError(f"{path}: a figure is a .png, .svg or .pdf file")
    if not study.axes:
        raise ValueError("a study without an axis has no figure")
    words = WORDS[lang]
    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    said = MEASURES[lang].get(measure, measure)
    if len(study.axes) == 2 and len(study.axes[1].values) > 1:
        _map(figure, axes, study, cells, said, lang)
    else:
        _line(axes, study, cells, theirs, ceiling, lang)
        axes.set_ylabel(said, fontsize=9)
        runs = max((cell.runs for cell in cells), default=0)
        caption = words["runs"].format(band=words[band], runs=runs)
        axes.annotate(caption, (1, 1.01), xycoords="axes fraction", ha="right", fontsize=7, color="#5a636c")
    if title:
        axes.set_title(title, fontsize=9, loc="left", pad=14)
    figure.savefig(path, dpi=300)
    return path


def _name(field: str, lang: str) -> str:
    """What an axis is called, with its unit."""
    if field == TEST_NOISE:
        return WORDS[lang][field]
    if lang == "es":
        return CAMPOS.get(field, field)
    facts = FIELDS[field].metadata
    return f"{facts['label']} ({facts['unit']})" if facts["unit"] else str(facts["label"])


def _shown(value: Any) -> str:
    return "-".join(map(str, value)) or "none" if isinstance(value, tuple) else f"{value}"


def _line(
    axes: Any, study: Study, cells: Sequence[Cell], theirs: Sequence[tuple[float, float]],
    ceiling: Sequence[Cell], lang: str,
) -> None:  # fmt: skip
    axis, words = study.axes[0], WORDS[lang]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values)
    x = list(axis.values) if numeric else list(range(len(axis.values)))
    mean, low, high = ([getattr(cell, name) for cell in cells] for name in ("mean", "low", "high"))
    if numeric:
        order = sorted(range(len(x)), key=lambda index: x[index])
        x, mean, low, high = ([each[index] for index in order] for each in (x, mean, low, high))
        axes.fill_between(x, low, high, color=BAND, linewidth=0)
        axes.plot(x, mean, "o-", color=INK, markersize=4, linewidth=1.2)
        if logarithmic(x):
            axes.set_xscale("log")
    else:
        errors = [
            [m - a for m, a in zip(mean, low, strict=True)],
            [b - m for m, b in zip(mean, high, strict=True)],
        ]
        axes.errorbar(x, mean, errors, fmt="o", color=INK, ecolor=BAND[:7], capsize=3, markersize=4)
        axes.set_xticks(x, [_shown(value) for value in axis.values], rotation=30, ha="right", fontsize=8)
    if theirs:
        axes.plot(*zip(*theirs, strict=True), "s", color=THEIRS, markersize=5, label=words["slides"])
    if ceiling:
        places = axis.values if numeric else range(len(axis.values))
        best = sorted((place, cell.mean) for place, cell in zip(places, ceiling, strict=True))
        axes.plot(*zip(*best, strict=True), "--", color=LIMIT, linewidth=1, label=words["best"])
    if theirs or ceiling:
        axes.legend(frameon=False, fontsize=8)
    axes.set_xlabel(_name(axis.field, lang))
    axes.spines[["top", "right"]].set_visible(False)


def _map(figure: Any, axes: Any, study: Study, cells: Sequence[Cell], said: str, lang: str) -> None:
    down, across = study.axes
    wide = len(across.values)
    means = [[cell.mean for cell in cells[row : row + wide]] for row in range(0, len(cells), wide)]
    image = axes.imshow(means, cmap="viridis", aspect="auto", origin="lower")
    for row, values in enumerate(means):
        for column, value in enumerate(values):
            axes.text(column, row, f"{value:.3g}", ha="center", va="center", fontsize=7, color="w",
                      path_effects=_outline())  # fmt: skip
    axes.set_xticks(range(wide), [_shown(value) for value in across.values], fontsize=8)
    axes.set_yticks(range(len(down.values)), [_shown(value) for value in down.values], fontsize=8)
    axes.set_xlabel(_name(across.field, lang))
    axes.set_ylabel(_name(down.field, lang))
    figure.colorbar(image, label=said)


def _outline() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.5, foreground="#0008")]
