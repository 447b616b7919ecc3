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
from pathlib import Path

import numpy as np

HERE = Path.cwd()
MIB = bytes(2**20)
ROOM = 512 * 2**20
SHARE = int(sys.argv[1])


def hollow(name, start, size):
    """A file that begins so and goes on with zeros, which take no place on the disk."""
    (HERE / name).write_bytes(start)
    os.truncate(HERE / name, size)


def npy_header(shape, kind):
    file = io.BytesIO()
    promised = {"descr": kind, "fortran_order": False, "shape": shape}
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
    (HERE / "rows-120-mb.bdf").write_bytes(b"STARTFONT 2.1\nBITMAP\n" + b"A\n" * (60 << 20))
    (HERE / "rows-60-mb.bdf").write_bytes(b"STARTFONT 2.1\nBITMAP\n" + b"A\n" * (30 << 20))
    (HERE / "one-line.bdf").write_bytes(b"STARTFONT 2.1\n" + b"A" * (63 << 20))
    (HERE / "words.bdf").write_bytes(b"STARTFONT 2.1\n" + b"A B C D E F G H\n" * (39 << 16))
    (HERE / "digits.bdf").write_bytes(b"STARTFONT 2.1\nFONTBOUNDINGBOX 5 7 0 " + b"9" * 10**6)
    texts()
    run_file("hollow-8-gb.tp5", {}, 8 << 30)
    run_file("hollow-3-gb.tp5", {}, 3 << 30)
    hollow("header-of-8-gb.tp5", (8 << 30).to_bytes(8, "little"), 8 << 30)
    hollow("header-of-200-mb.tp5", (200_000_000).to_bytes(8, "little") + b"{", 300 << 20)
    run_file("deep.tp5", {"format": "2", "spec": "[" * 200_000})
    run_file("million-words.tp5", {"format": "2", "spec": "{}", "labels": "[" + '"",' * 10**6 + "0]"})


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
    return import_images(path, "mine")


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
