"""The peer of `saddle bench fid`: the Frechet distance as pytorch-fid computes it."""

import time

import openblas  # noqa: I001  before numpy
import numpy
import scipy
from scipy import linalg

import protocol


def frechet_distance(mu1, sigma1, mu2, sigma2, eps=1e-6):
    """pytorch-fid's calculate_frechet_distance, with its remedies for a singular product and for rounding errors."""
    diff = mu1 - mu2
    covmean, _ = linalg.sqrtm(sigma1.dot(sigma2), disp=False)
    if not numpy.isfinite(covmean).all():
        offset = numpy.eye(sigma1.shape[0]) * eps
        covmean = linalg.sqrtm((sigma1 + offset).dot(sigma2 + offset))
    if numpy.iscomplexobj(covmean):
        if not numpy.allclose(numpy.diagonal(covmean).imag, 0, atol=1e-3):
            raise ValueError(f"imaginary component {numpy.max(numpy.abs(covmean.imag))}")
        covmean = covmean.real
    return float(diff.dot(diff) + numpy.trace(sigma1) + numpy.trace(sigma2) - 2 * numpy.trace(covmean))


class SquareRoot:
    def __init__(self, configuration):
        self.statistics = {}
        for pair in configuration["pairs"]:
            with numpy.load(pair["first"]) as first, numpy.load(pair["second"]) as second:
                self.statistics[pair["dimensions"]] = (first["mu"], first["sigma"], second["mu"], second["sigma"])
        for pair in configuration["pairs"]:
            if pair["warmUp"]:
                self.answer({"dimensions": pair["dimensions"], "repetitions": pair["warmUp"]})

    def hello(self):
        return {
            "name": f"scipy {scipy.__version__} sqrtm, numpy {numpy.__version__}",
            "blas": openblas.description(),
            "unset": openblas.unset,
        }

    def answer(self, request):
        statistics = self.statistics[request["dimensions"]]
        millis = []
        for _ in range(request["repetitions"]):
            start = time.perf_counter()
            distance = frechet_distance(*statistics)
            millis.append(1e3 * (time.perf_counter() - start))
        return {"millis": millis, "distance": distance}


if __name__ == "__main__":
    protocol.serve(SquareRoot)
