"""Makes the .npz files of NpzFileTest and StatisticsFileTest with numpy.

    python3 src/test/python/npz_fixtures.py
"""

import zipfile
from pathlib import Path

import numpy as np

here = Path(__file__).resolve().parents[1] / "resources" / "npz"
rng = np.random.default_rng(3)
features = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5)) + np.arange(5)
mu = features.mean(axis=0)
sigma = np.cov(features, rowvar=False)


def path(name):
    return here / name


features.astype("<f8").tofile(path("features-40x5.f64"))
np.savez(path("plain.npz"), mu=mu, sigma=sigma)
np.savez_compressed(path("compressed-float32.npz"), mu=mu.astype(np.float32), sigma=sigma.astype(np.float32))
np.savez(path("missing-sigma.npz"), mu=mu, mean=mu)
np.savez(path("wrong-shape.npz"), mu=mu, sigma=sigma[:4])
np.savez(path("object.npz"), mu=np.array([1, "a"], dtype=object), sigma=sigma)

table = np.arange(6, dtype=np.float64).reshape(2, 3) / 4
np.savez(
    path("orders.npz"),
    c=table,
    fortran=np.asfortranarray(table),
    big=table.astype(">f4"),
    whole=np.arange(3, dtype=np.int64) - 1,
    scalar=np.float64(2.5),
)
with zipfile.ZipFile(path("version-2.npz"), "w") as archive:
    with archive.open("c.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array(entry, table, version=(2, 0))
