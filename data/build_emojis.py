"""Draw the 97 faces of `emoji_faces.json` from Noto Color Emoji into `emojis.npz`.

python data/build_emojis.py [NotoColorEmoji.ttf]

The font is Debian's package `fonts-noto-color-emoji` (SIL Open Font License 1.1). A face is its luminance
times its alpha, on black, averaged over areas down to 20x20, as whole numbers from 0 to 255.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
STRIKE = 109  # px: the one size whose pictures the font holds
SIDE = 20


def face(font: ImageFont.FreeTypeFont, characters: str) -> np.ndarray:
    """One face as (SIDE, SIDE) uint8."""
    left, top, right, bottom = font.getbbox(characters)
    side = max(right - left, bottom - top)
    picture = Image.new("RGBA", (side, side))
    corner = ((side - right + left) // 2 - left, (side - bottom + top) // 2 - top)
    ImageDraw.Draw(picture).text(corner, characters, font=font, embedded_color=True)
    rgba = np.asarray(picture, dtype=np.float64) / 255
    grey = rgba[..., :3] @ [0.2126, 0.7152, 0.0722] * rgba[..., 3]  # Rec. 709
    small = Image.fromarray(grey.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return (np.asarray(small).clip(0, 1) * 255).round().astype(np.uint8)


def main(path: Path) -> None:
    """Write `emojis.npz` beside this script."""
    font = ImageFont.truetype(str(path), STRIKE)
    faces = json.loads((HERE / "emoji_faces.json").read_text(encoding="utf-8"))["faces"]
    characters = ["".join(chr(int(point, 16)) for point in each["codepoints"].split("-")) for each in faces]
    np.savez_compressed(
        HERE / "emojis.npz",
        images=np.stack([face(font, each) for each in characters]),
        white=np.float32(255),
        labels=np.array([each["name"] for each in faces]),
        labels_es=np.array([each["nombre"] for each in faces]),
        characters=np.array(characters),
        font=np.array(f"Noto Color Emoji {version(path)}, SIL Open Font License 1.1"),
    )


def version(path: Path) -> str:
    """The version in the font's `head` table."""
    data = path.read_bytes()
    for entry in range(12, 12 + 16 * int.from_bytes(data[4:6]), 16):
        if data[entry : entry + 4] == b"head":
            start = int.from_bytes(data[entry + 8 : entry + 12])
            return f"{int.from_bytes(data[start + 4 : start + 8]) / 65536:.3f}"
    raise ValueError(f"{path} has no head table")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FONT)
