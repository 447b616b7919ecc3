"""Opens damaged files one after another in a process of its own: `doors.py DOOR SEED FIRST COUNT`.

Every case ends in a value that can be used, or in a refusal or an error of the system that names the file,
in one line. What ends otherwise is printed as one line; a case that takes longer than `SECONDS`, or more
memory than `MEMORY`, ends the process. The number of the case in work is in the file `case`.
"""

import faulthandler
import gzip
import io
import json
import random
import struct
import sys
import warnings
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from mutations import NUMBERS, TEXTS, mutated, mutated_value
from PIL import Image, ImageFont

SECONDS, MEMORY = 20, 6 * 2**30
HERE = Path.cwd()
sys.path.append(str(Path(__file__).resolve().parents[1] / "core" / "data"))
import fonts  # noqa: E402  (its makers lie with the tests of the readers)

IMAGES = (np.random.default_rng(0).random((6, 8, 7)) > 0.5).astype(np.uint8) * 255
RUNS = Path(__file__).resolve().parents[1] / "data" / "runs"


def saved(save, *arguments, **options):
    file = io.BytesIO()
    save(file, *arguments, **options)
    return file.getvalue()


def another_number(draw, data):
    """A number of a text becomes another one."""
    starts = [place for place, byte in enumerate(data[:20_000]) if 48 <= byte < 58]
    if not starts:
        return data
    place = draw.choice(starts)
    number = draw.choice((0, -1, 1, 99_999, 10**9, 2**31, 2**63, 10**30, 7, 10**4999))
    return data[:place] + (str(number) if number < 10**4000 else "9" * 5000).encode() + data[place + 1 :]


def repacked(draw, data):
    """An .npz file with damage to one of its arrays, packed again so that its checksums hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(members))
    members[name] = mutated(draw, list(members.values()), [another_number])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return file.getvalue()


def mutated_stack(draw, files):
    """An .npz file with damage to its bytes, or to the bytes of an array in it."""
    return mutated(draw, files) if draw.random() < 0.3 else repacked(draw, draw.choice(files))


# -- what is opened


class Imported:
    """Files of one family; every one is a set, or refused."""

    def __init__(self, name, files, damage=mutated, more=()):
        self.name, self.files, self.damage = name, files, damage
        self.wishes = ({}, {"size": (16, 16)}, {"invert": True}, {"size": (128, 128)}, *more)

    def make(self, draw):
        return self.damage(draw, self.files)

    def open(self, path, draw):
        from core.data.importers import import_images

        made = import_images(path, "mine", **draw.choice(self.wishes))
        assert made.images.min() >= 0
        assert made.images.max() <= 1


def mutated_text(draw, files):
    """A file with damage, of which numbers that are written out are a part."""
    return mutated(draw, files, [another_number])


NUMBERED = (
    {"range": (-1, 1)}, {"range": (0, 255), "count": 2}, {"count": 1}, {"count": 4, "mirror": True},
    {"transpose": True, "size": (7, 8)}, {"size": (8, 7)}, {"size": (4, 3), "count": 3},
)  # fmt: skip
"""Wishes for what is made of numbers."""
FLOATS = np.random.default_rng(0).random((3, 5, 4))
SHAPES = (
    FLOATS, np.asfortranarray(FLOATS), FLOATS.reshape(1, 3, 5, 4, 1), IMAGES.reshape(6, 56), IMAGES[0],
    np.asfortranarray(IMAGES.reshape(6, 56)), np.resize(FLOATS, (2, 9, 8, 3)),
    np.resize(IMAGES, (2, 4, 9, 8)), np.resize(FLOATS * 2 - 1, (9, 8, 3)), np.resize(IMAGES // 17, (30, 16)),
)  # fmt: skip
"""Arrays of all the shapes that are images."""


def npy():
    kinds = (IMAGES, FLOATS.astype("f4"), np.zeros((2, 3, 3), ">i8"), np.zeros((2, 3, 3), "f2"),
             np.zeros((2, 3, 3), [("a", "i4")]))  # fmt: skip
    objects = saved(np.save, np.array([{1: 2}, [3]], object), allow_pickle=True)
    files = [*(saved(np.save, array) for array in (*kinds, *SHAPES)), objects]
    return Imported("damaged.npy", files, mutated_gzip, NUMBERED)


def mutated_gzip(draw, files):
    """A file with damage; sometimes it is gzipped after that, or before."""
    action = draw.random()
    if action < 0.6:
        return mutated_text(draw, files)
    if action < 0.8:
        return gzip.compress(mutated_text(draw, files), 1)
    return mutated(draw, [gzip.compress(each, 1) for each in files[:4]])


def npz():
    letters = list("abcdef")
    labels = (np.array(letters), np.array(json.dumps(letters)), np.arange(6), np.array([None] * 6, object),
              np.arange(6.0)[:, None], np.eye(6))  # fmt: skip
    files = [saved(np.savez_compressed, images=IMAGES, labels=each) for each in labels]
    several = {"x_test": IMAGES[:2], "x_train": IMAGES, "y_test": np.arange(2), "y_train": np.eye(6)}
    digits = {"data": IMAGES.reshape(6, 56), "images": IMAGES // 16, "target": np.arange(6)}
    files += [saved(np.savez, **each) for each in (several, digits, {"x": IMAGES, "y": np.arange(6)})]
    files += [saved(np.savez, each, np.arange(len(each))) for each in SHAPES]
    wishes = (*NUMBERED, {"array": "x_test"}, {"array": "data", "size": (7, 8)}, {"array": "nothing"})
    return Imported("damaged.npz", files, mutated_stack, wishes)


def idx():
    def packed(array, code):
        return (
            bytes((0, 0, code, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
        )

    plain = packed(IMAGES, 8)
    kinds = {9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
    files = [plain, *(packed((IMAGES // 3).astype(kind), code) for code, kind in kinds.items())]
    files += [packed(each.astype(">f8"), 14) for each in SHAPES]
    return Imported("t10k-images-idx3-ubyte", [*files, gzip.compress(plain)], mutated_gzip, NUMBERED)


class Labels:
    """Labels beside an array of images, which are read whatever became of the labels."""

    name = "y_train.npy"

    def __init__(self):
        (HERE / "x_train.npy").write_bytes(saved(np.save, IMAGES))
        kinds = (np.arange(6), np.arange(6.0), np.eye(6), np.array(list("abcdef")), np.array([b"\xff"] * 6),
                 np.arange(6)[:, None], np.array('["a", "b", "c", "d", "e", "f"]'))  # fmt: skip
        self.files = [saved(np.save, each) for each in kinds]

    def make(self, draw):
        return mutated_gzip(draw, self.files)

    def open(self, path, draw):
        from core.data.importers import import_images

        count = draw.choice((None, 2))
        assert import_images(HERE / "x_train.npy", "mine", count=count).count == (count or 6)


def pictures():
    files = []
    for mode in ("L", "RGB", "RGBA", "1", "P", "LA", "I;16", "I", "F", "CMYK"):
        for kind in ("PNG", "GIF", "BMP", "TIFF", "JPEG", "WEBP", "PPM"):
            try:
                files.append(saved(Image.fromarray(IMAGES[0]).convert(mode).save, kind))
            except (OSError, ValueError):  # a format that has no such pixels
                continue
    frames = [Image.fromarray(image) for image in IMAGES]
    files.append(saved(frames[0].save, "GIF", save_all=True, append_images=frames[1:]))
    packings = ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    files += [saved(frames[0].save, "TIFF", compression=packing) for packing in packings]
    clear = Image.merge("LA", [frames[0], frames[1]])
    files += [saved(clear.convert(mode).save, kind) for mode in ("LA", "RGBA") for kind in ("PNG", "TIFF")]
    files += [saved(frames[0].convert(mode).save, "PNG", transparency=0) for mode in ("L", "P", "1", "I;16")]
    files.append(saved(frames[0].convert("RGB").save, "PNG", transparency=(0, 0, 0)))
    files.append(saved(frames[0].convert("P").save, "GIF", transparency=0))
    return Imported("damaged.png", files)


def sheets():
    """Sheets with lines between their cells, and wishes for them that may suit the damaged ones or not."""
    files = []
    for margin, spacing, level, columns in ((0, 1, 128, 3), (1, 2, 90, 2), (0, 3, 0, 6), (2, 1, 255, 1)):
        cells = np.where(level == IMAGES, 7, IMAGES) + np.arange(8, dtype=np.uint8)[:, None]
        rows = [cells[first : first + columns] for first in range(0, len(cells), columns)]
        around = ((spacing, 0), (spacing, 0))
        parts = [[np.pad(cell, around, constant_values=level) for cell in row] for row in rows]
        page = np.block(parts)[spacing:, spacing:]
        page = np.pad(page, margin, constant_values=level)
        files += [saved(Image.fromarray(page).save, kind) for kind in ("PNG", "BMP", "PPM", "TIFF")]
        files.append(saved(Image.merge("LA", [Image.fromarray(page)] * 2).save, "PNG"))
        large = page.repeat(4, 0).repeat(4, 1)
        files.append(saved(Image.fromarray(large).save, "PNG"))
    grids = ((1, 1), (3, 2), (2, 3), (6, 1), (1, 6), (5, 5), (10**9, 10**9))
    wishes = [{"grid": grid} for grid in grids] + [
        {"grid": (3, 2), "spacing": 1},
        {"grid": (2, 3), "margin": 1},
    ]
    wishes += [
        {"margin": 2},
        {"spacing": 10**9},
        {"margin": 10**9, "grid": (2, 2)},
        {"grid": (3, 2), "count": 2},
    ]
    return Imported("damaged.png", files, mutated_text, wishes)


class Folders:
    """Folders of pictures with a table that lists them, either of them damaged."""

    name = "labels/labels.csv"

    def __init__(self):
        self.folder = HERE / "labels"
        self.pictures = {f"{part}{i}.png": saved(Image.fromarray(image).save, "PNG")
                         for part in ("", "a/", "b/") for i, image in enumerate(IMAGES)}  # fmt: skip
        lines = ["file,label", *(f'{name},"{name}, ñ"' for name in self.pictures), ""]
        some = ["label;file", "x;1.png", "y;a\\2.png", ""]
        other = ["id,breed", "1,cat", ""]
        self.files = ["\n".join(each).encode() for each in (lines, some, other)]

    def make(self, draw):
        for name, picture in self.pictures.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(picture)
        if draw.random() < 0.2:
            name = draw.choice(sorted(self.pictures))
            (self.folder / name).write_bytes(mutated(draw, [self.pictures[name]]))
            return draw.choice(self.files)
        if draw.random() < 0.4:
            rows = self.files[0].split(b"\n")
            for _ in range(draw.choice((1, 3))):
                name = draw.choice(TEXTS).encode("utf-8", "surrogatepass")
                rows[draw.randrange(1, len(rows))] = name + draw.choice((b",x", b",", b"", b',"'))
            return b"\n".join(rows)
        return mutated(draw, self.files, [another_number])

    def open(self, path, draw):
        from core.data.importers import import_images

        if draw.random() < 0.1:
            path.unlink()
        wishes = draw.choice(({}, {"size": (16, 16)}, {"count": 4}, {"count": 1, "invert": True}))
        made = import_images(self.folder, "mine", **wishes)
        assert made.images.min() >= 0
        assert made.images.max() <= 1


LETTERS = {"characters": "Aé\ue001"}, {"characters": "AB "}, {"count": 3}, {"count": 3, "size": (9, 9)}


def outlines():
    plain = ImageFont.load_default(16).font_bytes
    kinds = ((4, 1), (6, 1), (10, 10), (12, 10), (13, 10), (4, 0))
    others = [
        fonts.with_tables(plain, cmap=fonts.mapped(range(0xF041, 0xF051), 3, encoding, kind))
        for kind, encoding in kinds
    ]
    return Imported("damaged.ttf", [plain, *others], more=LETTERS)


def strikes():
    """Fonts of pictures: of bits, of greys, of colours, and of colours as Apple keeps them."""

    def drawn(size):
        bands = np.random.default_rng(size).integers(0, 256, (3, size, size, 4), np.uint8)
        return {letter: (0, size, image) for letter, image in zip("AB\ue001", bands, strict=True)}

    def grey(size):
        return {letter: (left, top, image[..., 0]) for letter, (left, top, image) in drawn(size).items()}

    files = [fonts.of_pictures(grey, [7, 12, 20], depth=depth) for depth in (1, 2, 4, 8)]
    files.append(fonts.of_pictures(drawn, [7, 20], coloured=True))
    files.append(fonts.of_apple_pictures({letter: each[2] for letter, each in drawn(20).items()}, 20))
    return Imported("damaged.otb", files, mutated_tables, LETTERS)


def mutated_tables(draw, files):
    """A font with damage to its bytes, or to one of its tables, so that the others are found."""
    if draw.random() < 0.3:
        return mutated(draw, files)
    data = draw.choice(files)
    name = draw.choice([name for name in fonts.tables(data) if name not in (b"head", b"hhea", b"hmtx")])
    damaged = mutated(draw, [bytes(fonts.tables(data)[name])])
    return fonts.with_tables(data, **{name.decode().strip(): damaged})


def bdf():
    lines = ["STARTFONT 2.1", "FONT x", "SIZE 8 75 75", "FONTBOUNDINGBOX 5 7 0 -1", "CHARS 94"]
    for code in range(33, 127):
        rows = [f"{code * row % 32 << 3:02X}" for row in range(7)]
        lines += [f"STARTCHAR c{code}", f"ENCODING {code}", "BBX 5 7 0 -1", "BITMAP", *rows, "ENDCHAR"]
    far = [
        *lines[:3],
        lines[5],
        "ENCODING 65",
        "BBX 9 3 -7 120",
        *lines[8:9],
        *["FF80"] * 3,
        "ENDCHAR",
        "ENDFONT",
    ]
    files = ["\n".join(each).encode() for each in ([*lines, "ENDFONT", ""], far)]
    return Imported("damaged.bdf", files, mutated_text, LETTERS)


MORE_C = ({"size": (5, 7)}, {"array": "Font"}, {"range": (0, 31), "count": 3})
MORE_SIGNS = ({"size": (7, 8)}, {"size": (7, 4), "transpose": True}, {"count": 2})
MORE_TABLES = ({"size": (4, 16)}, {"range": (0, 1)}, {"count": 7, "mirror": True})
"""Wishes that suit the kind as well."""


def sources_in_c():
    rows = [[code * row % 32 for row in range(7)] for code in range(33, 127)]
    lines = [
        "  {" + ", ".join(map(hex, row)) + f"}}, // 0x{code:02x}, {chr(code)}"
        for code, row in enumerate(rows, 33)
    ]
    font = "\n".join(["/* Fonts. */", "#include <stdint.h>", "unsigned char Font[94][7] = {", *lines, "};"])
    pixels = ", ".join(map(str, IMAGES.ravel()))
    several = f"int w[3] = {{1, 2, 3}};\nstatic const uint8_t I[6][8][7] = {{{pixels}}};\n{font}"
    structs = "const G F[] = {{'a', {6, 9}}, {'\\'', {9, 0x6}}, {\"x\", {0b11, 0}}, ['c'] = {1, -2}};"
    numbers = ", ".join(str(number) for row in rows for number in row)
    flat = f"const unsigned char font[] PROGMEM = {{ {numbers} }};"
    files = [font, several, structs, flat]
    return Imported("damaged.h", [each.encode() for each in files], mutated_text, MORE_C)


def lists():
    rows = [[code * row % 32 for row in range(7)] for code in range(33, 127)]
    python = "\n".join(["Font = [", *(f"  {row},  # 0x{code:02x}" for code, row in enumerate(rows, 33)), "]"])
    keys = {chr(code): row for code, row in enumerate(rows, 33)}
    files = [python, json.dumps(IMAGES.tolist()), json.dumps({"Font": rows, "I": rows[:3]}), f"F = {keys}"]
    return Imported("damaged.py", [each.encode() for each in files], mutated_text, MORE_C)


def signs():
    drawings = [
        "\n".join("".join(pair[bool(on)] for on in row) for row in image)
        for image in IMAGES
        for pair in (".#",)
    ]
    digits = ["\n".join(" ".join("01"[bool(on)] for on in row) for row in image) for image in IMAGES]
    named = "\n".join(f":{name}=\n{drawing}\n" for name, drawing in zip("abcXO#", drawings, strict=True))
    blanks = "\n\n".join(drawing.replace(".", " ") for drawing in drawings)
    blocks = "\n\n".join(drawing.replace("#", "\N{FULL BLOCK}") for drawing in drawings)
    files = [named, blanks, blocks, "\n\n".join(digits), "\n".join(digits)]
    return Imported("damaged.txt", [each.encode() for each in files], mutated_text, MORE_SIGNS)


def tables():
    rows = np.random.default_rng(0).integers(0, 256, (20, 64)).tolist()
    plain = "\n".join(",".join(map(str, [i % 10, *row])) for i, row in enumerate(rows))
    heading = ",".join(["label", *map(str, range(64))])
    words = "\r\n".join(";".join([*(f'"{cell / 255:.3f}"' for cell in row), "cat"]) for row in rows)
    commas = "\n".join(";".join(f"{cell / 255:.3f}".replace(".", ",") for cell in row) for row in rows)
    blanks = "\n".join(" ".join(map(str, row)) for row in rows)
    files = [plain.encode(), f"{heading}\n{plain}".encode(), words.encode(), commas.encode(), blanks.encode()]
    return Imported("damaged.csv", [*files, gzip.compress(plain.encode())], mutated_text, MORE_TABLES)


class Library:
    """Files of the library, opened by the name of the set."""

    name = "mine.npz"

    def __init__(self):
        import core.data.library as library
        from core.data.datasets import Dataset

        library.folder = lambda: HERE
        sets = [
            Dataset("mine", IMAGES / np.float32(255), tuple("abcdef")),
            Dataset("mine", IMAGES[:1] * 0, ("",)),
        ]
        self.files = [library.write("mine", each.images, each.labels).read_bytes() for each in sets]
        self.files.append(saved(np.savez, images=IMAGES, labels=np.array('["a"]')))

    def make(self, draw):
        return mutated_stack(draw, self.files)

    def open(self, path, draw):
        from core.data.datasets import load_dataset

        load_dataset("mine")


class Runs:
    """Run files of today and of earlier formats; one that opens can be used and trained."""

    name = "damaged.tp5"

    def __init__(self):
        import torch

        from core import Dataset, Spec, Trainer, save_run
        from core.train.about import About, Parent

        torch.set_num_threads(1)
        small = Spec(hidden=(4,), epochs=4)
        large = Dataset("mine", np.tile(IMAGES, (800, 1, 1)) / np.float32(255), tuple(map(str, range(4800))))
        trainers = [
            Trainer(small),
            Trainer(replace(small, noise="flip", noise_level=0.1, optimizer="rprop", batch_size=8)),
            Trainer(replace(small, hidden=(6, 3), latent=3, variational=True, learning_rate=1e-3)),
            Trainer(
                replace(small, hidden=(), replicas=3),
                None,
                {"learning_rate": [1e-3, 2e-3, 3e-3], "seed": [1, 5, 9]},
            ),
            Trainer(replace(small, dataset="emojis-20", sparsity="l1", contraction=0.01)),
            Trainer(replace(small, hidden=(2,), dataset="mine", epochs=1), large),
        ]
        trainers[0].about = About("mine", "a note\nof two lines", True, Parent("another", 3), 1.5)
        self.files = []
        for trainer in trainers:
            trainer.step()
            self.files.append(save_run(trainer, HERE / self.name).read_bytes())
        self.files += [path.read_bytes() for path in sorted(RUNS.rglob("*.tp5"))]

    def make(self, draw):
        if draw.random() < 0.4:
            return mutated(draw, self.files, [another_number])
        data = draw.choice(self.files)
        end = 8 + int.from_bytes(data[:8], "little")
        header, body = json.loads(data[8:end]), bytearray(data[end:])
        words, part = header["__metadata__"], draw.choice([name for name in header if name != "__metadata__"])
        action = draw.random()
        if action < 0.45:
            self._damage_words(draw, words)
        elif action < 0.6:
            header[part] = mutated_value(draw, header[part])
        elif action < 0.7:
            header[part]["shape"] = draw.choice(
                (header[part]["shape"][::-1], [1, *header[part]["shape"]], [], [0], [2**62, 4, 0])
            )
        else:
            self._damage_numbers(draw, body, *header[part]["data_offsets"])
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        return len(text).to_bytes(8, "little") + text + bytes(body)

    @staticmethod
    def _damage_words(draw, words):
        part = draw.choice(sorted(words))
        action = draw.random()
        if action < 0.8:
            words[part] = json.dumps(
                mutated_value(draw, json.loads(words[part]) if words[part][0] in "[{" else words[part])
            )
        elif action < 0.9:
            words[part] = "[" * draw.choice((10, 1000, 100_000))
        else:
            words[part] = str(draw.choice(NUMBERS[:-1]))[:4000]

    @staticmethod
    def _damage_numbers(draw, body, start, end):
        odd = [
            struct.pack("<f", number) for number in (float("nan"), float("inf"), 1e38, -1e38, 1e-45, -1, 2, 0)
        ]
        for _ in range(draw.choice((1, 4, 50))):
            place = start + 4 * draw.randrange(max(1, (end - start) // 4))
            body[place : place + 4] = draw.choice([*odd, b"\xff" * 4, b"\x80\0\0\0"])

    def open(self, path, draw):
        from core import load_run
        from core.train.listing import read_entry
        from core.train.trainer import Diverged

        entry = read_entry(path)
        trainer = load_run(path)
        assert entry.fault is None, entry.fault  # what opens is listed
        assert (entry.epoch, entry.about) == (trainer.epoch, trainer.about)
        try:
            trainer.snapshot()
            if trainer.epoch < trainer.spec.epochs:
                trainer.step()
            trainer.model.reconstruct(trainer.dataset.images[:100])
        except Diverged:  # weights may be sound and still lead nowhere
            pass


class Journals:
    """Journals of a study."""

    name = "damaged.jsonl"

    def __init__(self):
        from core import Spec
        from core.studies.running import run
        from core.studies.study import Axis, Study

        self.study = Study(Spec(hidden=(2,), epochs=1), (Axis("latent", (1, 2, 3)),), 2)
        run(self.study, HERE / self.name)
        self.files = [(HERE / self.name).read_bytes()]

    def make(self, draw):
        if draw.random() < 0.5:
            return mutated(draw, self.files, [another_number])
        lines = self.files[0].decode().splitlines()
        number = draw.randrange(len(lines))
        lines[number] = json.dumps(mutated_value(draw, json.loads(lines[number])))
        return "\n".join([*lines, ""]).encode()

    def open(self, path, draw):
        from core.studies.running import journal

        with journal(self.study, path) as kept:
            kept.table()


DOORS = {
    "npy": npy, "npz": npz, "idx": idx, "labels": Labels, "pictures": pictures, "sheets": sheets,
    "folders": Folders, "outlines": outlines, "strikes": strikes, "bdf": bdf, "c": sources_in_c,
    "lists": lists,
    "signs": signs, "tables": tables, "library": Library, "runs": Runs, "journals": Journals,
}  # fmt: skip


@cache
def door(name):
    return DOORS[name]()


def fault(name, seed, case):
    """What is wrong with how a case ended, or nothing."""
    from core.base.troubles import told
    from core.base.words import Refusal

    draw = random.Random(f"{seed}/{case}")
    path = HERE / door(name).name
    path.write_bytes(door(name).make(draw))
    try:
        door(name).open(path, draw)
    except (Refusal, OSError) as error:
        line = told(error)
        return (
            ""
            if line.isprintable() and path.stem in line
            else f"does not name the file in a line: {line!r:.300}"
        )
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error!s:.300}"
    return ""


def main(name, seed, first, count):
    import resource

    door(name)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    for case in range(first, first + count):
        (HERE / "case").write_text(str(case))
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        if found := fault(name, seed, case):
            print(f"{name} {seed}/{case}: {found}", flush=True)  # noqa: T201
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
