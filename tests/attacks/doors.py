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
from mutations import NUMBERS, mutated, mutated_value
from PIL import Image, ImageFont

SECONDS, MEMORY = 20, 6 * 2**30
HERE = Path.cwd()
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
        self.name, self.files, self.damage, self.more = name, files, damage, more

    def make(self, draw):
        return self.damage(draw, self.files)

    def open(self, path, draw):
        from core.data.importers import import_images

        wishes = draw.choice(({}, {"size": (16, 16)}, {"invert": True}, {"size": (128, 128)}, *self.more))
        made = import_images(path, "mine", **wishes)
        assert made.images.min() >= 0
        assert made.images.max() <= 1


def mutated_text(draw, files):
    """A file with damage, of which numbers that are written out are a part."""
    return mutated(draw, files, [another_number])


def npy():
    floats = np.random.default_rng(0).random((3, 5, 4))
    arrays = (IMAGES, floats.astype("f4"), np.asfortranarray(floats), np.zeros((2, 3, 3), ">i8"),
              np.zeros((2, 3, 3), "f2"), np.zeros((2, 3, 3), [("a", "i4")]))  # fmt: skip
    objects = saved(np.save, np.array([{1: 2}, [3]], object), allow_pickle=True)
    return Imported("damaged.npy", [*(saved(np.save, array) for array in arrays), objects], mutated_text)


def npz():
    letters = list("abcdef")
    labels = (np.array(letters), np.array(json.dumps(letters)), np.arange(6), np.array([None] * 6, object))
    files = [saved(np.savez_compressed, images=IMAGES, labels=each) for each in labels]
    return Imported("damaged.npz", [*files, saved(np.savez, x=IMAGES, y=np.arange(6))], mutated_stack)


def idx():
    plain = bytes((0, 0, 8, 3)) + struct.pack(">3I", *IMAGES.shape) + IMAGES.tobytes()
    return Imported("t10k-images-idx3-ubyte", [plain, gzip.compress(plain)])


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
    return Imported("damaged.png", files)


def outlines():
    return Imported("damaged.ttf", [ImageFont.load_default(16).font_bytes])


def bdf():
    lines = ["STARTFONT 2.1", "FONT x", "SIZE 8 75 75", "FONTBOUNDINGBOX 5 7 0 -1", "CHARS 94"]
    for code in range(33, 127):
        rows = [f"{code * row % 32 << 3:02X}" for row in range(7)]
        lines += [f"STARTCHAR c{code}", f"ENCODING {code}", "BBX 5 7 0 -1", "BITMAP", *rows, "ENDCHAR"]
    return Imported("damaged.bdf", ["\n".join([*lines, "ENDFONT", ""]).encode()], mutated_text)


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
        from core.train.trainer import Diverged

        trainer = load_run(path)
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
    "npy": npy, "npz": npz, "idx": idx, "pictures": pictures, "outlines": outlines, "bdf": bdf,
    "c": sources_in_c, "signs": signs, "tables": tables,
    "library": Library, "runs": Runs, "journals": Journals,
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
