"""Pack the 1,797 handwritten digits that scikit-learn ships into `digits.npz`.

python data/build_digits.py        (needs scikit-learn, here alone)

They are the test part of UCI's "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak 1998,
CC BY 4.0): every pixel counts the dark cells, 0 to 16, of a 4x4 block of a 32x32 bitmap.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits


def main() -> None:
    """Write `digits.npz` beside this script."""
    kept = load_digits()
    np.savez_compressed(
        Path(__file__).resolve().parent / "digits.npz",
        images=kept.images.astype(np.uint8),
        white=np.float32(16),
        labels=kept.target.astype(str),
    )


if __name__ == "__main__":
    main()
