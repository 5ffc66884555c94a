"""Makes the .npz files of DataSetImportTest and HostileSourcesTest with numpy.

    python3 src/test/python/npz.py
"""

from pathlib import Path

import numpy as np

here = Path(__file__).resolve().parents[1] / "resources" / "npz"
colours = np.arange(5 * 3 * 4 * 3, dtype=np.uint8).reshape(5, 3, 4, 3)
grey = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)

np.savez_compressed(here / "parts.npz", train_images=colours[:3], train_labels=np.array([[7], [3], [7]]),
                    test_images=colours[3:], test_labels=np.array([[0], [3]], dtype=np.uint8))
np.savez(here / "grey.npz", images=grey)
np.savez(here / "arrays.npz", grey[..., None], np.array([300, -1], dtype=">i2"))
np.savez_compressed(here / "keras.npz", x_train=grey, y_train=np.array([300, -1], dtype=np.int32))

np.savez(here / "floats.npz", images=grey.astype(np.float32))
np.savez(here / "objects.npz", images=np.array([{}, None], dtype=object))
np.savez(here / "fortran.npz", images=np.asfortranarray(grey))
np.savez(here / "channels-first.npz", images=np.zeros((2, 3, 4, 5), dtype=np.uint8))
np.savez(here / "few-labels.npz", images=grey, labels=np.zeros(3, dtype=np.uint8))
np.savez(here / "no-images.npz", features=grey)
np.savez(here / "stored.npz", images=np.arange(2 * 16 * 16, dtype=np.uint16).astype(np.uint8).reshape(2, 16, 16))
np.savez(here / "text-labels.npz", images=grey, labels=np.array(["cat", "dog"]))
np.savez(here / "twice.npz", images=grey, x=grey)
np.savez(here / "other-labels.npz", images=grey, label=np.zeros(2, dtype=np.uint8))
