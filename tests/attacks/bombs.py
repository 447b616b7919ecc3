"""Small or hollow files that promise or hide far more than a door lets in: `bombs.py SHARE`.

They are opened in this process, which may then take no more than `ROOM` bytes. What is hidden is divided by
SHARE, so that it is made quickly. Prints a line for every file: its name, seconds, and what was said of it.
"""

import gzip
import io
import json
import os
import resource
import struct
import sys
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path.cwd()
sys.path.append(str(Path(__file__).resolve().parents[1] / "core" / "data"))
import fonts  # noqa: E402  (its makers lie with the tests of the readers)

MIB = bytes(2**20)
ROOM = 512 * 2**20
SHARE = int(sys.argv[1])


def hollow(name, start, size):
    """A file that begins so and goes on with zeros, which take no place on the disk."""
    (HERE / name).write_bytes(start)
    os.truncate(HERE / name, size)


def npy_header(shape, kind, fortran=False):
    file = io.BytesIO()
    promised = {"descr": kind, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(file, promised)
    return file.getvalue()


def packed(name, shapes):
    """An .npz file of a few kilobytes whose arrays are zeros: name -> shape, kind, MiB."""
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for array, (shape, kind, size) in shapes.items():
            with archive.open(f"{array}.npy", "w", force_zip64=True) as member:
                member.write(npy_header(shape, kind))
                for _ in range(-(-size // SHARE)):
                    member.write(MIB)


def zipped(name, start, size):
    """A gzip file of so many MiB of zeros behind its start."""
    with gzip.open(HERE / name, "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(-(-size // SHARE)):
            file.write(MIB)


def arrays():
    """Arrays that promise more than is kept of them, or all that may be looked through."""
    zipped("3-gb.npy.gz", npy_header((60_000, 224, 224), "|u1"), 96)
    zipped("part-of-3-gb.npy.gz", npy_header((3 << 22, 256), "|u1"), 96)
    zipped("part-of-3-gb.idx.gz", bytes((0, 0, 14, 3)) + struct.pack(">3I", 500_000, 28, 28), 96)
    zipped("part-of-900-mb.idx.gz", bytes((0, 0, 8, 3)) + struct.pack(">3I", 900 << 10, 32, 32), 900)
    zipped("part-by-columns.npy.gz", npy_header((3 << 20, 15, 20), "|u1", fortran=True), 900)
    zipped("part-of-a-column.npy.gz", npy_header((1 << 30, 1, 1), "|u1", fortran=True), 96)
    zipped("one-picture-of-900-mb.npy.gz", npy_header((1, 30_000, 30_000), "|u1"), 96)
    zipped("colours-of-1-gb.npy.gz", npy_header((1, 8192, 8192, 4), "<f4"), 96)
    zipped("part-in-colours.npy.gz", npy_header((220, 1000, 1000, 4), "|u1"), 840)
    hollow("part-of-a-hollow-file.npy", npy_header((500 << 10, 32, 32), "|u1"), (500 << 20) + 128)
    packed("several-of-3-gb.arrays", {
        "b": ((60_000, 224, 224), "<f4", 96), "a": ((3 << 22, 256), "|u1", 0), "y": ((3 << 22, 9), "<f8", 0)
    })  # fmt: skip
    packed("classes-of-1-gb.arrays", {
        "x": ((1 << 10, 16, 16), "<f4", SHARE), "y": ((1 << 10, 1 << 17), "<f8", 96)
    })  # fmt: skip


PARTS = {"count": 10, "range": (0, 255), "size": (16, 16)}
"""The wishes for files of which a part is to be taken."""


def picture(name, mode, side, **drawn):
    """A picture of a few kilobytes that is black but for what is drawn."""
    made = Image.new(mode, (side, side))
    for place, level in drawn.items():
        made.putpixel(tuple(map(int, place[1:].split("_"))), level)
    made.save(HERE / name, "PNG")


def table(folder, text, size=0):
    """A folder with one picture and a table that goes on with zeros."""
    (HERE / folder).mkdir()
    picture(f"{folder}/1.png", "L", 4, p0_0=255)
    (HERE / folder / "labels.csv").write_bytes(text)
    if size:
        os.truncate(HERE / folder / "labels.csv", size)


def run_file(name, words, size=0):
    header = json.dumps({"__metadata__": words}).encode()
    hollow(name, len(header).to_bytes(8, "little") + header, max(size, 8 + len(header)))


def make():
    packed("set-of-3-gb.npz", {"images": ((3 << 18, 32, 32), "<f4", 3072), "labels": ((), "<U2", 0)})
    packed("labels-of-1-gb.npz", {"images": ((1, 8, 8), "<f4", 0), "labels": ((), f"<U{1 << 28}", 1024)})
    packed("too-many.npz", {"images": ((2_000_000, 1, 1), "<f4", 7), "labels": ((), "<U2", 0)})
    hollow("promised-little.npy", npy_header((3, 3, 3), "|u1"), 400 << 20)
    image = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1, 2, 2) + b"\0\1\1\0"
    hollow("zeros-behind.gz", gzip.compress(image), 300 << 20)
    hollow("zeros-behind-a-stream.gz", gzip.compress(image)[:-8], 300 << 20)
    with gzip.open(HERE / "much-behind.gz", "wb", compresslevel=1) as file:
        file.write(image)
        for _ in range(600 // SHARE):
            file.write(MIB)
    arrays()
    side = 4096 // min(SHARE, 4)
    for mode, white in (("L", 255), ("RGBA", (255, 255, 255, 9)), ("LA", (255, 255)), ("I;16", 65_535)):
        picture(f"looked-at-{mode[:4].replace(';', '')}.png", mode, side, p9_9=white)
    picture("not-looked-at.png", "RGBA", 8192 // min(SHARE, 4), p9_9=(255, 255, 255, 9))
    (HERE / "thin.ppm").write_bytes(b"P5 16000000 1 255\n" + bytes(16_000_000))
    table("hollow-table-of-60-mb", b"file,label\n", 60 << 20)
    table("hollow-table-of-1-gb", b"file,label\n", 1 << 30)
    table("table-of-one-word", b"file,label\n" + b"a" * (60 << 20))
    table("table-of-no-rows", b"file,label\n" + b"\n" * (60 << 20))
    table("table-of-rows", b"file,label\n" + b"".join(b"%d,\n" % i for i in range(1_000_000 // SHARE)))
    (HERE / "rows-120-mb.bdf").write_bytes(b"STARTFONT 2.1\nBITMAP\n" + b"A\n" * (60 << 20))
    (HERE / "rows-60-mb.bdf").write_bytes(b"STARTFONT 2.1\nBITMAP\n" + b"A\n" * (30 << 20))
    (HERE / "one-line.bdf").write_bytes(b"STARTFONT 2.1\n" + b"A" * (63 << 20))
    (HERE / "words.bdf").write_bytes(b"STARTFONT 2.1\n" + b"A B C D E F G H\n" * (39 << 16))
    (HERE / "digits.bdf").write_bytes(b"STARTFONT 2.1\nFONTBOUNDINGBOX 5 7 0 " + b"9" * 10**6)
    glyph = b"ENCODING 65\nBBX 3 1 0 0\nBITMAP\nA0\nENDCHAR\n"
    far = b"ENCODING 66\nBBX 1 1 9999999 9999999\nBITMAP\n80\nENDCHAR\n"
    vast = b"STARTFONT 2.1\nFONTBOUNDINGBOX 9999999 9999999 0 0\n"
    (HERE / "vast-promise.bdf").write_bytes(vast + glyph)
    (HERE / "far-apart.bdf").write_bytes(vast + glyph + far)
    (HERE / "vast-glyph.bdf").write_bytes(vast + glyph.replace(b"3 1 0 0", b"9999999 9999999 0 0"))
    (HERE / "glyph-of-30-mb.bdf").write_bytes(
        vast
        + b"ENCODING 65\nBBX 120000000 1 0 0\nBITMAP\n".replace(b"120000000", b"9999992")
        + b"FF" * 1249999
        + b"\nENDCHAR\n"
    )
    with gzip.open(HERE / "rows-much-behind.gz", "wb", compresslevel=1) as file:
        file.write(vast + glyph)
        for _ in range(80):
            file.write(MIB)
    fonts_of_all_kinds()
    texts()
    run_file("hollow-8-gb.tp5", {}, 8 << 30)
    run_file("hollow-3-gb.tp5", {}, 3 << 30)
    hollow("header-of-8-gb.tp5", (8 << 30).to_bytes(8, "little"), 8 << 30)
    hollow("header-of-200-mb.tp5", (200_000_000).to_bytes(8, "little") + b"{", 300 << 20)
    run_file("deep.tp5", {"format": "2", "spec": "[" * 200_000})
    run_file("million-words.tp5", {"format": "2", "spec": "{}", "labels": "[" + '"",' * 10**6 + "0]"})


def fonts_of_all_kinds():
    """Fonts whose tables promise more characters, sizes or bytes than there are, and one that has them."""
    start = b"\0\1\0\0\xff\xff" + bytes(6)
    hollow("zeros-as-tables.ttf", start, 100 << 20)
    hollow("too-large.ttf", start, 400 << 20)
    with gzip.open(HERE / "much-behind-a-font.gz", "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(-(-1200 // SHARE)):
            file.write(MIB)
    huge = 0, 127, np.full((255, 255), 255, np.uint8)
    many = fonts.of_pictures(lambda size: {"\u4e00": huge}, [20], depth=8)
    everything = b"\0\0\0\1\0\3\0\x0a\0\0\0\x0c\0\x0d\0\0"
    everything += struct.pack(">IIIIII", 28, 0, 1, 128, 0x10FFFF, 1)
    (HERE / "all-characters-one-picture.otb").write_bytes(fonts.with_tables(many, cmap=everything))
    sizes = struct.pack(">II", 0x20000, 2**32 - 1) + b"\x0c" * 48 * (1 << 18)
    (HERE / "sizes-without-end.otb").write_bytes(fonts.with_tables(many, EBLC=sizes))
    strikes = struct.pack(">HHI", 1, 1, 2**32 - 1) + bytes(4 << 20)
    (HERE / "strikes-without-end.ttf").write_bytes(
        fonts.with_tables(many, EBLC=None, EBDT=None, sbix=strikes)
    )
    picture = png_header(8000, 8000)
    bomb = fonts.of_pictures(lambda size: {"A": (0, 9, picture)}, [20], coloured=True)
    (HERE / "picture-of-64-megapixels.ttf").write_bytes(bomb)


def png_header(width, height):
    """A picture that promises so much, as bytes."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(b""))]
    chunks = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
              for name, data in parts)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def texts():
    """Texts of as many parts as fit them, and some that are packed."""
    array, many = b"byte F[] = {", (1 if SHARE == 1 else 1 / 8) * 2**20
    parts = {
        "numbers.h": (array, b"1,", 15, b"};"), "bits.h": (array, b"0b1,", 7, b"};"),
        "braces.h": (array, b"{1},", 7, b"};"), "deep.h": (array, b"{", 30, b""),
        "filled.h": (b"byte F[9][16384] = {", b"{1},", 7, b"};"), "comments.h": (array, b"/**/", 7, b"};"),
        "quotes.h": (array, b"'1',", 7, b"};"), "one-number.h": (array, b"1", 31, b"};"),
        "arrays.h": (b"", b"int a[]={1};int b={2};", 1, b""), "slashes.h": (b"//\n", b"/ ", 15, b""),
        "promised.h": (b"int F[2000000000][2000000000] = {{1, 2}, ", b"{3},", 0.1, b"};"),
        "brackets.json": (b"\n[", b"[1],", 7, b"]"), "deep.json": (b"[", b"[", 30, b""),
        "keys.json": (b"{", b'"a":[1],', 3, b"}"),
        "large.h": (b"//", b"/", 33, b""), "rows.txt": (b"", b"#.\n", 10, b""),
        "row.txt": (b".#\n#.\n", b"#.", 15, b""), "images.txt": (b"", b"#.\n\n", 7, b""),
        "ragged.txt": (b"##\n#\n" * 2**17, b"#", 29, b""), "names.txt": (b"", b"#.\n.#\na\n", 0.25, b""),
        "lines.csv": (b"", b"1,2,3,4\n", 5, b""), "line.csv": (b"1,2,3,4\n1,2,3,4", b",5", 20, b""),
        "cells.csv": (b"1", b",0", 0.4, b"\n"), "quotes.csv": (b"1,2,3,4\n", b'"', 8, b"\n1"),
        "short.csv": (b"", b"1,2,3,4\n", 0.25, b"1,2\n"),
    }  # fmt: skip
    for name, (start, part, count, end) in parts.items():
        (HERE / name).write_bytes(start + part * int(count * many) + end)
    for name, part in (("table.gz", b"1,2,3,4\n"), ("source.gz", b"int a[] = {1,2};"), ("signs.gz", b"#.\n")):
        with gzip.open(HERE / name, "wb", compresslevel=1) as file:
            for _ in range(600 // SHARE):
                file.write(part * (2**20 // len(part)))


def opened(path):
    from core import load_run
    from core.data import library
    from core.data.importers import import_images

    if path.suffix == ".tp5":
        return load_run(path)
    if path.suffix == ".npz":
        library.folder = lambda: HERE
        library.read(path.stem)
    return import_images(path, "mine", **(PARTS if path.name.startswith("part-") else {}))


def main():
    from core.base.troubles import told
    from core.base.words import Refusal
    from core.train import runfile  # noqa: F401  (torch is loaded before anything is measured)

    make()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    taken = int(status.partition("VmData:")[2].split()[0]) << 10
    resource.setrlimit(resource.RLIMIT_DATA, (taken + ROOM, taken + ROOM))
    for path in sorted(HERE.iterdir()):
        start = time.process_time()
        try:
            said = f"read: {opened(path)!s:.60}".replace("\n", " ")
        except (Refusal, OSError) as error:
            said = told(error)
        sys.stdout.write(f"{path.name}\t{time.process_time() - start:.2f}\t{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
